//! After the patience is over, the document and the note are polled together. Whichever the store turns to can go on.

use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note. Returns the
/// document's number.
pub async fn save<S: AsyncFn(&str) -> usize>(
    store: S,
    document: &str,
    patience: Duration,
) -> usize {
    let mut saving = pin!(store(document));
    tokio::select! {
        number = &mut saving => number,
        () = sleep(patience) => {
            let (number, _) = tokio::join!(saving, store("still saving"));
            number
        }
    }
}

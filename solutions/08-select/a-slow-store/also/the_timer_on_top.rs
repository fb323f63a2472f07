//! The timer is asked before the document. That matters only if both are there at the same moment: then a note is stored, which is right,
//! too.

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
        biased;
        () = sleep(patience) => {
            let (number, _) = tokio::join!(saving, store("still saving"));
            number
        }
        number = &mut saving => number,
    }
}

//! After the patience is over, the document and the note are polled together. Whichever the store turns to can go on.

use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    tokio::select! {
        () = &mut saving => {}
        () = sleep(patience) => {
            tokio::join!(saving, store("still saving"));
        }
    }
}

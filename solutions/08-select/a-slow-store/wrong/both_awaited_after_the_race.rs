//! mistake: polled-after-done
//! "After the race, wait for the document." If that was what won the race, it is done, and cannot be waited for again.

use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    tokio::select! {
        () = &mut saving => {}
        () = sleep(patience) => {
            let mut noting = pin!(store("still saving"));
            tokio::select! {
                () = &mut saving => {}
                () = &mut noting => {}
            }
            saving.await;
            noting.await;
        }
    }
}

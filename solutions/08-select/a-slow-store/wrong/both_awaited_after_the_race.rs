//! mistake: polled-after-done
//! "After the race, wait for the document." If that was what won the race, it is done, and cannot be waited for again.

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
            let mut noting = pin!(store("still saving"));
            tokio::select! {
                _ = &mut saving => {}
                _ = &mut noting => {}
            }
            noting.await;
            saving.await
        }
    }
}

//! Two activities, joined from the start: one stores the document and says when it is done, the other waits for that or for the end of the
//! patience.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note. Returns the
/// document's number.
pub async fn save<S: AsyncFn(&str) -> usize>(
    store: S,
    document: &str,
    patience: Duration,
) -> usize {
    let (say_done, done) = oneshot::channel();
    let saving = async {
        let number = store(document).await;
        let _ = say_done.send(());
        number
    };
    let noting = async {
        if timeout(patience, done).await.is_err() {
            store("still saving").await;
        }
    };
    tokio::join!(saving, noting).0
}

//! Two futures and no `select!`: the note waits, with a timeout, for the document to drop its end of a channel.

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
    let (saving, saved) = oneshot::channel::<()>();
    let document = async {
        let number = store(document).await;
        drop(saving);
        number
    };
    let note = async {
        if timeout(patience, saved).await.is_err() {
            store("still saving").await;
        }
    };
    tokio::join!(document, note).0
}

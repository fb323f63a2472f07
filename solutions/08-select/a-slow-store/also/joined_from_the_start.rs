//! Two activities, joined from the start: one stores the document and says when it is done, the other waits for that or for the end of the
//! patience.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let (say_done, done) = oneshot::channel();
    let saving = async {
        store(document).await;
        let _ = say_done.send(());
    };
    let noting = async {
        if timeout(patience, done).await.is_err() {
            store("still saving").await;
        }
    };
    tokio::join!(saving, noting);
}

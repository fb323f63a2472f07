//! mistake: futurelock
//! "`timeout` on `&mut` does not drop the future, so it goes on." It is not dropped, and not polled either.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    if timeout(patience, &mut saving).await.is_err() {
        store("still saving").await;
        saving.await;
    }
}

//! mistake: lost-in-a-branch
//! "Drop it and start over." That frees the place in line. It also breaks off a store that may be in the middle of the document.

use std::time::Duration;

use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    if timeout(patience, store(document)).await.is_err() {
        store("still saving").await;
        store(document).await;
    }
}

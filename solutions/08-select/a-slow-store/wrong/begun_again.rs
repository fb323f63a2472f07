//! mistake: lost-in-a-branch
//! "Drop it and start over." That frees the place in line. It also breaks off a store that may be in the middle of the document.

use std::time::Duration;

use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note. Returns the
/// document's number.
pub async fn save<S: AsyncFn(&str) -> usize>(
    store: S,
    document: &str,
    patience: Duration,
) -> usize {
    if let Ok(number) = timeout(patience, store(document)).await {
        return number;
    }
    store("still saving").await;
    store(document).await
}

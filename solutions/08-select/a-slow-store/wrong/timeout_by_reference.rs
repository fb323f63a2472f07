//! mistake: futurelock
//! "`timeout` on `&mut` does not drop the future, so it goes on." It is not dropped, and not polled either.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note. Returns the
/// document's number.
pub async fn save<S: AsyncFn(&str) -> usize>(
    store: S,
    document: &str,
    patience: Duration,
) -> usize {
    let mut saving = pin!(store(document));
    if let Ok(number) = timeout(patience, &mut saving).await {
        return number;
    }
    store("still saving").await;
    saving.await
}

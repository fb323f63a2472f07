//! mistake: unnamed
//! "Both are stored, so the last number is the one." It is, of what was stored last.

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
    match timeout(patience, &mut saving).await {
        Ok(number) => number,
        Err(_) => {
            let (document, note) = tokio::join!(saving, store("still saving"));
            document.max(note)
        }
    }
}

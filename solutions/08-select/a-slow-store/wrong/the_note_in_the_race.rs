//! mistake: lost-in-a-branch
//! "If the note is written in its branch, the document goes on beside it." It does, and when it is done first, the note is dropped.

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
    let note = async {
        sleep(patience).await;
        store("still saving").await;
    };
    tokio::select! {
        number = &mut saving => number,
        () = note => saving.await,
    }
}

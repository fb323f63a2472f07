//! mistake: lost-in-a-branch
//!
//! Two calls in a race, where only the note's end drops the other. This store is quick with
//! notes.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    if timeout(patience, &mut saving).await.is_err() {
        let mut note = pin!(store("still saving"));
        tokio::select! { () = &mut saving => note.await, () = &mut note => {} }
    }
}

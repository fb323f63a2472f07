//! A second race in the handler, by reference: it polls both until one is done, drops neither, and then the other one is all that is left.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    if timeout(patience, &mut saving).await.is_ok() {
        return;
    }
    let mut noting = pin!(store("still saving"));
    tokio::select! {
        () = &mut saving => noting.await,
        () = &mut noting => saving.await,
    }
}

//! mistake: futurelock
//! "What is in a `Box` on the heap runs by itself." A future runs while somebody polls it, wherever it lives.

use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = Some(Box::pin(store(document)));
    let mut noted = false;
    while let Some(mut future) = saving.take() {
        tokio::select! {
            () = &mut future => {}
            () = sleep(patience), if !noted => {
                noted = true;
                store("still saving").await;
                saving = Some(future);
            }
        }
    }
}

//! mistake: futurelock
//! "What is in a `Box` on the heap runs by itself." A future runs while somebody polls it, wherever it lives.

use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note. Returns the
/// document's number.
pub async fn save<S: AsyncFn(&str) -> usize>(
    store: S,
    document: &str,
    patience: Duration,
) -> usize {
    let mut saving = Some(Box::pin(store(document)));
    let mut noted = false;
    loop {
        let mut future = saving.take().expect("it is put back");
        tokio::select! {
            number = &mut future => return number,
            () = sleep(patience), if !noted => {
                noted = true;
                store("still saving").await;
                saving = Some(future);
            }
        }
    }
}

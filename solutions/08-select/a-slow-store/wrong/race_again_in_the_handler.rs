//! mistake: lost-in-a-branch
//! "Poll both, with another `select!`." It ends with the first of them, and the other is dropped in the middle.

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
    tokio::select! {
        number = &mut saving => number,
        () = sleep(patience) => {
            tokio::select! {
                number = saving => number,
                number = store("still saving") => number,
            }
        }
    }
}

//! mistake: lost-in-a-branch
//! "Poll both, with another `select!`." It ends with the first of them, and the other is dropped in the middle.

use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    tokio::select! {
        () = &mut saving => {}
        () = sleep(patience) => {
            tokio::select! {
                () = saving => {}
                () = store("still saving") => {}
            }
        }
    }
}

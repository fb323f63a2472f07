//! A loop that polls whatever is not done yet, with a switch for each branch.

use std::pin::pin;
use std::time::Duration;

use tokio::time::sleep;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    let (mut saved, mut noted) = (false, false);
    tokio::select! {
        biased;
        () = &mut saving => return,
        () = sleep(patience) => {}
    }
    let mut noting = pin!(store("still saving"));
    while !(saved && noted) {
        tokio::select! {
            () = &mut saving, if !saved => saved = true,
            () = &mut noting, if !noted => noted = true,
        }
    }
}

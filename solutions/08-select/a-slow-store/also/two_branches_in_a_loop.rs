//! A loop that polls whatever is not done yet, with a switch for each branch.

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
    let (mut saved, mut noted) = (None, false);
    tokio::select! {
        biased;
        number = &mut saving => return number,
        () = sleep(patience) => {}
    }
    let mut noting = pin!(store("still saving"));
    loop {
        if let (Some(number), true) = (saved, noted) {
            return number;
        }
        tokio::select! {
            number = &mut saving, if saved.is_none() => saved = Some(number),
            _ = &mut noting, if !noted => noted = true,
        }
    }
}

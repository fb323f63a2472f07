//! A second race in the handler, by reference: it polls both until one is done, drops neither, and then the other one is all that is left.

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
    if let Ok(number) = timeout(patience, &mut saving).await {
        return number;
    }
    let mut noting = pin!(store("still saving"));
    tokio::select! {
        number = &mut saving => {
            noting.await;
            number
        }
        _ = &mut noting => saving.await,
    }
}

//! Both futures in one `poll_fn`, which is what `join!` makes.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
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
    let (mut saved, mut noted) = (None, false);
    poll_fn(|cx| {
        if saved.is_none()
            && let Poll::Ready(number) = saving.as_mut().poll(cx)
        {
            saved = Some(number);
        }
        noted = noted || noting.as_mut().poll(cx).is_ready();
        match saved {
            Some(number) if noted => Poll::Ready(number),
            _ => Poll::Pending,
        }
    })
    .await
}

//! Both futures in one `poll_fn`, which is what `join!` makes.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

/// Stores the document and, if that takes longer than `patience`, a note.
pub async fn save<S: AsyncFn(&str)>(store: S, document: &str, patience: Duration) {
    let mut saving = pin!(store(document));
    if timeout(patience, &mut saving).await.is_ok() {
        return;
    }
    let mut noting = pin!(store("still saving"));
    let (mut saved, mut noted) = (false, false);
    poll_fn(|cx| {
        saved = saved || saving.as_mut().poll(cx).is_ready();
        noted = noted || noting.as_mut().poll(cx).is_ready();
        if saved && noted { Poll::Ready(()) } else { Poll::Pending }
    })
    .await
}

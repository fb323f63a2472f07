//! No task and no permit: the futures that run are in a list, and all of them are polled whenever one is
//! woken. It is what `FuturesUnordered` does with more care.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// The sum of the sizes that `fetch` returns for all `pages`.
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    let mut pages = pages.fuse();
    let mut running: Vec<Pin<Box<F>>> = Vec::new();
    let mut sum = 0;
    poll_fn(|cx| {
        loop {
            while running.len() < limit
                && let Some(page) = pages.next()
            {
                running.push(Box::pin(fetch(page)));
            }
            if running.is_empty() {
                return Poll::Ready(());
            }
            let before = running.len();
            running.retain_mut(|fetch| match fetch.as_mut().poll(cx) {
                Poll::Ready(size) => {
                    sum += size;
                    false
                }
                Poll::Pending => true,
            });
            if running.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await;
    sum
}

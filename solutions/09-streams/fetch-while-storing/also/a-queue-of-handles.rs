//! Without a stream: a queue of tasks, kept filled. The one in front is the next to store.

use std::collections::VecDeque;

/// Fetches all `pages`, and stores them in order.
pub async fn mirror<R, F, S>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
    parse: impl Fn(R) -> u64,
    store: impl Fn(u64) -> S,
) where
    R: Send + 'static,
    F: Future<Output = R> + Send + 'static,
    S: Future<Output = ()>,
{
    let store = |page| store(parse(page));
    let mut pages = pages.fuse();
    let mut under_way = VecDeque::new();
    loop {
        while under_way.len() < limit
            && let Some(page) = pages.next()
        {
            under_way.push_back(tokio::spawn(fetch(page)));
        }
        let Some(next) = under_way.pop_front() else { break };
        store(next.await.expect("a fetch does not panic")).await;
    }
}

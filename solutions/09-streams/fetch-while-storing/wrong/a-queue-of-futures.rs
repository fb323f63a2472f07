//! mistake: await-in-sequence
//!
//! The belief: a future in a queue is under way. Only the one in front is ever polled.

use std::collections::VecDeque;

/// Fetches all `pages`, and stores them in order.
pub async fn mirror<F, S>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
    store: impl Fn(u64) -> S,
) where
    F: Future<Output = u64> + Send + 'static,
    S: Future<Output = ()>,
{
    let mut pages = pages.fuse();
    let mut under_way = VecDeque::new();
    loop {
        while under_way.len() < limit
            && let Some(page) = pages.next()
        {
            under_way.push_back(fetch(page));
        }
        let Some(next) = under_way.pop_front() else { break };
        store(next.await).await;
    }
}

//! mistake: unbounded-is-safe
//!
//! The belief: the limit bounds everything. It bounds the fetches; those that are done wait in the map for a slow one, and
//! their places go to more.

use std::collections::BTreeMap;

use tokio::task::JoinSet;

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
    let mut pages = pages.enumerate();
    let (mut fetches, mut fetched, mut next) = (JoinSet::new(), BTreeMap::new(), 0);
    loop {
        while fetches.len() < limit
            && let Some((at, page)) = pages.next()
        {
            let fetch = fetch(page);
            fetches.spawn(async move { (at, fetch.await) });
        }
        let Some(done) = fetches.join_next().await else { break };
        let (at, page) = done.expect("a fetch does not panic");
        fetched.insert(at, page);
        while let Some(page) = fetched.remove(&next) {
            store(page).await;
            next += 1;
        }
    }
}

//! # Fetch while storing
//!
//! `mirror` copies pages: it fetches up to `limit` at a time, parses them, and stores them one after another. When the
//! disk is slow, the other side hangs up in the middle of a fetch: "you were silent for too long".
//!
//! At the end:
//!
//! - a fetch that has begun goes on at its own pace, even while a page is being stored;
//! - at most `limit` fetches run at a time, and as many as that do run at the start (if there are so many
//!   pages);
//! - the pages are stored one at a time, in the order of the list, and all of them before `mirror`
//!   returns;
//! - fetching does not run far ahead of storing: at any time, at most `2 * limit + 2` pages have been
//!   taken from the list and not been stored yet.
//!
//! Change the body of `mirror` as you like, and nothing else.
//!
//! ```console
//! $ cargo course check fetch-while-storing
//! ```

use futures::{StreamExt, stream};

/// Fetches all `pages`, parses them, and stores them in order.
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
    let mut fetched = stream::iter(pages).map(fetch).buffered(limit);
    while let Some(page) = fetched.next().await {
        // TODO: who polls the fetches meanwhile?
        store(parse(page)).await;
    }
}

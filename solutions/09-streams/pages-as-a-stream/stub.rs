//! # Pages as a stream
//!
//! Chapter 4's crawler returned a sum. This one returns a stream of sizes, so its caller can look at each
//! size as soon as it is there, or stop. And it is polite: `buffer_unordered(limit)`. Still, the owner of
//! the server complains again.
//!
//! At the end:
//!
//! - every page is fetched once, and its size comes out of the stream, in any order;
//! - at most `limit` fetches run at a time, and no fewer than that while pages are left and the stream
//!   is being asked;
//! - the list of pages may be endless: at any time, at most `limit + 1` pages have been taken from it
//!   whose sizes have not come out yet;
//! - a size comes out as soon as it is there, even while the list makes its next page wait;
//! - when the list has ended, it is not asked again;
//! - no page is taken and nothing is fetched before the stream is polled for the first time.
//!
//! What becomes of fetches under way when the stream is dropped is up to you. Change the body of `crawl` as
//! you like, and nothing else.
//!
//! ```console
//! $ cargo course check pages-as-a-stream
//! ```

use async_stream::stream;
use futures::{Stream, StreamExt, stream};

/// Fetches `pages`, and gives their sizes as they come in.
pub fn crawl<F>(
    pages: impl Stream<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> impl Stream<Item = u64>
where
    F: Future<Output = u64> + Send + 'static,
{
    stream! {
        // TODO: what does the limit count?
        let fetches: Vec<_> = pages.map(|page| tokio::spawn(fetch(page))).collect().await;
        for await size in stream::iter(fetches).buffer_unordered(limit) {
            yield size.expect("a fetch does not panic");
        }
    }
}

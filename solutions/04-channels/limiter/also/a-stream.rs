//! A stream keeps as many futures as it may, and pulls the next page when one of them is done.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::JoinSet;
pub async fn crawl<F>(
    pages: impl Iterator<Item = u32>,
    limit: usize,
    fetch: impl Fn(u32) -> F,
) -> u64
where
    F: Future<Output = u64> + Send + 'static,
{
    use ::futures::StreamExt;
    ::futures::stream::iter(pages)
        .map(|p| fetch(p))
        .buffer_unordered(limit)
        .fold(0, |a, b| async move { a + b })
        .await
}

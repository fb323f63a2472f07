//! # Two critics
//!
//! Before a joke is told, two critics rate it. Each of them computes for a while. Somebody has joined the two, so that
//! they work at the same time. They do not, and while they work, the server serves nobody.
//!
//! At the end:
//!
//! - each critic is asked once, and `rate` returns both ratings, the first critic's first;
//! - both critics work at the same time, where the machine has two cores and the blocking pool two threads;
//! - meanwhile, other tasks get their turns, on a current-thread runtime, too.
//!
//! A critic never waits for anything; it computes. Change anything except the signature of `rate`.
//!
//! ```console
//! $ cargo course check two-critics
//! ```

/// What two critics think of a joke.
pub async fn rate<A, B>(first: A, second: B) -> (u32, u32)
where
    A: FnOnce() -> u32 + Send + 'static,
    B: FnOnce() -> u32 + Send + 'static,
{
    // TODO: how many threads does this use?
    tokio::join!(async { first() }, async { second() })
}

//! # Wait for the news
//!
//! A small bakery has a news board. Whoever changes something announces that there is news,
//! and whoever is waiting for something looks again.
//!
//! What they look at is kept elsewhere (a database, a file), so looking costs an `.await`. The
//! board only wakes people up. Build it on `tokio::sync::Notify`, or on another of Tokio's
//! primitives.
//!
//! At the end:
//!
//! - `until` returns once `ready` has said true, and not before;
//! - news that comes while `ready` is still looking is not missed;
//! - everybody who is waiting looks again after each announcement;
//! - without news, nobody looks again: no asking in a loop, and no timer;
//! - steady news keeps nobody from finishing a look.
//!
//! The check runs on one thread. On several, news can come between any two of your steps, and hint 2
//! says what that asks of you.
//!
//! Change whatever is inside `News` and its methods, and nothing else.
//!
//! ```console
//! $ cargo course check news
//! ```

/// Tells everybody who is waiting that something has changed.
pub struct News {
    // TODO
}

impl News {
    /// A board without news.
    pub fn new() -> News {
        todo!()
    }

    /// Says that something has changed. Never waits.
    pub fn announce(&self) {
        todo!()
    }

    /// Waits until `ready` says true. Asks it at once, and again after each piece of news.
    pub async fn until(&self, ready: impl AsyncFn() -> bool) {
        let _ = ready().await;
        todo!()
    }
}

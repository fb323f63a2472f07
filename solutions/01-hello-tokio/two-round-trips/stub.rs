//! # Two round trips
//!
//! A page greets the user with three values from Redis. The server is far away: each
//! `get` takes 100 ms, and the page takes 400 ms. Two round trips are enough. The session
//! has to be read first, since it says who the user is, but the three values do not
//! depend on one another.
//!
//! - `page` makes four calls of `get` and takes as long as two.
//! - If there is no such session, it returns `Ok(None)`, after one call.
//! - A missing value is an empty string.
//! - If a `get` fails, `page` returns its error, and does not try again.
//!
//! Change the body of `page` as you like, and nothing else. One task is enough: there is
//! no need to spawn any.
//!
//! ```console
//! $ cargo course check two-round-trips
//! ```

use std::io;

/// A connection to Redis that can be shared: replies find their callers.
pub trait Client {
    /// Gets the value of `key`: one round trip to the server.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    fn get(&self, key: String) -> impl Future<Output = io::Result<Option<String>>>;
}

/// What the page shows.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// `user:ID:name`
    pub name: String,
    /// `user:ID:team`
    pub team: String,
    /// `user:ID:seen`, the day of the last visit
    pub seen: String,
}

/// The page for the user whose number is stored under `session:SESSION`.
///
/// # Errors
///
/// The error of a `get` that failed.
pub async fn page<C: Client>(client: &C, session: &str) -> io::Result<Option<Page>> {
    let Some(id) = client.get(format!("session:{session}")).await? else {
        return Ok(None);
    };
    // TODO: the calls stand together, and still each waits for the one before it.
    let name = client.get(format!("user:{id}:name"));
    let team = client.get(format!("user:{id}:team"));
    let seen = client.get(format!("user:{id}:seen"));
    Ok(Some(Page {
        name: name.await?.unwrap_or_default(),
        team: team.await?.unwrap_or_default(),
        seen: seen.await?.unwrap_or_default(),
    }))
}

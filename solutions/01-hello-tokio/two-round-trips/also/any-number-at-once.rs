//! `try_join_all` for a number of futures that need not be known: all of one type, and all
//! borrow the client. Its output is a `Vec` in their order.

use std::io;

use futures::future::try_join_all;

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
    let keys = ["name", "team", "seen"].map(|what| format!("user:{id}:{what}"));
    let mut values = try_join_all(keys.map(|key| client.get(key))).await?.into_iter();
    let mut next = || values.next().flatten().unwrap_or_default();
    Ok(Some(Page { name: next(), team: next(), seen: next() }))
}

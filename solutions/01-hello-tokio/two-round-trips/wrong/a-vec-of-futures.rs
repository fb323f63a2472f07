//! mistake: await-in-sequence
//! The belief: futures that are in one `Vec` run together.

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
    let gets: Vec<_> = ["name", "team", "seen"]
        .map(|field| client.get(format!("user:{id}:{field}")))
        .into();
    let mut values = Vec::new();
    for get in gets {
        values.push(get.await?.unwrap_or_default());
    }
    let [name, team, seen] = values.try_into().expect("three were asked for");
    Ok(Some(Page { name, team, seen }))
}

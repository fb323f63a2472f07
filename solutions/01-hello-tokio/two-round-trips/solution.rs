//! `try_join!` polls all three, so they wait for their replies at the same time, in this one
//! task. `try_join!` rather than `join!`: once a `get` has failed, the others are of no use.

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
    let name = client.get(format!("user:{id}:name"));
    let team = client.get(format!("user:{id}:team"));
    let seen = client.get(format!("user:{id}:seen"));
    let (name, team, seen) = tokio::try_join!(name, team, seen)?;
    Ok(Some(Page {
        name: name.unwrap_or_default(),
        team: team.unwrap_or_default(),
        seen: seen.unwrap_or_default(),
    }))
}

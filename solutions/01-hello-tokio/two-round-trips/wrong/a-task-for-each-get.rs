//! mistake: task-for-a-future
//! error: cannot be sent between threads safely
//! The belief: what should run at the same time has to be spawned.

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
    let name = tokio::spawn(client.get(format!("user:{id}:name")));
    let team = tokio::spawn(client.get(format!("user:{id}:team")));
    let seen = tokio::spawn(client.get(format!("user:{id}:seen")));
    Ok(Some(Page {
        name: name.await??.unwrap_or_default(),
        team: team.await??.unwrap_or_default(),
        seen: seen.await??.unwrap_or_default(),
    }))
}

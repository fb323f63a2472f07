//! mistake: polled-after-done
//! The belief: `select!` leaves a branch out once its future has ended.

use std::io;
use std::pin::pin;

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
    let mut get_name = pin!(client.get(format!("user:{id}:name")));
    let mut get_team = pin!(client.get(format!("user:{id}:team")));
    let mut get_seen = pin!(client.get(format!("user:{id}:seen")));
    let mut page = Page { name: String::new(), team: String::new(), seen: String::new() };
    for _ in 0..3 {
        tokio::select! {
            biased;
            name = &mut get_name => page.name = name?.unwrap_or_default(),
            team = &mut get_team => page.team = team?.unwrap_or_default(),
            seen = &mut get_seen => page.seen = seen?.unwrap_or_default(),
        }
    }
    Ok(Some(page))
}

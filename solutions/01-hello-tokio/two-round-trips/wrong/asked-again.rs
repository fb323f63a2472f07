//! mistake: select-keeps-progress
//! The belief: in the next round, a branch of `select!` goes on where it was. Each round makes new
//! futures here, and asks again for what was nearly there.

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
    let get = |field: &str| client.get(format!("user:{id}:{field}"));
    let (mut name, mut team, mut seen) = (None, None, None);
    while name.is_none() || team.is_none() || seen.is_none() {
        tokio::select! {
            got = get("name"), if name.is_none() => name = Some(got?.unwrap_or_default()),
            got = get("team"), if team.is_none() => team = Some(got?.unwrap_or_default()),
            got = get("seen"), if seen.is_none() => seen = Some(got?.unwrap_or_default()),
        }
    }
    let [name, team, seen] = [name, team, seen].map(Option::unwrap_or_default);
    Ok(Some(Page { name, team, seen }))
}

//! `select!` in a loop over futures that it only borrows. A branch whose value is there is
//! switched off, and when all are, `else` leaves the loop.

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
    let get = |field| client.get(format!("user:{id}:{field}"));
    tokio::pin! {
        let name = get("name");
        let team = get("team");
        let seen = get("seen");
    }
    let mut values = (None, None, None);
    loop {
        tokio::select! {
            value = &mut name, if values.0.is_none() => values.0 = Some(value?),
            value = &mut team, if values.1.is_none() => values.1 = Some(value?),
            value = &mut seen, if values.2.is_none() => values.2 = Some(value?),
            else => break,
        }
    }
    let shown = |value: Option<Option<String>>| value.flatten().unwrap_or_default();
    Ok(Some(Page { name: shown(values.0), team: shown(values.1), seen: shown(values.2) }))
}

//! What `join!` comes to: a future that polls every future that is not ready yet, and is ready
//! when all of them are.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

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
    let mut gets: Vec<_> = ["name", "team", "seen"]
        .map(|field| Box::pin(client.get(format!("user:{id}:{field}"))))
        .into();
    let mut values = [const { None }; 3];
    poll_fn(|cx| {
        for (get, value) in gets.iter_mut().zip(&mut values).filter(|(_, v)| v.is_none())
        {
            if let Poll::Ready(output) = get.as_mut().poll(cx) {
                *value = Some(output);
            }
        }
        if values.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    let [name, team, seen] = values.map(|value| value.expect("all are there"));
    let (name, team, seen) = (name?, team?, seen?);
    Ok(Some(Page {
        name: name.unwrap_or_default(),
        team: team.unwrap_or_default(),
        seen: seen.unwrap_or_default(),
    }))
}

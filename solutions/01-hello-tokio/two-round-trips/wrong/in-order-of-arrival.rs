//! mistake: completion-order
//! The belief: replies come in the order of the requests. They do as long as all of them take the
//! same time.

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
    let get = |field: &str| Box::pin(client.get(format!("user:{id}:{field}")));
    let mut under_way = vec![get("name"), get("team"), get("seen")];
    let mut values = Vec::new();
    while !under_way.is_empty() {
        let (place, value) = poll_fn(|cx| {
            for (place, get) in under_way.iter_mut().enumerate() {
                if let Poll::Ready(value) = get.as_mut().poll(cx) {
                    return Poll::Ready((place, value));
                }
            }
            Poll::Pending
        })
        .await;
        drop(under_way.remove(place));
        values.push(value?.unwrap_or_default());
    }
    let [name, team, seen] = values.try_into().expect("there are three");
    Ok(Some(Page { name, team, seen }))
}

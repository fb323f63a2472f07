//! Each field is joined with all that come after it, so all of them are asked for at once. A
//! future that holds itself needs a `Box::pin`.

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

/// The values of these fields, the last first.
async fn values<C: Client>(
    client: &C,
    id: &str,
    fields: &[&str],
) -> io::Result<Vec<String>> {
    let Some((first, rest)) = fields.split_first() else {
        return Ok(Vec::new());
    };
    let first = client.get(format!("user:{id}:{first}"));
    let (first, mut all) = tokio::try_join!(first, Box::pin(values(client, id, rest)))?;
    all.push(first.unwrap_or_default());
    Ok(all)
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
    let values = values(client, &id, &["name", "team", "seen"]).await?;
    let Ok([seen, team, name]) = <[String; 3]>::try_from(values) else {
        unreachable!("there are three fields");
    };
    Ok(Some(Page { name, team, seen }))
}

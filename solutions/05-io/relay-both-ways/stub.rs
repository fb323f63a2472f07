//! # Relay both ways
//!
//! A relay stands between a client and a server, as a proxy does: what one says, the other
//! hears. It works while they talk. Then a client ends its question, and never gets the answer.
//!
//! At the end:
//!
//! - bytes go both ways at the same time, and neither way waits for the other;
//! - when one side ends its direction, the other side learns of it, and the opposite direction
//!   goes on until it ends too;
//! - `relay` returns how many bytes went to the server and how many to the client;
//! - an error on either side, in a shutdown too, ends the relay at once with that error.
//!
//! Change the body of `relay`, not its signature.
//!
//! ```console
//! $ cargo course check relay-both-ways
//! ```

use tokio::io::{self, AsyncRead, AsyncWrite};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(client: C, server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = io::split(client);
    let (mut from_server, mut to_server) = io::split(server);
    // TODO: both ways end, and nobody is told.
    tokio::try_join!(
        io::copy(&mut from_client, &mut to_server),
        io::copy(&mut from_server, &mut to_client),
    )
}

//! Tokio has it: `copy_bidirectional` shuts each side down when the other ends.

use tokio::io::{self, AsyncRead, AsyncWrite};

/// Carries bytes between the two until both directions have ended.
pub async fn relay<C, S>(mut client: C, mut server: S) -> io::Result<(u64, u64)>
where
    C: AsyncRead + AsyncWrite + Unpin,
    S: AsyncRead + AsyncWrite + Unpin,
{
    io::copy_bidirectional(&mut client, &mut server).await
}

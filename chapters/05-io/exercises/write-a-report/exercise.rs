//! # Write a report
//!
//! A report of many short rows goes out to a socket. It is correct, but slow: each piece of a
//! row is a write of its own, and each write on a socket is a system call.
//!
//! At the end:
//!
//! - there is at most one write for every 4096 bytes, and one more for the rest;
//! - when `report` returns `Ok`, the writer has every byte;
//! - an error of the writer is returned;
//! - the writer is not shut down, since the caller may have more to write.
//!
//! Change the body of `report`, not its signature. (`mut` is no part of a signature: if rustc
//! says that it is not needed, take it out.)
//!
//! ```console
//! $ cargo course check write-a-report
//! ```

use tokio::io::{self, AsyncWrite, AsyncWriteExt};

/// Writes a line `name: count` for each row.
pub async fn report<W>(mut out: W, rows: &[(&str, u32)]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    // TODO: fewer writes.
    for (name, count) in rows {
        out.write_all(name.as_bytes()).await?;
        out.write_all(b": ").await?;
        out.write_all(count.to_string().as_bytes()).await?;
        out.write_all(b"\n").await?;
    }
    Ok(())
}

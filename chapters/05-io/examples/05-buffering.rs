//! What a writer receives: write by write, with and without a buffer, flushed and dropped.
//!
//! ```console
//! $ cargo run --example 05-buffering
//! ```

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{
    self, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
    BufWriter, ReadBuf,
};

/// A writer that takes everything and notes each call. With a socket, each would be a system
/// call.
#[derive(Default)]
struct Noted {
    writes: Vec<usize>,
    flushes: usize,
    shutdowns: usize,
}

impl AsyncWrite for Noted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writes.push(bytes.len());
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.flushes += 1;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.shutdowns += 1;
        Poll::Ready(Ok(()))
    }
}

impl Noted {
    fn report(&self, what: &str) {
        let (calls, bytes) = (self.writes.len(), self.writes.iter().sum::<usize>());
        let sizes: Vec<String> =
            self.writes.iter().take(3).map(usize::to_string).collect();
        let more = if calls > 3 { ", …" } else { "" };
        println!(
            "{what:<22}{bytes:>6} bytes, {calls:>4} x write ({}{more}), {} x flush, {} x shutdown",
            sizes.join(", "),
            self.flushes,
            self.shutdowns,
        );
    }
}

// ANCHOR: lines
const LINE: &[u8] = b"0123456789\n";

async fn a_thousand_lines(mut writer: impl AsyncWrite + Unpin) -> io::Result<()> {
    for _ in 0..1000 {
        writer.write_all(LINE).await?;
    }
    Ok(())
}
// ANCHOR_END: lines

async fn writers() -> io::Result<()> {
    println!("--- 1000 lines of 11 bytes");
    let mut noted = Noted::default();
    a_thousand_lines(&mut noted).await?;
    noted.report("no buffer");

    // ANCHOR: dropped
    let mut noted = Noted::default();
    a_thousand_lines(BufWriter::new(&mut noted)).await?;
    noted.report("BufWriter, dropped");
    // ANCHOR_END: dropped

    // ANCHOR: flushed
    let mut noted = Noted::default();
    let mut writer = BufWriter::new(&mut noted);
    a_thousand_lines(&mut writer).await?;
    writer.flush().await?;
    noted.report("BufWriter, flushed");
    // ANCHOR_END: flushed

    let mut noted = Noted::default();
    let mut writer = BufWriter::new(&mut noted);
    a_thousand_lines(&mut writer).await?;
    writer.shutdown().await?;
    noted.report("BufWriter, shut down");

    println!("--- one write of 20000 bytes");
    let mut noted = Noted::default();
    let mut writer = BufWriter::new(&mut noted);
    writer.write_all(&[b'x'; 20_000]).await?;
    writer.flush().await?;
    noted.report("BufWriter, flushed");
    Ok(())
}

/// A reader that counts how often it is asked.
struct Asked<'a> {
    bytes: &'a [u8],
    reads: usize,
}

impl AsyncRead for Asked<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.reads += 1;
        Pin::new(&mut self.bytes).poll_read(cx, buffer)
    }
}

async fn readers() -> io::Result<()> {
    println!("--- 100 numbers of 4 bytes, then a line");
    let input: Vec<u8> =
        (0..100u32).flat_map(|i| i.to_be_bytes()).chain(*b"and a line\n").collect();

    let mut asked = Asked { bytes: &input, reads: 0 };
    let mut sum = 0;
    for _ in 0..100 {
        sum += asked.read_u32().await?;
    }
    println!("no buffer             sum {sum}, {:>3} x read", asked.reads);

    let mut asked = Asked { bytes: &input, reads: 0 };
    let mut reader = BufReader::new(&mut asked);
    let (mut sum, mut line) = (0, String::new());
    for _ in 0..100 {
        sum += reader.read_u32().await?;
    }
    reader.read_line(&mut line).await?;
    println!("BufReader             sum {sum}, {:>3} x read, and {line:?}", asked.reads);
    Ok(())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    writers().await?;
    readers().await
}

//! Text that arrives in pieces: four ways to decode it, one of them wrong, one too strict.
//!
//! ```console
//! $ cargo run --example 05-text
//! ```

use std::str;

use tokio::io::{
    self, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader,
    DuplexStream, duplex,
};

const TEXT: &str = "naïve café\nzoë 🦀\n";

// ANCHOR: pieces
/// The text, through a pipe with room for `room` bytes.
fn through_a_pipe(room: usize) -> DuplexStream {
    let (mut writer, reader) = duplex(room);
    tokio::spawn(async move { writer.write_all(TEXT.as_bytes()).await });
    reader
}

async fn pieces(mut reader: DuplexStream) -> io::Result<()> {
    let mut buffer = [0; 64];
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        println!("  {n} bytes: {}", buffer[..n].escape_ascii());
    }
}
// ANCHOR_END: pieces

// ANCHOR: lossy
/// Decodes each piece by itself.
async fn lossy(mut reader: impl AsyncRead + Unpin) -> io::Result<String> {
    let (mut text, mut buffer) = (String::new(), [0; 64]);
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(text);
        }
        text += &String::from_utf8_lossy(&buffer[..n]);
    }
}
// ANCHOR_END: lossy

/// The same, but gives up at bytes that are not text.
async fn strict(mut reader: impl AsyncRead + Unpin) -> io::Result<String> {
    let (mut text, mut buffer) = (String::new(), [0; 64]);
    loop {
        let n = reader.read(&mut buffer).await?;
        if n == 0 {
            return Ok(text);
        }
        text += str::from_utf8(&buffer[..n]).map_err(io::Error::other)?;
    }
}

// ANCHOR: carried
/// Right: bytes that are not yet a character wait for the next piece.
async fn carried(mut reader: impl AsyncRead + Unpin) -> io::Result<String> {
    let (mut text, mut bytes) = (String::new(), Vec::new());
    while reader.read_buf(&mut bytes).await? > 0 {
        let whole = match str::from_utf8(&bytes) {
            Ok(_) => bytes.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(io::Error::other(error)),
        };
        text += str::from_utf8(&bytes[..whole]).expect("checked above");
        bytes.drain(..whole);
    }
    if bytes.is_empty() { Ok(text) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
// ANCHOR_END: carried

// ANCHOR: lines
/// Right where a protocol has lines: nothing is decoded before its line is whole.
async fn lines(reader: impl AsyncRead + Unpin) -> io::Result<Vec<String>> {
    let mut lines = BufReader::new(reader).lines();
    let mut all = Vec::new();
    while let Some(line) = lines.next_line().await? {
        all.push(line);
    }
    Ok(all)
}
// ANCHOR_END: lines

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    println!("the pieces of {TEXT:?}, four bytes at a time:");
    pieces(through_a_pipe(4)).await?;
    println!("lossy, by the piece    {:?}", lossy(through_a_pipe(4)).await?);
    match strict(through_a_pipe(4)).await {
        Ok(text) => println!("strict, by the piece   {text:?}"),
        Err(error) => println!("strict, by the piece   {error}"),
    }
    println!("with the rest carried  {:?}", carried(through_a_pipe(4)).await?);
    println!("by the line            {:?}", lines(through_a_pipe(4)).await?);
    println!("lossy, all in one read {:?}", lossy(through_a_pipe(64)).await?);
    Ok(())
}

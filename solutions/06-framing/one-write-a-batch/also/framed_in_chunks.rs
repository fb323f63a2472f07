//! With a codec: `ready_chunks` gives all lines that are here as one item, and a batch has an end to flush at. Half a line at
//! the end of the stream is an error to `Framed`, and the answers before it leave first.

use std::io;

use bytes::{Bytes, BytesMut};
use futures::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::codec::{Decoder, Encoder, Framed};

struct Lines;

impl Decoder for Lines {
    type Item = Bytes;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Bytes>> {
        let end = source.iter().position(|byte| *byte == b'\n');
        Ok(end.map(|end| source.split_to(end + 1).freeze().slice(..end)))
    }
}

impl Encoder<Vec<u8>> for Lines {
    type Error = io::Error;

    fn encode(&mut self, answer: Vec<u8>, out: &mut BytesMut) -> io::Result<()> {
        out.extend_from_slice(&answer);
        Ok(())
    }
}

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let mut framed = Framed::new(stream, Lines);
    // It would write on its own from 8 KiB on.
    framed.set_backpressure_boundary(64 << 10);
    let (mut sink, lines) = framed.split();
    let mut batches = lines.ready_chunks(usize::from(u16::MAX));
    while let Some(batch) = batches.next().await {
        let mut end = Ok(());
        for line in batch {
            match line {
                Ok(line) => sink.feed(answer(&line)).await?,
                Err(error) => end = Err(error),
            }
        }
        sink.flush().await?;
        end?;
    }
    Ok(())
}

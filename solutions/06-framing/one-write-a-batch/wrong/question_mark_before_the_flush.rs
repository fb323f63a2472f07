//! mistake: reply-withheld
//! "After an error there is nothing more to do." There is: the answers to the lines before it were handed to `feed`, and are
//! still in memory.

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
    let (mut sink, lines) = Framed::new(stream, Lines).split();
    let mut batches = lines.ready_chunks(256);
    while let Some(batch) = batches.next().await {
        for line in batch {
            sink.feed(answer(&line?)).await?;
        }
        sink.flush().await?;
    }
    Ok(())
}

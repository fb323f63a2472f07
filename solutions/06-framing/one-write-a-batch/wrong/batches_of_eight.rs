//! mistake: batch-has-a-size
//! `ready_chunks` wants a number, and eight is one. A batch of a hundred leaves in thirteen writes.

use std::io;

use bytes::BytesMut;
use futures::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::codec::{Decoder, Encoder, Framed};

/// Answers every line of a stream, until it ends.
pub async fn serve<S, A>(stream: S, mut answer: A) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
    A: FnMut(&[u8]) -> Vec<u8>,
{
    let (mut sink, lines) = Framed::new(stream, LineCodec).split();
    let mut batches = lines.ready_chunks(8);
    while let Some(batch) = batches.next().await {
        for line in batch {
            sink.feed(answer(&line?)).await?;
        }
        sink.flush().await?;
    }
    Ok(())
}

struct LineCodec;

impl Decoder for LineCodec {
    type Item = BytesMut;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<BytesMut>> {
        let end = source.iter().position(|byte| *byte == b'\n');
        Ok(end.map(|end| {
            let mut line = source.split_to(end + 1);
            line.truncate(end);
            line
        }))
    }
}

impl Encoder<Vec<u8>> for LineCodec {
    type Error = io::Error;

    fn encode(&mut self, answer: Vec<u8>, target: &mut BytesMut) -> io::Result<()> {
        target.extend_from_slice(&answer);
        Ok(())
    }
}

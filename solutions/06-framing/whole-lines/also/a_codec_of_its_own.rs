//! `FramedRead` keeps the buffer and calls the codec again and again. The codec says what a line is, and what it means
//! if the stream ends: without a `decode_eof` of its own, the error would be of another kind.

use std::io;

use bytes::BytesMut;
use futures::StreamExt;
use tokio::io::AsyncRead;
use tokio_util::codec::{Decoder, FramedRead};

/// The lines in a stream of bytes.
pub struct Lines<R> {
    frames: FramedRead<R, LineCodec>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// The lines that come out of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { frames: FramedRead::new(reader, LineCodec) }
    }

    /// The next line, without its `\n`.
    pub async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.frames.next().await.transpose()
    }
}

struct LineCodec;

impl Decoder for LineCodec {
    type Item = Vec<u8>;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<Vec<u8>>> {
        let Some(end) = source.iter().position(|byte| *byte == b'\n') else {
            return Ok(None);
        };
        Ok(Some(source.split_to(end + 1)[..end].to_vec()))
    }

    fn decode_eof(&mut self, source: &mut BytesMut) -> io::Result<Option<Vec<u8>>> {
        match self.decode(source)? {
            None if !source.is_empty() => Err(io::ErrorKind::UnexpectedEof.into()),
            line => Ok(line),
        }
    }
}

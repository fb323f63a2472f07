use bytes::BytesMut;
use tokio_util::codec::{Decoder, Encoder};

use crate::{Error, Frame, Grammar, Limits, Parser};

/// RESP as a codec: `Framed::new(socket, Resp::client())` is a `Stream` and a `Sink` of frames.
#[derive(Debug)]
pub struct Resp {
    parser: Parser,
}

impl Resp {
    /// For a server: decodes requests.
    pub fn server() -> Resp {
        Resp { parser: Parser::new(Grammar::Requests, Limits::default()) }
    }

    /// For a client: decodes any frame.
    pub fn client() -> Resp {
        Resp { parser: Parser::new(Grammar::Replies, Limits::default()) }
    }
}

// ANCHOR: decode
impl Decoder for Resp {
    type Item = Frame;
    type Error = Error;

    /// `Framed` calls this after every read, and again until it returns `None`, with everything that
    /// has not become a frame yet.
    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<Frame>, Error> {
        let Some(len) = self.parser.parse(source)? else { return Ok(None) };
        let bytes = source.split_to(len).freeze();
        Ok(Some(self.parser.frame(&bytes)))
    }
}
// ANCHOR_END: decode

impl Encoder<Frame> for Resp {
    type Error = Error;

    fn encode(&mut self, frame: Frame, out: &mut BytesMut) -> Result<(), Error> {
        frame.encode(out);
        Ok(())
    }
}

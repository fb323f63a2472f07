//! What must hold for any bytes whatever. The fuzz target and a test of the ordinary suite share it.

use bytes::{Bytes, BytesMut};
use framing::{Frame, Grammar, Limits, Parser, ProtocolError};

/// Small, so that a fuzzer reaches them.
const LIMITS: Limits = Limits { bulk: 64, elements: 32, line: 48, depth: 4, frame: 256 };

/// The first byte chooses the grammar, the second the size of the pieces; the rest is the stream.
///
/// # Panics
///
/// If the parser breaks one of its promises.
pub fn check(data: &[u8]) {
    let [grammar, piece, stream @ ..] = data else { return };
    let grammar = if grammar % 2 == 0 { Grammar::Requests } else { Grammar::Replies };

    let whole = run(grammar, stream, stream.len().max(1));
    let pieces = run(grammar, stream, usize::from(*piece).max(1));
    assert_eq!(whole, pieces, "how a stream is cut must not matter");

    for frame in &whole.0 {
        let wire = encode(frame);
        let (again, error) = run_with(Grammar::Replies, &wire, 3, Limits::default());
        assert_eq!(
            (again.len(), error),
            (1, None),
            "what was understood can be said again"
        );
        assert_eq!(encode(&again[0]), wire, "and means the same");
    }
}

fn encode(frame: &Frame) -> BytesMut {
    let mut out = BytesMut::new();
    frame.encode(&mut out);
    out
}

/// The frames of a stream that arrives in pieces, and the error that ends it.
fn run(
    grammar: Grammar,
    stream: &[u8],
    piece: usize,
) -> (Vec<Frame>, Option<ProtocolError>) {
    run_with(grammar, stream, piece, LIMITS)
}

fn run_with(
    grammar: Grammar,
    stream: &[u8],
    piece: usize,
    limits: Limits,
) -> (Vec<Frame>, Option<ProtocolError>) {
    let mut parser = Parser::new(grammar, limits);
    let mut buffer = BytesMut::new();
    let mut frames = Vec::new();
    for piece in stream.chunks(piece) {
        buffer.extend_from_slice(piece);
        loop {
            let before = buffer.len();
            match parser.parse(&buffer) {
                Ok(Some(len)) => {
                    assert!(0 < len && len <= before && len <= limits.frame);
                    let bytes: Bytes = buffer.split_to(len).freeze();
                    frames.push(parser.frame(&bytes));
                }
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
    }
    assert!(parser.looked_at() <= stream.len() as u64, "no byte is searched twice");
    (frames, None)
}

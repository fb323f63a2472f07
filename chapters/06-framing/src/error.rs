use std::fmt;
use std::io;

/// Why a connection gave no frame.
#[derive(Debug)]
pub enum Error {
    /// The peer broke the rules of RESP, or a limit. What follows in the stream means nothing.
    Protocol(ProtocolError),
    /// The socket failed, or the peer left in the middle of a frame.
    Io(io::Error),
    /// The peer sends and sends, and takes nothing of what it is sent: a frame's limit of bytes ([`Limits::frame`]) waits
    /// to be looked at, behind 16 MiB that wait to leave. Hang up without a goodbye, which would wait, too.
    ///
    /// [`Limits::frame`]: crate::Limits::frame
    Ahead,
}

/// Which rule of RESP the peer broke.
///
/// Where Redis has words for it, [`words`](ProtocolError::words) are those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolError {
    /// The number behind `*` is no number, or above the limit.
    ArrayLength,
    /// The number behind `$` is no number, negative, or above the limit.
    BulkLength,
    /// The line of a `*` does not end.
    ArrayHeader,
    /// The line of a `$` does not end.
    BulkHeader,
    /// The line of an inline command does not end.
    Inline,
    /// The quotes of an inline command do not close.
    Quotes,
    /// A request's array holds something else than bulk strings: its first byte.
    ExpectedBulk(u8),
    /// A bulk string is not followed by `\r\n`. (Redis skips two bytes unseen.)
    Terminator,
    /// No type of RESP2 begins with this byte.
    Type(u8),
    /// The number behind `:` is no number.
    Integer,
    /// The line of a simple string or an error does not end.
    Line,
    /// Arrays within arrays, deeper than the limit.
    Depth,
    /// The frame as a whole is above the limit. (Redis has none for that.)
    Frame,
}

impl ProtocolError {
    /// What to tell the peer: `ERR Protocol error: …`.
    pub fn words(&self) -> Vec<u8> {
        let words: &[u8] = match self {
            ProtocolError::ArrayLength => b"invalid multibulk length",
            ProtocolError::BulkLength => b"invalid bulk length",
            ProtocolError::ArrayHeader => b"too big mbulk count string",
            ProtocolError::BulkHeader => b"too big bulk count string",
            ProtocolError::Inline => b"too big inline request",
            ProtocolError::Quotes => b"unbalanced quotes in request",
            ProtocolError::ExpectedBulk(got) => {
                // A byte, not a `char`: what the peer sent need not be text.
                return [b"ERR Protocol error: expected '$', got '", &[*got][..], b"'"]
                    .concat();
            }
            ProtocolError::Terminator => b"expected CRLF after a bulk string",
            ProtocolError::Type(got) => {
                return [b"ERR Protocol error: no type begins with '", &[*got][..], b"'"]
                    .concat();
            }
            ProtocolError::Integer => b"invalid integer",
            ProtocolError::Line => b"too big line",
            ProtocolError::Depth => b"arrays nested too deep",
            ProtocolError::Frame => b"too big request",
        };
        [b"ERR Protocol error: ", words].concat()
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(String::from_utf8_lossy(&self.words()).trim_start_matches("ERR "))
    }
}

impl std::error::Error for ProtocolError {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Protocol(error) => error.fmt(f),
            Error::Io(error) => error.fmt(f),
            Error::Ahead => f.write_str("a client sends without reading its replies"),
        }
    }
}

impl std::error::Error for Error {}

impl From<ProtocolError> for Error {
    fn from(error: ProtocolError) -> Error {
        Error::Protocol(error)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error)
    }
}

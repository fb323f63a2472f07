use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::consume_budget;
use tokio::time::timeout;

use crate::{Error, Frame, Grammar, Limits, Parser, Replies, Request};

/// How much one read takes at the most.
const CHUNK: usize = 16 << 10;

/// How many bytes of frames to collect before some are written, even if more are to come at once.
const ENOUGH: usize = 64 << 10;

/// How many bytes may wait for a peer that does not read. From there on it gets no further answers, and what it
/// sends waits, too: as much as a frame may have ([`Limits::frame`]), which is 1 GiB. (Redis runs it all, and keeps replies
/// without a limit, unless `client-output-buffer-limit` sets one.)
const TOO_MUCH: usize = 16 << 20;

/// How long a peer may take to hear our last word.
const GOODBYE: Duration = Duration::from_secs(1);

/// Frames over a socket, in both directions.
///
/// What is written collects in memory and leaves when it must: when no whole frame is left to read, so that
/// somebody has to wait, or when there is a lot of it. So a hundred requests that arrive in one packet
/// are answered in one packet, and a request that arrives alone is answered at once.
#[derive(Debug)]
pub struct Connection<S = TcpStream> {
    stream: S,
    input: BytesMut,
    /// How many bytes of `input` the frame handed out last takes.
    taken: usize,
    parser: Parser,
    /// How many bytes of `input` may wait while the peer takes nothing.
    most_input: usize,
    replies: Replies,
    /// Something was written that the stream may still hold back.
    unflushed: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// A connection that somebody made to us: reads requests and writes replies.
    pub fn server(stream: S) -> Connection<S> {
        Connection::new(stream, Grammar::Requests, Limits::default())
    }

    /// A connection that we made: writes requests and reads replies.
    pub fn client(stream: S) -> Connection<S> {
        Connection::new(stream, Grammar::Replies, Limits::default())
    }

    /// A connection with limits of its own.
    pub fn new(stream: S, grammar: Grammar, limits: Limits) -> Connection<S> {
        Connection {
            stream,
            input: BytesMut::new(),
            taken: 0,
            parser: Parser::new(grammar, limits),
            most_input: limits.frame,
            replies: Replies::default(),
            unflushed: false,
        }
    }

    // ANCHOR: read_frame
    /// The next frame, or `None` if the peer left between two frames. Flushes before it waits.
    ///
    /// Cancel safe: what has been read and understood stays in the connection.
    ///
    /// # Errors
    ///
    /// [`Error::Protocol`] if the peer broke the rules: say so and hang up. [`Error::Io`] if the socket
    /// failed or the peer left in the middle of a frame (`UnexpectedEof`). [`Error::Ahead`] if the peer
    /// takes no replies, and has sent more than may wait.
    pub async fn read_frame(&mut self) -> Result<Option<Frame>, Error> {
        let Some(len) = self.whole_frame().await? else { return Ok(None) };
        self.taken = 0;
        let bytes = self.input.split_to(len).freeze();
        Ok(Some(self.parser.frame(&bytes)))
    }

    /// The next request, borrowed from the connection, and the place for its reply.
    ///
    /// Like [`read_frame`](Connection::read_frame) in every way, without an allocation.
    pub async fn read_request(
        &mut self,
    ) -> Result<Option<(Request<'_>, &mut Replies)>, Error> {
        if self.whole_frame().await?.is_none() {
            return Ok(None);
        }
        Ok(Some((self.parser.request(&self.input), &mut self.replies)))
    }
    // ANCHOR_END: read_frame

    // ANCHOR: whole_frame
    /// Waits until a whole frame stands at the front of `input`, and says how long it is.
    async fn whole_frame(&mut self) -> Result<Option<usize>, Error> {
        // A peer that sends without a pause must not keep the thread from other tasks.
        consume_budget().await;
        self.input.advance(std::mem::take(&mut self.taken));
        if self.replies.out.len() >= ENOUGH {
            self.make_room().await?;
        }
        loop {
            if let Some(len) = self.parser.parse(&self.input)? {
                self.taken = len;
                return Ok(Some(len));
            }
            if self.fill().await? == 0 {
                self.flush().await?;
                return match self.input.is_empty() {
                    true => Ok(None),
                    false => Err(Error::Io(io::ErrorKind::UnexpectedEof.into())),
                };
            }
        }
    }
    // ANCHOR_END: whole_frame

    // ANCHOR: fill
    /// Writes what there is to write and reads what there is to read, until something has been read.
    /// 0 is the end of the stream.
    async fn fill(&mut self) -> io::Result<usize> {
        poll_fn(|cx| {
            // Reading goes on although writing may have to wait: our peer may be busy
            // sending, and take replies only afterwards.
            let _ = self.poll_write_out(cx)?;
            self.poll_read_in(cx)
        })
        .await
    }

    /// Reads what there is to read.
    fn poll_read_in(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if self.input.is_empty() {
            self.input = BytesMut::new();
        }
        // On the stack, for as long as this call takes: a connection that waits holds no
        // buffer at all.
        let mut chunk = [MaybeUninit::uninit(); CHUNK];
        let mut chunk = ReadBuf::uninit(&mut chunk);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut chunk))?;
        self.input.extend_from_slice(chunk.filled());
        Poll::Ready(Ok(chunk.filled().len()))
    }
    // ANCHOR_END: fill

    /// Writes and flushes as much as the stream takes now.
    fn poll_write_out(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.replies.out.is_empty() {
            let stream = Pin::new(&mut self.stream);
            let n = ready!(stream.poll_write(cx, &self.replies.out))?;
            if n == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.replies.advance(n);
            self.unflushed = true;
        }
        if self.unflushed {
            ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            self.unflushed = false;
            self.replies.out = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }

    /// Adds a frame to what leaves next. Waits only for a peer that does not read.
    ///
    /// Cancel safe, in this sense: the frame has been added once this was polled, and never leaves in part.
    ///
    /// # Errors
    ///
    /// If the socket fails, or with [`Error::Ahead`], as [`read_frame`](Connection::read_frame) does.
    pub async fn write_frame(&mut self, frame: &Frame) -> Result<(), Error> {
        self.replies.frame(frame);
        if self.replies.out.len() >= ENOUGH { self.make_room().await } else { Ok(()) }
    }

    /// The place for replies, to write without waiting.
    pub fn replies(&mut self) -> &mut Replies {
        &mut self.replies
    }

    /// Writes what the stream takes now, and waits only while there is too much. Meanwhile it reads,
    /// and looks at nothing of it: a peer that is busy sending takes replies only afterwards.
    async fn make_room(&mut self) -> Result<(), Error> {
        poll_fn(|cx| {
            loop {
                let written = self.poll_write_out(cx)?;
                if written.is_ready() || self.replies.out.len() < TOO_MUCH {
                    return Poll::Ready(Ok(()));
                }
                if self.input.len() > self.most_input {
                    return Poll::Ready(Err(Error::Ahead));
                }
                // At the end of the stream, there is only the writing to wait for.
                if ready!(self.poll_read_in(cx))? == 0 {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Sends what has collected. Reading does so by itself before it waits.
    ///
    /// Cancel safe: what has not left stays.
    ///
    /// # Errors
    ///
    /// If the socket fails.
    pub async fn flush(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_write_out(cx)).await
    }

    /// Sends what has collected, and lets the peer hear it before the socket closes.
    ///
    /// A socket that closes while it holds unread input sends a reset, and a reset overtakes replies that the peer
    /// has not read. So we end our direction first, and throw away what still comes: until the peer ends its own,
    /// for a second at the most.
    ///
    /// Returns `false` if that second was too short for what had collected, so that the peer does not get all of it.
    pub async fn hang_up(mut self) -> bool {
        let goodbye = async {
            // Reads, too: a peer that is busy sending takes replies only afterwards.
            poll_fn(|cx| {
                loop {
                    self.input.clear();
                    if self.poll_write_out(cx)?.is_ready() {
                        return Poll::Ready(io::Result::Ok(()));
                    }
                    if ready!(self.poll_read_in(cx))? == 0 {
                        return Poll::Pending;
                    }
                }
            })
            .await?;
            self.stream.shutdown().await?;
            loop {
                self.input.clear();
                if self.fill().await? == 0 {
                    return io::Result::Ok(());
                }
            }
        };
        // A peer that broke the connection wants no more. Otherwise, what is still here is lost.
        timeout(GOODBYE, goodbye).await.is_ok() || self.replies.out.is_empty()
    }
}

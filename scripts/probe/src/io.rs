use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A reader that follows a script: chunks of any size, each after one `Pending` that wakes
/// itself, then the end of the stream, an error or silence.
///
/// One read never crosses from one chunk into the next. An answer that goes on reading after
/// the end is stopped by a panic with [`Script::SPINNING`] at its hundredth such read: correct
/// loops may read the end once or twice.
#[derive(Debug)]
pub struct Script {
    chunks: VecDeque<Vec<u8>>,
    end: ScriptEnd,
    /// The chunk in front has been announced with a `Pending`.
    announced: bool,
    log: ScriptLog,
}

#[derive(Clone, Copy, Debug)]
enum ScriptEnd {
    Eof,
    Error(io::ErrorKind),
    Silence,
}

/// What was read from a [`Script`]. Clones share the record.
#[derive(Clone, Debug, Default)]
pub struct ScriptLog(Arc<Mutex<ScriptCounts>>);

#[derive(Clone, Debug, Default)]
struct ScriptCounts {
    reads: usize,
    zero_length: usize,
    at_end: usize,
}

impl Script {
    /// What the panic says that stops an answer which reads on and on after the end.
    pub const SPINNING: &str = "the end of the stream was read 100 times";

    /// What the panic says that stops an answer which reads again and again into a buffer without room.
    pub const NO_ROOM: &str = "a buffer without room was read into 100 times";

    /// A script without chunks: the end of the stream at once.
    pub fn new() -> Script {
        Script {
            chunks: VecDeque::new(),
            end: ScriptEnd::Eof,
            announced: false,
            log: ScriptLog::default(),
        }
    }

    /// Adds a chunk. An empty one would look like the end of the stream, and is left out.
    pub fn chunk(mut self, bytes: impl AsRef<[u8]>) -> Script {
        if !bytes.as_ref().is_empty() {
            self.chunks.push_back(bytes.as_ref().to_vec());
        }
        self
    }

    /// Adds each byte as a chunk of its own.
    pub fn one_byte_at_a_time(self, bytes: impl AsRef<[u8]>) -> Script {
        bytes.as_ref().iter().fold(self, |script, byte| script.chunk([*byte]))
    }

    /// After the chunks every read fails, instead of reaching the end.
    pub fn then_error(self, kind: io::ErrorKind) -> Script {
        Script { end: ScriptEnd::Error(kind), ..self }
    }

    /// After the chunks nothing more comes, and no read returns.
    pub fn then_silence(self) -> Script {
        Script { end: ScriptEnd::Silence, ..self }
    }

    /// The record, to look at after the script has been moved away.
    pub fn log(&self) -> ScriptLog {
        self.log.clone()
    }
}

impl Default for Script {
    fn default() -> Script {
        Script::new()
    }
}

impl ScriptLog {
    /// Reads that returned something: bytes, the end or an error.
    pub fn reads(&self) -> usize {
        self.lock().reads
    }

    /// Reads into a buffer without room, which look like the end of the stream.
    pub fn zero_length(&self) -> usize {
        self.lock().zero_length
    }

    /// Reads at the end of the stream.
    pub fn at_end(&self) -> usize {
        self.lock().at_end
    }

    fn lock(&self) -> MutexGuard<'_, ScriptCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Script {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let log = self.log.clone();
        let mut counts = log.lock();
        if buf.remaining() == 0 {
            counts.zero_length += 1;
            assert!(counts.zero_length < 100, "{}", Script::NO_ROOM);
            return Poll::Ready(Ok(()));
        }
        if self.chunks.is_empty() {
            match self.end {
                ScriptEnd::Silence => return Poll::Pending,
                ScriptEnd::Error(kind) => {
                    counts.reads += 1;
                    return Poll::Ready(Err(kind.into()));
                }
                ScriptEnd::Eof => {
                    counts.reads += 1;
                    counts.at_end += 1;
                    assert!(counts.at_end < 100, "{}", Script::SPINNING);
                    return Poll::Ready(Ok(()));
                }
            }
        }
        if !self.announced {
            self.announced = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        counts.reads += 1;
        let chunk = &mut self.chunks[0];
        let n = chunk.len().min(buf.remaining());
        buf.put_slice(&chunk[..n]);
        chunk.drain(..n);
        if chunk.is_empty() {
            self.chunks.pop_front();
            self.announced = false;
        }
        Poll::Ready(Ok(()))
    }
}

/// A writer that takes only so many bytes a call and records every call.
#[derive(Debug)]
pub struct Sink {
    at_most: usize,
    log: SinkLog,
}

/// What was written to a [`Sink`]. Clones share the record.
#[derive(Clone, Debug, Default)]
pub struct SinkLog(Arc<Mutex<SinkCounts>>);

#[derive(Clone, Debug, Default)]
struct SinkCounts {
    written: Vec<u8>,
    writes: usize,
    flushes: usize,
    shutdowns: usize,
}

impl Sink {
    /// A writer that takes whatever it is given.
    pub fn new() -> Sink {
        Sink { at_most: usize::MAX, log: SinkLog::default() }
    }

    /// Takes `bytes` bytes a call at the most.
    ///
    /// # Panics
    ///
    /// If `bytes` is zero: such a writer would never get anywhere.
    pub fn at_most(self, bytes: usize) -> Sink {
        assert!(bytes > 0, "a sink must take at least one byte a call");
        Sink { at_most: bytes, ..self }
    }

    /// The record, to look at after the sink has been moved away.
    pub fn log(&self) -> SinkLog {
        self.log.clone()
    }
}

impl Default for Sink {
    fn default() -> Sink {
        Sink::new()
    }
}

impl SinkLog {
    /// Every byte taken so far.
    pub fn written(&self) -> Vec<u8> {
        self.lock().written.clone()
    }

    /// Calls of `poll_write`.
    pub fn writes(&self) -> usize {
        self.lock().writes
    }

    /// Calls of `poll_flush`.
    pub fn flushes(&self) -> usize {
        self.lock().flushes
    }

    /// Calls of `poll_shutdown`.
    pub fn shutdowns(&self) -> usize {
        self.lock().shutdowns
    }

    fn lock(&self) -> MutexGuard<'_, SinkCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncWrite for Sink {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let n = bytes.len().min(self.at_most);
        let mut counts = self.log.lock();
        counts.writes += 1;
        counts.written.extend_from_slice(&bytes[..n]);
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.log.lock().flushes += 1;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.log.lock().shutdowns += 1;
        Poll::Ready(Ok(()))
    }
}

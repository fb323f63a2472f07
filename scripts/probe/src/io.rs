use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A reader that follows a script: chunks of any size, each after one `Pending` that wakes
/// itself, then the end of the stream, an error or silence.
///
/// One read never crosses from one chunk into the next. An answer that goes on reading after
/// the end is stopped by a panic with [`Script::SPINNING`] at its hundredth such read: correct
/// loops may read the end once or twice.
#[derive(Debug)]
pub struct Script {
    steps: VecDeque<Step>,
    end: ScriptEnd,
    /// The step in front has been announced with a `Pending`.
    announced: bool,
    log: ScriptLog,
}

#[derive(Debug)]
enum Step {
    Bytes(Vec<u8>),
    Error(io::ErrorKind),
    Wait(Duration),
    Waiting(Pin<Box<Sleep>>),
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
    errors: usize,
}

impl Script {
    /// What the panic says that stops an answer which reads on and on after the end.
    pub const SPINNING: &str = "the end of the stream was read 100 times";

    /// What the panic says that stops an answer which reads again and again into a buffer without room.
    pub const NO_ROOM: &str = "a buffer without room was read into 100 times";

    /// A script without chunks: the end of the stream at once.
    pub fn new() -> Script {
        Script {
            steps: VecDeque::new(),
            end: ScriptEnd::Eof,
            announced: false,
            log: ScriptLog::default(),
        }
    }

    /// Adds a chunk. An empty one would look like the end of the stream, and is left out.
    pub fn chunk(mut self, bytes: impl AsRef<[u8]>) -> Script {
        if !bytes.as_ref().is_empty() {
            self.steps.push_back(Step::Bytes(bytes.as_ref().to_vec()));
        }
        self
    }

    /// Adds each byte as a chunk of its own.
    pub fn one_byte_at_a_time(self, bytes: impl AsRef<[u8]>) -> Script {
        bytes.as_ref().iter().fold(self, |script, byte| script.chunk([*byte]))
    }

    /// Adds several chunks, such as one of the ways of [`cuts`](crate::cuts).
    pub fn chunks<B: AsRef<[u8]>>(self, chunks: impl IntoIterator<Item = B>) -> Script {
        chunks.into_iter().fold(self, Script::chunk)
    }

    /// Here one read fails, and those that follow go on after it.
    pub fn error(mut self, kind: io::ErrorKind) -> Script {
        self.steps.push_back(Step::Error(kind));
        self
    }

    /// Here nothing comes for some time, on Tokio's clock.
    pub fn wait(mut self, time: Duration) -> Script {
        self.steps.push_back(Step::Wait(time));
        self
    }

    /// Of what was added so far, only the first `bytes` come; then every read fails.
    pub fn error_at(self, bytes: usize, kind: io::ErrorKind) -> Script {
        self.only(bytes).then_error(kind)
    }

    /// Of what was added so far, only the first `bytes` come; then the stream ends.
    pub fn end_at(self, bytes: usize) -> Script {
        Script { end: ScriptEnd::Eof, ..self.only(bytes) }
    }

    /// Of what was added so far, only the first `bytes` come; then nothing more, and no read returns.
    pub fn silence_at(self, bytes: usize) -> Script {
        self.only(bytes).then_silence()
    }

    fn only(mut self, bytes: usize) -> Script {
        let mut left = bytes;
        self.steps.retain_mut(|step| match step {
            Step::Bytes(chunk) => {
                chunk.truncate(left);
                left -= chunk.len();
                !chunk.is_empty()
            }
            _ => left > 0,
        });
        self
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

    /// Reads that failed.
    pub fn errors(&self) -> usize {
        self.lock().errors
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
        while let Some(Step::Wait(_) | Step::Waiting(_)) = self.steps.front() {
            if let Step::Wait(time) = self.steps[0] {
                self.steps[0] = Step::Waiting(Box::pin(sleep(time)));
            }
            if let Step::Waiting(sleep) = &mut self.steps[0] {
                ready!(sleep.as_mut().poll(cx));
            }
            self.steps.pop_front();
        }
        if self.steps.is_empty() {
            match self.end {
                ScriptEnd::Silence => return Poll::Pending,
                ScriptEnd::Error(kind) => {
                    counts.reads += 1;
                    counts.errors += 1;
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
        if let Step::Bytes(chunk) = &mut self.steps[0] {
            let n = chunk.len().min(buf.remaining());
            buf.put_slice(&chunk[..n]);
            chunk.drain(..n);
            if !chunk.is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
        self.announced = false;
        match self.steps.pop_front() {
            Some(Step::Error(kind)) => {
                counts.errors += 1;
                Poll::Ready(Err(kind.into()))
            }
            _ => Poll::Ready(Ok(())),
        }
    }
}

/// A writer that takes only so many bytes a call, fails or waits where the check says, and records
/// every call.
///
/// ```
/// # use std::{io::ErrorKind, time::Duration};
/// # use probe::{Call, Sink};
/// Sink::new().at_most(3); // takes three bytes a call
/// Sink::new().fails(Call::Write(2), ErrorKind::Other); // the second write fails, the third works
/// Sink::new().fails_from(Call::Flush(1), ErrorKind::Other); // no flush works
/// Sink::new().fails_after(100, ErrorKind::StorageFull); // takes 100 bytes in all
/// Sink::new().zero_after(100); // then says that it took nothing
/// Sink::new().silence_after(100); // then keeps every write waiting
/// Sink::new().slow(Call::Write(1), Duration::from_secs(1)); // the others take no time
/// ```
#[derive(Debug)]
pub struct Sink {
    at_most: usize,
    /// How many bytes it takes in all, and what comes then.
    room: usize,
    full: Full,
    faults: Vec<Fault>,
    slow: Vec<(Call, Duration)>,
    /// The call that was begun and has not ended, and until when it waits.
    begun: Option<(Call, Option<Pin<Box<Sleep>>>)>,
    log: SinkLog,
}

/// One call of a [`Sink`]: the n-th of its kind, from 1. A call that has to wait is one call,
/// however often it is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// The n-th `poll_write`.
    Write(usize),
    /// The n-th `poll_flush`.
    Flush(usize),
    /// The n-th `poll_shutdown`.
    Shutdown(usize),
}

#[derive(Clone, Copy, Debug)]
enum Full {
    Error(io::ErrorKind),
    Zero,
    Silence,
}

#[derive(Clone, Copy, Debug)]
struct Fault {
    call: Call,
    for_good: bool,
    kind: io::ErrorKind,
}

impl Fault {
    fn meets(&self, call: Call) -> bool {
        match (self.call, call) {
            (call, at) if call == at => true,
            (Call::Write(from), Call::Write(n))
            | (Call::Flush(from), Call::Flush(n))
            | (Call::Shutdown(from), Call::Shutdown(n)) => self.for_good && n > from,
            _ => false,
        }
    }
}

/// What was done with a [`Sink`]. Clones share the record.
#[derive(Clone, Debug, Default)]
pub struct SinkLog(Arc<Mutex<SinkCounts>>);

/// What became of one call of a [`Sink`], in the order in which they ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A write took so many bytes.
    Wrote(usize),
    /// Everything was flushed.
    Flushed,
    /// The writer was shut down.
    ShutDown,
    /// This call failed.
    Failed(Call),
}

#[derive(Clone, Debug, Default)]
struct SinkCounts {
    written: Vec<u8>,
    writes: usize,
    flushes: usize,
    shutdowns: usize,
    zeros: usize,
    unflushed: usize,
    done: Vec<Done>,
}

impl Sink {
    /// What the panic says that stops an answer which writes on and on where nothing is taken.
    pub const SPINNING: &str = "a writer that took nothing was written to 100 times";

    /// A writer that takes whatever it is given.
    pub fn new() -> Sink {
        Sink {
            at_most: usize::MAX,
            room: usize::MAX,
            full: Full::Zero,
            faults: Vec::new(),
            slow: Vec::new(),
            begun: None,
            log: SinkLog::default(),
        }
    }

    /// Takes `bytes` bytes a call at the most.
    ///
    /// # Panics
    ///
    /// If `bytes` is zero: such a writer would never get anywhere. (See [`zero_after`](Sink::zero_after).)
    pub fn at_most(self, bytes: usize) -> Sink {
        assert!(bytes > 0, "a sink must take at least one byte a call");
        Sink { at_most: bytes, ..self }
    }

    /// This call fails, and those that follow work.
    pub fn fails(mut self, call: Call, kind: io::ErrorKind) -> Sink {
        self.faults.push(Fault { call, for_good: false, kind });
        self
    }

    /// This call fails, and so do all of its kind that follow.
    pub fn fails_from(mut self, call: Call, kind: io::ErrorKind) -> Sink {
        self.faults.push(Fault { call, for_good: true, kind });
        self
    }

    /// Takes `bytes` bytes in all; then every write fails.
    pub fn fails_after(self, bytes: usize, kind: io::ErrorKind) -> Sink {
        Sink { room: bytes, full: Full::Error(kind), ..self }
    }

    /// Takes `bytes` bytes in all; then every write says that it took none. The hundredth panics with
    /// [`Sink::SPINNING`].
    pub fn zero_after(self, bytes: usize) -> Sink {
        Sink { room: bytes, full: Full::Zero, ..self }
    }

    /// Takes `bytes` bytes in all; then no write returns, as with a peer that does not read.
    pub fn silence_after(self, bytes: usize) -> Sink {
        Sink { room: bytes, full: Full::Silence, ..self }
    }

    /// This call takes some time, on Tokio's clock, before anything is taken.
    pub fn slow(mut self, call: Call, time: Duration) -> Sink {
        self.slow.push((call, time));
        self
    }

    /// The record, to look at after the sink has been moved away.
    pub fn log(&self) -> SinkLog {
        self.log.clone()
    }

    /// Begins a call or goes on with it, and waits as long as it has to. A call of another kind
    /// takes the place of one that was given up.
    fn poll_call(
        &mut self,
        cx: &mut Context<'_>,
        call: impl FnOnce(&mut SinkCounts) -> Call,
        same: fn(Call) -> bool,
    ) -> Poll<io::Result<Call>> {
        let call = match self.begun.as_ref().map(|(call, _)| *call) {
            Some(call) if same(call) => call,
            _ => call(&mut self.log.lock()),
        };
        if self.begun.as_ref().is_none_or(|(begun, _)| *begun != call) {
            let slow = self.slow.iter().find(|(at, _)| *at == call);
            let waits = slow.map(|(_, time)| Box::pin(sleep(*time)));
            self.begun = Some((call, waits));
        }
        if let Some((_, Some(waits))) = &mut self.begun {
            ready!(waits.as_mut().poll(cx));
        }
        let silent = matches!(self.full, Full::Silence) && self.room == 0;
        if silent && matches!(call, Call::Write(_)) {
            return Poll::Pending;
        }
        self.begun = None;
        match self.faults.iter().find(|fault| fault.meets(call)) {
            Some(fault) => {
                self.log.lock().done.push(Done::Failed(call));
                Poll::Ready(Err(fault.kind.into()))
            }
            None => Poll::Ready(Ok(call)),
        }
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

    /// Writes begun.
    pub fn writes(&self) -> usize {
        self.lock().writes
    }

    /// Flushes begun.
    pub fn flushes(&self) -> usize {
        self.lock().flushes
    }

    /// Shutdowns begun.
    pub fn shutdowns(&self) -> usize {
        self.lock().shutdowns
    }

    /// Bytes taken since the last flush or shutdown that worked.
    pub fn unflushed(&self) -> usize {
        self.lock().unflushed
    }

    /// What became of each call, in order.
    pub fn done(&self) -> Vec<Done> {
        self.lock().done.clone()
    }

    fn lock(&self) -> MutexGuard<'_, SinkCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncWrite for Sink {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let begin = |counts: &mut SinkCounts| {
            counts.writes += 1;
            Call::Write(counts.writes)
        };
        let call =
            ready!(self.poll_call(cx, begin, |call| matches!(call, Call::Write(_))))?;
        let log = self.log.clone();
        let mut counts = log.lock();
        if self.room == 0 && !bytes.is_empty() {
            match self.full {
                Full::Error(kind) => {
                    counts.done.push(Done::Failed(call));
                    return Poll::Ready(Err(kind.into()));
                }
                _ => {
                    counts.zeros += 1;
                    assert!(counts.zeros < 100, "{}", Sink::SPINNING);
                }
            }
        }
        let n = bytes.len().min(self.at_most).min(self.room);
        if self.room != usize::MAX {
            self.room -= n;
        }
        counts.written.extend_from_slice(&bytes[..n]);
        counts.unflushed += n;
        counts.done.push(Done::Wrote(n));
        Poll::Ready(Ok(n))
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let begin = |counts: &mut SinkCounts| {
            counts.flushes += 1;
            Call::Flush(counts.flushes)
        };
        ready!(self.poll_call(cx, begin, |call| matches!(call, Call::Flush(_))))?;
        let mut counts = self.log.lock();
        counts.unflushed = 0;
        counts.done.push(Done::Flushed);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        let begin = |counts: &mut SinkCounts| {
            counts.shutdowns += 1;
            Call::Shutdown(counts.shutdowns)
        };
        ready!(self.poll_call(cx, begin, |call| matches!(call, Call::Shutdown(_))))?;
        let mut counts = self.log.lock();
        counts.unflushed = 0;
        counts.done.push(Done::ShutDown);
        Poll::Ready(Ok(()))
    }
}

//! The part that waits for the world: one thread that asks the operating system which sockets
//! are ready and which timers are due, and wakes the tasks that wait for them.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, ErrorKind};
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Instant;

use mio::event::Source;
use mio::{Events, Interest, Registry, Token};

/// The one reactor of this process. Its thread starts with the first socket or timer.
static REACTOR: LazyLock<io::Result<Reactor>> = LazyLock::new(Reactor::start);

/// The token of the reactor's own waker. Sockets count up from 0 and never get here.
const INTERRUPT: Token = Token(usize::MAX);

// ANCHOR: reactor
/// Everything that waits, and for what.
pub(crate) struct Reactor {
    registry: Registry,
    /// Ends the thread's sleep, for a timer that is due earlier than it knows.
    interrupt: mio::Waker,
    sockets: Mutex<HashMap<Token, Arc<Waiting>>>,
    timers: Mutex<BTreeMap<TimerKey, Waker>>,
}

/// Who waits for one socket: at most one task in each direction.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    to_read: Mutex<Option<Waker>>,
    to_write: Mutex<Option<Waker>>,
}

/// When a timer is due, and a number, because two may be due at the same time.
pub(crate) type TimerKey = (Instant, u64);
// ANCHOR_END: reactor

impl Reactor {
    /// The reactor, started by the first call.
    pub(crate) fn get() -> io::Result<&'static Reactor> {
        let failed = |error: &io::Error| io::Error::new(error.kind(), error.to_string());
        REACTOR.as_ref().map_err(failed)
    }

    fn start() -> io::Result<Reactor> {
        let poll = mio::Poll::new()?;
        let reactor = Reactor {
            registry: poll.registry().try_clone()?,
            interrupt: mio::Waker::new(poll.registry(), INTERRUPT)?,
            sockets: Mutex::default(),
            timers: Mutex::default(),
        };
        thread::Builder::new().name("reactor".into()).spawn(move || {
            // The static is set once `start` has returned. Until then, this waits.
            if let Ok(reactor) = Reactor::get() {
                reactor.run(poll);
            }
        })?;
        Ok(reactor)
    }

    // ANCHOR: run
    fn run(&self, mut poll: mio::Poll) {
        let mut events = Events::with_capacity(1024);
        loop {
            let next = self.timers.lock().unwrap().keys().next().map(|&(due, _)| due);
            let sleep = next.map(|due| due.saturating_duration_since(Instant::now()));
            match poll.poll(&mut events, sleep) {
                Err(error) if error.kind() != ErrorKind::Interrupted => {
                    panic!("the operating system does not say what is ready: {error}")
                }
                _ => self.wake_ready(&events),
            }
        }
    }

    fn wake_ready(&self, events: &Events) {
        let mut ready = Vec::new();
        for event in events {
            let sockets = self.sockets.lock().unwrap();
            let Some(waiting) = sockets.get(&event.token()) else { continue };
            // An end or an error is something that the next read or write will report.
            if event.is_readable() || event.is_read_closed() || event.is_error() {
                ready.extend(waiting.to_read.lock().unwrap().take());
            }
            if event.is_writable() || event.is_write_closed() || event.is_error() {
                ready.extend(waiting.to_write.lock().unwrap().take());
            }
        }
        let now = Instant::now();
        let mut timers = self.timers.lock().unwrap();
        while let Some(first) = timers.first_entry().filter(|first| first.key().0 <= now)
        {
            ready.push(first.remove());
        }
        drop(timers);
        // Without a lock: a waker is somebody else's code.
        ready.into_iter().for_each(Waker::wake);
    }
    // ANCHOR_END: run

    // ANCHOR: timers
    /// Wakes `waker` when the timer is due. It replaces the waker of an earlier call.
    pub(crate) fn set_timer(&self, key: TimerKey, waker: &Waker) -> io::Result<()> {
        let mut timers = self.timers.lock().unwrap();
        let before = timers.insert(key, waker.clone());
        let is_first = timers.keys().next() == Some(&key);
        drop(timers);
        drop(before); // without the lock: a waker may own a timer
        if is_first {
            self.interrupt.wake()?; // the thread may be about to sleep for longer
        }
        Ok(())
    }
    // ANCHOR_END: timers

    pub(crate) fn clear_timer(&self, key: TimerKey) {
        let waker = self.timers.lock().unwrap().remove(&key);
        drop(waker); // without the lock
    }
}

/// A socket that the reactor knows.
#[derive(Debug)]
pub(crate) struct Registered<S: Source> {
    socket: S,
    token: Token,
    waiting: Arc<Waiting>,
}

/// What a task wants from a socket.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Direction {
    Read,
    Write,
}

impl<S: Source> Registered<S> {
    pub(crate) fn new(mut socket: S) -> io::Result<Registered<S>> {
        use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
        static NEXT: AtomicUsize = AtomicUsize::new(0);

        let reactor = Reactor::get()?;
        // Never used twice, so no late event of one socket can be taken for another's.
        let token = Token(NEXT.fetch_add(1, Relaxed));
        let waiting = Arc::new(Waiting::default());
        let interest = Interest::READABLE | Interest::WRITABLE;
        reactor.registry.register(&mut socket, token, interest)?;
        reactor.sockets.lock().unwrap().insert(token, waiting.clone());
        Ok(Registered { socket, token, waiting })
    }

    pub(crate) fn socket(&self) -> &S {
        &self.socket
    }

    // ANCHOR: poll_io
    /// Does something with the socket, or is woken when it is worth trying again.
    pub(crate) fn poll_io<T>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        mut operation: impl FnMut(&S) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        // Before the look: the socket may become ready at any time, and we are told once.
        self.waiting.register(direction, cx.waker());
        loop {
            match operation(&self.socket) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Poll::Pending;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return Poll::Ready(result),
            }
        }
    }
    // ANCHOR_END: poll_io
}

impl<S: Source> Drop for Registered<S> {
    fn drop(&mut self) {
        if let Ok(reactor) = Reactor::get() {
            reactor.sockets.lock().unwrap().remove(&self.token);
            // Closing the socket would do as well.
            let _ = reactor.registry.deregister(&mut self.socket);
        }
    }
}

// ANCHOR: register
impl Waiting {
    /// Whoever polled last is the one to wake.
    fn register(&self, direction: Direction, waker: &Waker) {
        let slot = match direction {
            Direction::Read => &self.to_read,
            Direction::Write => &self.to_write,
        };
        let mut slot = slot.lock().unwrap();
        if !slot.as_ref().is_some_and(|old| old.will_wake(waker)) {
            let old = slot.replace(waker.clone());
            drop(slot);
            drop(old); // without the lock: a waker may own a socket
        }
    }
}
// ANCHOR_END: register

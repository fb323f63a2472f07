use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::runtime::{self, Handle, Id, Runtime};
use tokio::task;
use tokio::time::Instant;

use crate::out::Out;
use crate::record::{End, Event, Kind, Lane, LeftOut, Outcome, Task, TaskKind, Timeline};

/// How many events a recorder keeps unless told otherwise: less than 2 MB.
pub const DEFAULT_LIMIT: usize = 20_000;

/// Records what futures do: when they are polled, on which thread, when and by whom they are
/// woken, and how they end.
///
/// Clones share one record. A recorder may be dropped before the futures it wraps: they run on
/// as they would have without it.
///
/// Each runtime has a clock of its own, which may be paused. If a record sees several runtimes,
/// the time of each goes on from where the record was when it saw that runtime first: right for
/// one runtime after the other, and for real clocks; of paused ones at the same time only the
/// order is right.
///
/// The cost is one allocation for a wrapped future, and 0.3 to 0.8 µs a poll (see the [crate's
/// page](crate#cost)).
#[derive(Clone, Debug)]
pub struct Recorder {
    /// `None` records nothing.
    shared: Option<Arc<Shared>>,
    /// Writes the picture when the last clone of the recorder is gone.
    out: Option<Arc<Out>>,
}

impl Recorder {
    /// An empty record that keeps [`DEFAULT_LIMIT`] events.
    #[expect(clippy::new_without_default, reason = "`off` would be a default, too")]
    pub fn new() -> Recorder {
        Recorder::with_limit(DEFAULT_LIMIT)
    }

    /// An empty record that keeps the first `limit` events and the first `limit` tasks.
    ///
    /// What comes later is counted in [`Timeline::left_out`]; the end of a poll, of a span or
    /// of a task whose beginning was kept is always kept, so no bar is left open. An event
    /// takes 72 bytes at most, and a name or a note its letters.
    pub fn with_limit(limit: usize) -> Recorder {
        let shared =
            Shared { state: Mutex::new(State::new(limit)), handle: OnceLock::new() };
        Recorder { shared: Some(Arc::new(shared)), out: None }
    }

    /// A recorder that records nothing: what it wraps runs with one branch more for a poll.
    pub fn off() -> Recorder {
        Recorder { shared: None, out: None }
    }

    /// Records if the environment variable `TIMELINE_OUT` says where to, and is
    /// [`off`](Recorder::off) otherwise.
    ///
    /// The [crate's page](crate#from-a-command) has the contract. The file is written when the
    /// last clone of this recorder is dropped, also when that happens in a panic, or earlier by
    /// [`save`](Recorder::save).
    pub fn from_env() -> Recorder {
        match Out::from_env() {
            Some(out) => Recorder::new().saving(out),
            None => Recorder::off(),
        }
    }

    /// Writes the record to `path` when the last clone of this recorder is dropped; how depends
    /// on the path's extension, as for `TIMELINE_OUT`.
    pub fn save_to(self, path: impl Into<PathBuf>) -> Recorder {
        self.saving(Out::to(path.into()))
    }

    fn saving(self, mut out: Out) -> Recorder {
        out.shared = self.shared.clone();
        Recorder { out: Some(Arc::new(out)), ..self }
    }

    /// Writes what is recorded until now to where [`from_env`](Recorder::from_env) or
    /// [`save_to`](Recorder::save_to) said. Without either, or when off, it does nothing.
    ///
    /// # Errors
    ///
    /// The file cannot be written, or its extension is neither `svg` nor `txt`.
    pub fn save(&self) -> std::io::Result<()> {
        self.out.as_ref().map_or(Ok(()), |out| out.save())
    }

    /// Whether this recorder records: not when it is [`off`](Recorder::off), and not after
    /// [`finish`](Recorder::finish).
    pub fn is_recording(&self) -> bool {
        self.shared.as_ref().is_some_and(|shared| !shared.lock().closed)
    }

    /// `future`, recorded under `name`. Like any future it does nothing before it is polled,
    /// and the record says so.
    ///
    /// For the branches of `join!` and `select!`, for futures that are awaited in place, and
    /// for `tokio::spawn`.
    pub fn wrap<F: Future>(&self, name: impl Into<String>, future: F) -> Recorded<F> {
        self.recorded(name, TaskKind::Wrapped, future)
    }

    /// Like [`wrap`](Recorder::wrap), for a future that some other function spawns at once,
    /// such as `JoinSet::spawn` or `spawn_local`: it is ready to be polled from the beginning.
    pub fn spawned<F: Future>(&self, name: impl Into<String>, future: F) -> Recorded<F> {
        self.recorded(name, TaskKind::Spawned, future)
    }

    /// `tokio::spawn`, recorded under `name`.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    pub fn spawn<F>(&self, name: impl Into<String>, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let recorded = self.spawned(name, future);
        let child = recorded.child();
        JoinHandle::new(tokio::spawn(recorded), child)
    }

    /// `tokio::task::spawn_blocking`, recorded under `name`. The closure counts as one poll, on
    /// a thread's lane.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    pub fn spawn_blocking<F, T>(&self, name: impl Into<String>, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (job, child) = self.job(name.into(), f);
        JoinHandle::new(task::spawn_blocking(job), child)
    }

    /// `f`, recorded under `name`, for a function that runs it on the blocking pool, such as
    /// `JoinSet::spawn_blocking`; and what [`JoinHandle::new`] wants to know of it.
    pub fn job<F, T>(&self, name: String, f: F) -> (impl FnOnce() -> T + use<F, T>, Child)
    where
        F: FnOnce() -> T,
    {
        let job = Job { ticket: self.ticket(name, TaskKind::Blocking) };
        let child = Child(job.ticket.clone());
        let run = move || {
            let job = job;
            let running = job.ticket.as_ref().map(Running::start);
            let value = f();
            if let Some(running) = running {
                running.end(true);
            }
            value
        };
        (run, child)
    }

    /// `runtime.block_on`, recorded under `name`.
    ///
    /// # Panics
    ///
    /// Inside another runtime, as `Runtime::block_on` does.
    pub fn block_on<F: Future>(
        &self,
        runtime: &Runtime,
        name: impl Into<String>,
        future: F,
    ) -> F::Output {
        let _inside = runtime.enter(); // for the clock
        runtime.block_on(self.recorded(name, TaskKind::BlockOn, future))
    }

    /// Notes `text` here, in the recorded task that is being polled on this thread, if any.
    pub fn note(&self, text: impl Into<String>) {
        if let Some(shared) = &self.shared {
            let task = shared.current();
            shared.lock().note(task, text.into(), shared);
        }
    }

    /// Marks a stretch of the recorded task that is being polled on this thread, from here
    /// until the guard is dropped, across all `.await`s: for how long a lock is held, for
    /// example. Outside a recorded task it marks nothing.
    pub fn span(&self, name: impl Into<String>) -> Span {
        let open = self.shared.as_ref().and_then(|shared| {
            let task = shared.current()?;
            let id = shared.lock().span(task, name.into(), shared)?;
            Some((shared.clone(), task, id))
        });
        Span { open }
    }

    /// Ends the record and takes it; futures that are still there run on without being
    /// recorded.
    pub fn finish(&self) -> Timeline {
        let Some(shared) = &self.shared else { return Timeline::default() };
        let mut state = shared.lock();
        state.closed = true;
        let lanes = state.lanes.drain(..).map(|(_, lane)| lane).collect();
        Timeline {
            tasks: mem::take(&mut state.tasks),
            lanes,
            events: mem::take(&mut state.events),
            left_out: state.left_out,
        }
    }

    /// A copy of the record until now.
    pub fn snapshot(&self) -> Timeline {
        self.shared.as_ref().map_or_else(Timeline::default, |shared| shared.snapshot())
    }

    /// `future`, recorded under `name` as what `kind` says: for whom [`wrap`](Recorder::wrap),
    /// [`spawned`](Recorder::spawned) and [`block_on`](Recorder::block_on) do not fit.
    pub fn recorded<F: Future>(
        &self,
        name: impl Into<String>,
        kind: TaskKind,
        future: F,
    ) -> Recorded<F> {
        let ticket = self.ticket(name.into(), kind);
        Recorded { future: Some(Box::pin(future)), ticket, relay: Weak::new() }
    }

    fn ticket(&self, name: String, kind: TaskKind) -> Option<Ticket> {
        let shared = self.shared.as_ref()?;
        let by = shared.current();
        let task = shared.lock().create(name, kind, by, shared)?;
        Some(Ticket { shared: shared.clone(), task })
    }
}

/// A future that is being recorded; made by [`Recorder::wrap`].
///
/// Dropped before it has ended, it records that, too.
pub struct Recorded<F> {
    /// `None` only while it is being dropped.
    future: Option<Pin<Box<F>>>,
    ticket: Option<Ticket>,
    /// The waker of the last poll, if somebody still holds it. Not an `Arc`: a future that
    /// owned its own waker would own the task it is part of.
    relay: Weak<Relay>,
}

impl<F> Recorded<F> {
    /// What [`JoinHandle::new`] wants to know of this future.
    pub fn child(&self) -> Child {
        Child(self.ticket.clone())
    }

    /// The same waker as last time, if the caller's is the same, so that `will_wake` stays
    /// true.
    fn waker(&mut self, ticket: &Ticket, outer: &Waker) -> Waker {
        let relay = match self.relay.upgrade() {
            Some(relay) => {
                relay.pass_to(outer);
                relay
            }
            None => Relay::new(ticket, Cause::Woken, outer),
        };
        self.relay = Arc::downgrade(&relay);
        Waker::from(relay)
    }
}

impl<F: Future> Future for Recorded<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let Some(ticket) = this.ticket.clone() else { return this.future().poll(cx) };
        let running = Running::start(&ticket);
        let waker = this.waker(&ticket, cx.waker());
        let result = this.future().poll(&mut Context::from_waker(&waker));
        running.end(result.is_ready());
        result
    }
}

impl<F> Recorded<F> {
    fn future(&mut self) -> Pin<&mut F> {
        self.future.as_mut().expect("it is there until the drop").as_mut()
    }
}

impl<F> Drop for Recorded<F> {
    fn drop(&mut self) {
        if let Some(ticket) = &self.ticket {
            let by = ticket.shared.current();
            ticket.shared.lock().dropped(ticket.task, by, &ticket.shared);
            // Whom this wakes by dropping what it holds, it wakes as itself.
            let _current = Current::enter(&ticket.shared, ticket.task);
            self.future = None;
        }
    }
}

impl<F> fmt::Debug for Recorded<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded").finish_non_exhaustive()
    }
}

/// Tokio's `JoinHandle`, which it dereferences to, that also tells a recorded task whose end
/// woke it.
#[derive(Debug)]
pub struct JoinHandle<T> {
    inner: task::JoinHandle<T>,
    child: Option<Ticket>,
    relay: Weak<Relay>,
}

impl<T> JoinHandle<T> {
    /// For a task that was spawned in some other way than by [`Recorder::spawn`]: `inner` is
    /// what its spawning returned.
    pub fn new(inner: task::JoinHandle<T>, child: Child) -> JoinHandle<T> {
        JoinHandle { inner, child: child.0, relay: Weak::new() }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, task::JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(child) = &this.child else { return Pin::new(&mut this.inner).poll(cx) };
        let relay = match this.relay.upgrade() {
            Some(relay) => {
                relay.pass_to(cx.waker());
                relay
            }
            None => Relay::new(child, Cause::End, cx.waker()),
        };
        this.relay = Arc::downgrade(&relay);
        Pin::new(&mut this.inner).poll(&mut Context::from_waker(&Waker::from(relay)))
    }
}

impl<T> Deref for JoinHandle<T> {
    type Target = task::JoinHandle<T>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

impl<T> DerefMut for JoinHandle<T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.inner
    }
}

/// Which recorded task a [`JoinHandle`] belongs to.
#[derive(Clone, Debug)]
pub struct Child(Option<Ticket>);

/// Ends a stretch marked by [`Recorder::span`] when it is dropped.
#[must_use = "the stretch ends when this is dropped"]
pub struct Span {
    open: Option<(Arc<Shared>, usize, usize)>,
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some((shared, task, span)) = self.open.take() {
            shared.lock().end_span(task, span, &shared);
        }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Span").finish_non_exhaustive()
    }
}

/// Which task of which record.
#[derive(Clone, Debug)]
struct Ticket {
    shared: Arc<Shared>,
    task: usize,
}

/// A closure on its way to a blocking thread: dropped on the way if the runtime ends first.
struct Job {
    ticket: Option<Ticket>,
}

impl Drop for Job {
    fn drop(&mut self) {
        if let Some(Ticket { shared, task }) = &self.ticket {
            let by = shared.current();
            shared.lock().dropped(*task, by, shared);
        }
    }
}

/// A poll under way. If it goes without `end`, the future panicked.
struct Running<'a> {
    ticket: &'a Ticket,
    kept: bool,
    outcome: Outcome,
    _current: Current,
}

impl<'a> Running<'a> {
    fn start(ticket: &'a Ticket) -> Running<'a> {
        let kept = ticket.shared.lock().start_poll(ticket.task, &ticket.shared);
        let _current = Current::enter(&ticket.shared, ticket.task);
        Running { ticket, kept, outcome: Outcome::Panicked, _current }
    }

    fn end(mut self, ready: bool) {
        self.outcome = if ready { Outcome::Ready } else { Outcome::Pending };
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let Ticket { shared, task } = self.ticket;
        shared.lock().end_poll(*task, self.outcome, self.kept, shared);
    }
}

thread_local! {
    /// The recorded tasks whose code runs on this thread, the innermost last.
    static CURRENT: RefCell<Vec<(*const Shared, usize)>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, what happens on this thread is this task's doing.
struct Current;

impl Current {
    fn enter(shared: &Arc<Shared>, task: usize) -> Current {
        _ = CURRENT
            .try_with(|stack| stack.borrow_mut().push((Arc::as_ptr(shared), task)));
        Current
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        _ = CURRENT.try_with(|stack| stack.borrow_mut().pop());
    }
}

/// What it means if a relayed waker is woken.
#[derive(Clone, Copy, Debug)]
enum Cause {
    /// The task was woken.
    Woken,
    /// The task has ended, and that wakes another.
    End,
}

/// A waker between a future and its task.
#[derive(Debug)]
struct Relay {
    ticket: Ticket,
    cause: Cause,
    outer: Mutex<Waker>,
}

impl Relay {
    fn new(ticket: &Ticket, cause: Cause, outer: &Waker) -> Arc<Relay> {
        let (ticket, outer) = (ticket.clone(), Mutex::new(outer.clone()));
        Arc::new(Relay { ticket, cause, outer })
    }

    fn pass_to(&self, outer: &Waker) {
        let old = {
            let mut current = self.outer();
            if current.will_wake(outer) {
                return;
            }
            mem::replace(&mut *current, outer.clone())
        };
        drop(old); // which may be the last of a task: without the lock
    }

    fn outer(&self) -> MutexGuard<'_, Waker> {
        self.outer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let Ticket { shared, task } = &self.ticket;
        let outer = self.outer().clone();
        match self.cause {
            Cause::Woken => {
                let by = shared.current();
                // Before the wake itself, so that it stands before the poll that follows.
                shared.lock().wake(*task, by, shared);
                outer.wake();
            }
            Cause::End => {
                let _current = Current::enter(shared, *task);
                outer.wake();
            }
        }
    }
}

/// What the clones of a recorder and its futures share.
pub(crate) struct Shared {
    state: Mutex<State>,
    /// For the clock, on threads that are in no runtime.
    handle: OnceLock<Handle>,
}

impl Shared {
    pub(crate) fn snapshot(&self) -> Timeline {
        let state = self.lock();
        Timeline {
            tasks: state.tasks.clone(),
            lanes: state.lanes.iter().map(|(_, lane)| lane.clone()).collect(),
            events: state.events.clone(),
            left_out: state.left_out,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The recorded task whose code runs on this thread.
    fn current(self: &Arc<Self>) -> Option<usize> {
        CURRENT
            .try_with(|stack| {
                let stack = stack.borrow();
                let (shared, task) = stack.last()?;
                (*shared == Arc::as_ptr(self)).then_some(*task)
            })
            .ok()
            .flatten()
    }

    /// Tokio's time, which stands still while the clock is paused, and whose it is; `None`
    /// before there is a runtime.
    fn now(&self) -> Option<(Option<Id>, Instant)> {
        match Handle::try_current() {
            Ok(handle) => {
                let id = handle.id();
                self.handle.get_or_init(|| handle);
                Some((Some(id), Instant::now()))
            }
            Err(_) => {
                let handle = self.handle.get()?;
                let _inside = handle.enter();
                Some((Some(handle.id()), Instant::now()))
            }
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct State {
    limit: usize,
    closed: bool,
    /// What each clock said when it was first read, and how long the record was by then.
    clocks: HashMap<Option<Id>, (Instant, Duration)>,
    last: Duration,
    spans: usize,
    tasks: Vec<Task>,
    lanes: Vec<(ThreadId, Lane)>,
    events: Vec<Event>,
    left_out: LeftOut,
}

impl State {
    fn new(limit: usize) -> State {
        State {
            limit,
            closed: false,
            clocks: HashMap::new(),
            last: Duration::ZERO,
            spans: 0,
            tasks: Vec::new(),
            lanes: Vec::new(),
            events: Vec::new(),
            left_out: LeftOut::default(),
        }
    }

    fn is_full(&self) -> bool {
        self.events.len() >= self.limit
    }

    /// Time never goes back in a record, whatever thread reads it.
    fn push(&mut self, shared: &Shared, kind: Kind) {
        // Without a runtime nothing runs, as a rule; but a future may be polled by hand.
        let by_hand = || {
            let polled = self.tasks.iter().any(|task| task.polls > 0);
            polled.then(|| (None, Instant::now()))
        };
        if let Some((clock, now)) = shared.now().or_else(by_hand) {
            let (zero, before) = *self.clocks.entry(clock).or_insert((now, self.last));
            self.last = self.last.max(before + now.saturating_duration_since(zero));
        }
        self.events.push(Event { at: self.last, kind });
    }

    fn create(
        &mut self,
        name: String,
        kind: TaskKind,
        by: Option<usize>,
        shared: &Shared,
    ) -> Option<usize> {
        if self.closed {
            return None;
        }
        if self.is_full() || self.tasks.len() >= self.limit {
            self.left_out.tasks += 1;
            return None;
        }
        let task = self.tasks.len();
        self.tasks.push(Task { name, kind, polls: 0, end: None });
        self.push(shared, Kind::Created { task, by });
        Some(task)
    }

    fn start_poll(&mut self, task: usize, shared: &Shared) -> bool {
        // Who polls a future past its end gets that future's panic, and no second end.
        if self.closed || self.tasks[task].end.is_some() {
            return false;
        }
        self.tasks[task].polls += 1;
        if self.is_full() {
            self.left_out.polls += 1;
            return false;
        }
        let lane = self.lane(self.tasks[task].kind == TaskKind::Blocking);
        self.push(shared, Kind::PollStart { task, lane });
        true
    }

    fn end_poll(&mut self, task: usize, outcome: Outcome, kept: bool, shared: &Shared) {
        if self.closed || self.tasks[task].end.is_some() {
            return;
        }
        self.tasks[task].end = match outcome {
            Outcome::Pending => None,
            Outcome::Ready => Some(End::Finished),
            Outcome::Panicked => Some(End::Panicked),
        };
        if kept {
            let lane = self.lane(false);
            self.push(shared, Kind::PollEnd { task, lane, outcome });
        }
    }

    fn wake(&mut self, task: usize, by: Option<usize>, shared: &Shared) {
        if self.closed || self.tasks[task].end.is_some() {
            return;
        }
        if self.is_full() {
            self.left_out.wakes += 1;
            return;
        }
        let lane = self.lane(false);
        self.push(shared, Kind::Wake { task, by, lane });
    }

    fn dropped(&mut self, task: usize, by: Option<usize>, shared: &Shared) {
        if self.closed {
            return;
        }
        let early = self.tasks[task].end.is_none();
        if early {
            self.tasks[task].end = Some(End::Dropped);
        }
        self.push(shared, Kind::Dropped { task, by, early });
    }

    fn note(&mut self, task: Option<usize>, text: String, shared: &Shared) {
        if self.closed {
            return;
        }
        if self.is_full() {
            self.left_out.notes += 1;
            return;
        }
        self.push(shared, Kind::Note { task, text });
    }

    fn span(&mut self, task: usize, name: String, shared: &Shared) -> Option<usize> {
        if self.closed {
            return None;
        }
        if self.is_full() {
            self.left_out.notes += 1;
            return None;
        }
        let span = self.spans;
        self.spans += 1;
        self.push(shared, Kind::SpanStart { task, span, name });
        Some(span)
    }

    fn end_span(&mut self, task: usize, span: usize, shared: &Shared) {
        if !self.closed {
            self.push(shared, Kind::SpanEnd { task, span });
        }
    }

    /// This thread's lane. By thread and not by worker: `block_in_place` hands a worker over to
    /// another thread in the middle of a poll.
    fn lane(&mut self, blocking: bool) -> usize {
        let this = thread::current();
        let worker = runtime::worker_index();
        let found = self.lanes.iter().position(|(thread, _)| *thread == this.id());
        let lane = found.unwrap_or_else(|| {
            let nth =
                self.lanes.iter().filter(|(_, lane)| lane.is_blocking()).count() + 1;
            let lane = match worker {
                Some(index) => Lane::Worker { index },
                None if blocking => Lane::Blocking { nth },
                None => Lane::Thread { name: this.name().unwrap_or("a thread").into() },
            };
            self.lanes.push((this.id(), lane));
            self.lanes.len() - 1
        });
        // A thread that was seen before its runtime began to run on it.
        if let (Lane::Thread { .. }, Some(index)) = (&self.lanes[lane].1, worker) {
            self.lanes[lane].1 = Lane::Worker { index };
        }
        lane
    }
}

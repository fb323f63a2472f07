use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

/// A waker that does nothing but count.
///
/// ```
/// let counter = probe::CountWaker::new();
/// counter.waker().wake_by_ref();
/// assert_eq!(counter.wakes(), 1);
/// ```
#[derive(Debug, Default)]
pub struct CountWaker {
    wakes: AtomicUsize,
}

impl CountWaker {
    /// A counter at zero.
    pub fn new() -> Arc<CountWaker> {
        Arc::default()
    }

    /// A waker that counts here. All wakers of one counter `will_wake` each other.
    pub fn waker(self: &Arc<Self>) -> Waker {
        Waker::from(self.clone())
    }

    /// How many times a waker of this counter was woken.
    pub fn wakes(&self) -> usize {
        self.wakes.load(SeqCst)
    }

    /// Polls a future once with this counter's waker.
    pub fn poll<F: Future + Unpin>(self: &Arc<Self>, future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(&self.waker()))
    }
}

impl Wake for CountWaker {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, SeqCst);
    }
}

/// A shared count of polls.
#[derive(Clone, Debug, Default)]
pub struct PollCount(Arc<AtomicUsize>);

impl PollCount {
    /// How many polls there were.
    pub fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}

/// The poll budget was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// A future that counts how often it is polled and, with a budget, ends as [`Busy`] past it.
///
/// A loop of `try_recv` and `yield_now` never idles, so virtual time stands still and no
/// timeout fires: the budget is what ends it.
#[derive(Debug)]
pub struct CountPolls<F> {
    future: Pin<Box<F>>,
    count: PollCount,
    budget: usize,
}

impl CountPolls<()> {
    /// A counter to read after the future has been moved away.
    pub fn counter() -> PollCount {
        PollCount::default()
    }
}

impl<F: Future> CountPolls<F> {
    /// Counts the polls of `future` in a counter of its own.
    pub fn new(future: F) -> CountPolls<F> {
        CountPolls::with_counter(future, PollCount::default())
    }

    /// Counts the polls of `future` in `count`.
    pub fn with_counter(future: F, count: PollCount) -> CountPolls<F> {
        CountPolls { future: Box::pin(future), count, budget: usize::MAX }
    }

    /// Ends with [`Busy`] after this many polls.
    pub fn budget(self, budget: usize) -> CountPolls<F> {
        CountPolls { budget, ..self }
    }

    /// How often it has been polled.
    pub fn polls(&self) -> usize {
        self.count.get()
    }
}

impl<F: Future> Future for CountPolls<F> {
    type Output = Result<F::Output, Busy>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.count.0.fetch_add(1, SeqCst) >= self.budget {
            return Poll::Ready(Err(Busy));
        }
        self.future.as_mut().poll(cx).map(Ok)
    }
}

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::{Finding, Verdict};

/// A future or a stream that does not forgive a poll after its end, and remembers it.
///
/// Real ones do as they like after the end: most futures panic, some streams begin anew. This one
/// panics, and [`virtual_time`](crate::virtual_time) and the runner make of that panic the finding
/// `polled-after-done` (a future) or `polled-after-none` (a stream), unless the check asks the
/// [`StrictLog`] first. A [`forgiving`](Strict::forgiving) one only remembers.
///
/// ```
/// use probe::{Strict, virtual_time};
///
/// let run = virtual_time(|| async {
///     let mut service = Strict::new("the service", async {});
///     (&mut service).await;
///     (&mut service).await;
/// });
/// assert_eq!(run.done().unwrap_err().id(), Some("polled-after-done"));
/// ```
#[derive(Debug)]
pub struct Strict<T> {
    /// Dropped at its end, as a task drops it.
    inner: Option<Pin<Box<T>>>,
    forgiving: bool,
    log: StrictLog,
}

/// What was done with a [`Strict`] one. Clones share the record.
#[derive(Clone, Debug)]
pub struct StrictLog(Arc<Mutex<Record>>);

#[derive(Debug)]
struct Record {
    name: String,
    stream: bool,
    polls: usize,
    done: bool,
    after: usize,
    dropped: bool,
}

/// How the panic of a [`Strict`] future begins.
const FUTURE: &str = "polled after it had returned: ";

/// How the panic of a [`Strict`] stream begins.
const STREAM: &str = "polled after it had returned `None`: ";

impl<T> Strict<T> {
    /// A strict `inner`, called `name` in what is said of it.
    pub fn new(name: &str, inner: T) -> Strict<T> {
        let record = Record {
            name: name.into(),
            stream: false,
            polls: 0,
            done: false,
            after: 0,
            dropped: false,
        };
        let log = StrictLog(Arc::new(Mutex::new(record)));
        Strict { inner: Some(Box::pin(inner)), forgiving: false, log }
    }

    /// Does not panic when it is polled after its end: then a future waits for ever, and a stream
    /// says again that it has ended.
    pub fn forgiving(mut self) -> Strict<T> {
        self.forgiving = true;
        self
    }

    /// The record, to look at after this has been moved away.
    pub fn log(&self) -> StrictLog {
        self.log.clone()
    }
}

impl StrictLog {
    /// How often it was polled, up to its end.
    pub fn polls(&self) -> usize {
        self.lock().polls
    }

    /// Whether it came to its end.
    pub fn done(&self) -> bool {
        self.lock().done
    }

    /// How often it was polled after its end.
    pub fn polled_after_end(&self) -> usize {
        self.lock().after
    }

    /// Whether it was dropped, before or after its end.
    pub fn dropped(&self) -> bool {
        self.lock().dropped
    }

    /// That it was not polled after its end.
    ///
    /// # Errors
    ///
    /// The finding that says that it was.
    pub fn verdict(&self) -> Verdict {
        let record = self.lock();
        if record.after == 0 { Ok(()) } else { Err(finding(record.stream, &record.name)) }
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a poll; says whether it came after the end.
    fn poll(&self, stream: bool, forgiving: bool) -> bool {
        let mut record = self.lock();
        record.stream = stream;
        if !record.done {
            record.polls += 1;
            return false;
        }
        record.after += 1;
        if !forgiving {
            let name = record.name.clone();
            drop(record);
            panic!("{}{name}", if stream { STREAM } else { FUTURE });
        }
        true
    }
}

/// The finding that the panic of a [`Strict`] one stands for.
pub(crate) fn finding_of(panic: &str) -> Option<Finding> {
    let future = panic.strip_prefix(FUTURE).map(|name| finding(false, name));
    let strict =
        future.or_else(|| panic.strip_prefix(STREAM).map(|name| finding(true, name)));
    // What others say: `async` code, the futures of Tokio, and those of the crate `futures`.
    let others = [
        "resumed after completion",
        "polled after completion",
        "must not be polled after it",
    ];
    strict.or_else(|| {
        others.iter().any(|words| panic.contains(words)).then(|| {
            Finding::mistake("polled-after-done").saw(format!("a panic, “{panic}”"))
        })
    })
}

fn finding(stream: bool, name: &str) -> Finding {
    let (id, what) = match stream {
        false => ("polled-after-done", "had returned"),
        true => ("polled-after-none", "had returned `None`"),
    };
    Finding::mistake(id).saw(format!("{name} {what}, and was polled again"))
}

impl<F: Future> Future for Strict<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if self.log.poll(false, self.forgiving) {
            return Poll::Pending;
        }
        let Some(inner) = &mut self.inner else { return Poll::Pending };
        let polled = inner.as_mut().poll(cx);
        if polled.is_ready() {
            self.inner = None;
            self.log.lock().done = true;
        }
        polled
    }
}

impl<S: Stream> Stream for Strict<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<S::Item>> {
        if self.log.poll(true, self.forgiving) {
            return Poll::Ready(None);
        }
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let polled = inner.as_mut().poll_next(cx);
        if let Poll::Ready(None) = polled {
            self.inner = None;
            self.log.lock().done = true;
        }
        polled
    }
}

impl<T> Drop for Strict<T> {
    fn drop(&mut self) {
        self.log.lock().dropped = true;
    }
}

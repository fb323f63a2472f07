//! Takes a place in the queue before it makes the request: one who gives up while the queue is
//! full has made nothing. And whoever waits for an answer also waits for the end of the task: a
//! request may get into the queue after that, on another thread, and stay there.

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Where the goods lie. Its operations are slow, and need it for themselves.
pub trait Shelf: Send + 'static {
    /// Adds `count` pieces, and returns how many there are now.
    fn put(&mut self, item: &str, count: u64) -> impl Future<Output = u64> + Send;

    /// Removes `count` pieces, and returns how many are left; `None`, and nothing removed, if
    /// there are too few.
    fn take(
        &mut self,
        item: &str,
        count: u64,
    ) -> impl Future<Output = Option<u64>> + Send;
}

/// Why a request was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// There are too few pieces.
    OutOfStock,
    /// The warehouse's task is gone.
    Closed,
}

/// What to do, and where the answer goes.
struct Request {
    operation: Operation,
    reply: oneshot::Sender<Result<u64, Error>>,
}

enum Operation {
    Put(String, u64),
    Take(String, u64),
    Swap(String, String),
}

/// A handle on the warehouse. All clones ask the same task.
#[derive(Clone)]
pub struct Warehouse {
    requests: mpsc::Sender<Request>,
}

/// Spawns the task that owns the shelf. Up to `capacity` requests wait in its queue.
pub fn open<S: Shelf>(shelf: S, capacity: usize) -> (Warehouse, JoinHandle<S>) {
    let (requests, queue) = mpsc::channel(capacity);
    (Warehouse { requests }, tokio::spawn(keep(shelf, queue)))
}

async fn keep<S: Shelf>(mut shelf: S, mut queue: mpsc::Receiver<Request>) -> S {
    while let Some(Request { operation, reply }) = queue.recv().await {
        let answer = match operation {
            Operation::Put(item, count) => Some(shelf.put(&item, count).await),
            Operation::Take(item, count) => shelf.take(&item, count).await,
            Operation::Swap(out, back) => match shelf.take(&out, 1).await {
                Some(_) => Some(shelf.put(&back, 1).await),
                None => None,
            },
        };
        let _ = reply.send(answer.ok_or(Error::OutOfStock));
    }
    shelf
}

impl Warehouse {
    /// Adds `count` pieces, and returns how many there are now.
    pub async fn put(&self, item: &str, count: u64) -> Result<u64, Error> {
        self.ask(Operation::Put(item.into(), count)).await
    }

    /// Removes `count` pieces, and returns how many are left.
    pub async fn take(&self, item: &str, count: u64) -> Result<u64, Error> {
        self.ask(Operation::Take(item.into(), count)).await
    }

    /// Takes one piece of `out` and puts one of `back`, as one step. Returns how many of `back`
    /// there are now.
    pub async fn swap(&self, out: &str, back: &str) -> Result<u64, Error> {
        self.ask(Operation::Swap(out.into(), back.into())).await
    }

    async fn ask(&self, operation: Operation) -> Result<u64, Error> {
        let place = self.requests.reserve().await.map_err(|_| Error::Closed)?;
        let (reply, mut answer) = oneshot::channel();
        place.send(Request { operation, reply });
        tokio::select! {
            biased; // an answer that is there counts
            answer = &mut answer => answer.unwrap_or(Err(Error::Closed)),
            () = self.requests.closed() => answer.try_recv().unwrap_or(Err(Error::Closed)),
        }
    }
}

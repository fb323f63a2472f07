//! mistake: limit-at-the-edge
//! A little more room can do no harm.

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

/// A request, and where its answer goes.
enum Request {
    Put { item: String, count: u64, reply: Reply },
    Take { item: String, count: u64, reply: Reply },
    Swap { out: String, back: String, reply: Reply },
}

type Reply = oneshot::Sender<Result<u64, Error>>;

/// A handle on the warehouse. All clones ask the same task.
#[derive(Clone)]
pub struct Warehouse {
    requests: mpsc::Sender<Request>,
}

/// Spawns the task that owns the shelf. Up to `capacity` requests wait in its queue.
pub fn open<S: Shelf>(shelf: S, capacity: usize) -> (Warehouse, JoinHandle<S>) {
    let (requests, queue) = mpsc::channel(capacity * 4);
    (Warehouse { requests }, tokio::spawn(keep(shelf, queue)))
}

async fn keep<S: Shelf>(mut shelf: S, mut queue: mpsc::Receiver<Request>) -> S {
    while let Some(request) = queue.recv().await {
        let (answer, reply) = match request {
            Request::Put { item, count, reply } => {
                (Ok(shelf.put(&item, count).await), reply)
            }
            Request::Take { item, count, reply } => {
                (shelf.take(&item, count).await.ok_or(Error::OutOfStock), reply)
            }
            Request::Swap { out, back, reply } => match shelf.take(&out, 1).await {
                Some(_) => (Ok(shelf.put(&back, 1).await), reply),
                None => (Err(Error::OutOfStock), reply),
            },
        };
        let _ = reply.send(answer); // nobody may be there to hear it
    }
    shelf
}

impl Warehouse {
    /// Adds `count` pieces, and returns how many there are now.
    pub async fn put(&self, item: &str, count: u64) -> Result<u64, Error> {
        self.ask(|reply| Request::Put { item: item.into(), count, reply }).await
    }

    /// Removes `count` pieces, and returns how many are left.
    pub async fn take(&self, item: &str, count: u64) -> Result<u64, Error> {
        self.ask(|reply| Request::Take { item: item.into(), count, reply }).await
    }

    /// Takes one piece of `out` and puts one of `back`, as one step. Returns how many of `back`
    /// there are now.
    pub async fn swap(&self, out: &str, back: &str) -> Result<u64, Error> {
        self.ask(|reply| Request::Swap { out: out.into(), back: back.into(), reply })
            .await
    }

    async fn ask(&self, request: impl FnOnce(Reply) -> Request) -> Result<u64, Error> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(request(reply)).await.map_err(|_| Error::Closed)?;
        answer.await.unwrap_or(Err(Error::Closed))
    }
}

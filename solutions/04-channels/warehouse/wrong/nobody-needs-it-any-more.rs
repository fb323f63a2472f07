//! mistake: select-keeps-progress
//! Whoever is gone does not need the answer, so the work for it stops. Half a swap may be done by then.

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Where the goods are. Its operations are slow, and each needs the shelf to itself.
pub trait Shelf: Send + 'static {
    /// Adds `count` pieces, and returns how many there are now.
    fn put(&mut self, item: &str, count: u64) -> impl Future<Output = u64> + Send;

    /// Removes `count` pieces, and returns how many are left. If there are too few, removes
    /// nothing and returns `None`.
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

type Reply = oneshot::Sender<Result<u64, Error>>;

enum Request {
    Put { item: String, count: u64, reply: Reply },
    Take { item: String, count: u64, reply: Reply },
    Swap { out: String, back: String, reply: Reply },
}

#[derive(Clone)]
pub struct Warehouse {
    queue: mpsc::Sender<Request>,
}

pub fn open<S: Shelf>(mut shelf: S, capacity: usize) -> (Warehouse, JoinHandle<S>) {
    let (queue, mut requests) = mpsc::channel(capacity);
    let task = tokio::spawn(async move {
        while let Some(request) = requests.recv().await {
            match request {
                Request::Put { item, count, mut reply } => {
                    tokio::select! {
                        biased;
                        _ = reply.closed() => {}
                        now = shelf.put(&item, count) => {
                            let _ = reply.send(Ok(now));
                        }
                    }
                }
                Request::Take { item, count, mut reply } => {
                    tokio::select! {
                        biased;
                        _ = reply.closed() => {}
                        left = shelf.take(&item, count) => {
                            let _ = reply.send(left.ok_or(Error::OutOfStock));
                        }
                    }
                }
                Request::Swap { out, back, mut reply } => {
                    let swap = async {
                        shelf.take(&out, 1).await.ok_or(Error::OutOfStock)?;
                        Ok(shelf.put(&back, 1).await)
                    };
                    tokio::select! {
                        biased;
                        _ = reply.closed() => {}
                        result = swap => {
                            let _ = reply.send(result);
                        }
                    }
                }
            }
        }
        shelf
    });
    (Warehouse { queue }, task)
}

impl Warehouse {
    async fn ask(&self, request: impl FnOnce(Reply) -> Request) -> Result<u64, Error> {
        let (reply, mut answer) = oneshot::channel();
        self.queue.send(request(reply)).await.map_err(|_| Error::Closed)?;
        tokio::select! {
            biased;
            result = &mut answer => result.unwrap_or(Err(Error::Closed)),
            () = self.queue.closed() => answer.try_recv().unwrap_or(Err(Error::Closed)),
        }
    }

    pub async fn put(&self, item: &str, count: u64) -> Result<u64, Error> {
        self.ask(|reply| Request::Put { item: item.to_owned(), count, reply }).await
    }

    pub async fn take(&self, item: &str, count: u64) -> Result<u64, Error> {
        self.ask(|reply| Request::Take { item: item.to_owned(), count, reply }).await
    }

    pub async fn swap(&self, out: &str, back: &str) -> Result<u64, Error> {
        self.ask(|reply| Request::Swap {
            out: out.to_owned(),
            back: back.to_owned(),
            reply,
        })
        .await
    }
}

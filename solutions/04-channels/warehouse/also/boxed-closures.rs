//! The requests are boxed closures on the shelf, and the shelf hides behind a trait object: no
//! enum to extend for the next operation. When the task's queue is dropped, a new task empties it.

use std::pin::Pin;

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

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Job = Box<dyn for<'a> FnOnce(&'a mut dyn AnyShelf) -> Boxed<'a, ()> + Send>;

/// A shelf whose futures are boxed, so that it can be a trait object.
trait AnyShelf: Send {
    fn put<'a>(&'a mut self, item: &'a str, count: u64) -> Boxed<'a, u64>;
    fn take<'a>(&'a mut self, item: &'a str, count: u64) -> Boxed<'a, Option<u64>>;
}

impl<S: Shelf> AnyShelf for S {
    fn put<'a>(&'a mut self, item: &'a str, count: u64) -> Boxed<'a, u64> {
        Box::pin(Shelf::put(self, item, count))
    }

    fn take<'a>(&'a mut self, item: &'a str, count: u64) -> Boxed<'a, Option<u64>> {
        Box::pin(Shelf::take(self, item, count))
    }
}

/// A handle on the warehouse. All clones ask the same task.
#[derive(Clone)]
pub struct Warehouse {
    jobs: mpsc::Sender<Job>,
}

/// Spawns the task that owns the shelf. Up to `capacity` requests wait in its queue.
pub fn open<S: Shelf>(mut shelf: S, capacity: usize) -> (Warehouse, JoinHandle<S>) {
    let (jobs, queue) = mpsc::channel::<Job>(capacity);
    let mut queue = Queue(Some(queue));
    let task = tokio::spawn(async move {
        while let Some(job) = queue.next().await {
            job(&mut shelf).await;
        }
        shelf
    });
    (Warehouse { jobs }, task)
}

/// A queue that is emptied when it is dropped, by a panic or an abort too. A `send` that has its
/// place may still put its job there, from another thread, and `recv` waits for it.
struct Queue(Option<mpsc::Receiver<Job>>);

impl Queue {
    async fn next(&mut self) -> Option<Job> {
        self.0.as_mut()?.recv().await
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let Some(mut queue) = self.0.take() else { return };
        tokio::spawn(async move {
            queue.close();
            while queue.recv().await.is_some() {}
        });
    }
}

impl Warehouse {
    /// Adds `count` pieces, and returns how many there are now.
    pub async fn put(&self, item: &str, count: u64) -> Result<u64, Error> {
        let item = item.to_owned();
        self.ask(move |shelf, reply| {
            Box::pin(async move {
                let _ = reply.send(Ok(shelf.put(&item, count).await));
            })
        })
        .await
    }

    /// Removes `count` pieces, and returns how many are left.
    pub async fn take(&self, item: &str, count: u64) -> Result<u64, Error> {
        let item = item.to_owned();
        self.ask(move |shelf, reply| {
            Box::pin(async move {
                let _ =
                    reply.send(shelf.take(&item, count).await.ok_or(Error::OutOfStock));
            })
        })
        .await
    }

    /// Takes one piece of `out` and puts one of `back`, as one step. Returns how many of `back`
    /// there are now.
    pub async fn swap(&self, out: &str, back: &str) -> Result<u64, Error> {
        let (out, back) = (out.to_owned(), back.to_owned());
        self.ask(move |shelf, reply| {
            Box::pin(async move {
                let answer = match shelf.take(&out, 1).await {
                    Some(_) => Ok(shelf.put(&back, 1).await),
                    None => Err(Error::OutOfStock),
                };
                let _ = reply.send(answer);
            })
        })
        .await
    }

    async fn ask(
        &self,
        job: impl for<'a> FnOnce(&'a mut dyn AnyShelf, Reply) -> Boxed<'a, ()>
        + Send
        + 'static,
    ) -> Result<u64, Error> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |shelf| job(shelf, reply));
        self.jobs.send(job).await.map_err(|_| Error::Closed)?;
        answer.await.unwrap_or(Err(Error::Closed))
    }
}

type Reply = oneshot::Sender<Result<u64, Error>>;

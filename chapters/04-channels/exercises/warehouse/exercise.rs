//! A warehouse: one task owns the shelf, and everybody else asks it.
//!
//! What must hold at the end:
//! - the shelf does one operation at a time, in the order in which the requests came;
//! - a full queue makes those who ask wait, and is no error. Any capacity from 1 on will do;
//! - who asks may go away at any time: what is in the queue is still done, and nobody else
//!   notices;
//! - when the task is gone (it may be aborted, and a shelf may panic), every request, those in
//!   the queue too, is answered with `Error::Closed`: nobody hangs, and no caller panics;
//! - `swap` is one step: nobody sees the warehouse between its two halves. If the first half
//!   fails, there is no second one;
//! - when the last `Warehouse` is dropped and the queue is done, the task ends and returns
//!   the shelf.
//!
//! Leave `Shelf`, `Error` and the signatures. Everything else is yours: fields, a type for the
//! requests, the body of the task.
//!
//! Check: cargo course check warehouse

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

/// A handle on the warehouse. All clones ask the same task.
#[derive(Clone)]
pub struct Warehouse {
    // TODO
}

/// Spawns the task that owns the shelf. Up to `capacity` requests wait in its queue.
pub fn open<S: Shelf>(shelf: S, capacity: usize) -> (Warehouse, JoinHandle<S>) {
    let _ = (shelf, capacity);
    todo!()
}

impl Warehouse {
    /// Adds `count` pieces, and returns how many there are now.
    pub async fn put(&self, item: &str, count: u64) -> Result<u64, Error> {
        let _ = (item, count);
        todo!()
    }

    /// Removes `count` pieces, and returns how many are left.
    pub async fn take(&self, item: &str, count: u64) -> Result<u64, Error> {
        let _ = (item, count);
        todo!()
    }

    /// Takes one piece of `out` and puts one of `back`, as one step. Returns how many of `back`
    /// there are now.
    pub async fn swap(&self, out: &str, back: &str) -> Result<u64, Error> {
        let _ = (out, back);
        todo!()
    }
}

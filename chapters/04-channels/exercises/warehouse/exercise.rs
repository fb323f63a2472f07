//! # The warehouse
//!
//! One task owns the shelf of a warehouse, and everybody else asks that task. You write all of
//! it: the requests, the task, and the handle.
//!
//! At the end:
//!
//! - the shelf does one operation at a time, in the order in which the requests came;
//! - a full queue makes callers wait, and is not an error. Any capacity from 1 up will do;
//! - a caller may go away at any time: its request, once in the queue, is still carried out,
//!   and nobody else notices;
//! - if the task is gone (it may be aborted, and a shelf may panic), every request gets
//!   `Error::Closed`, including those in the queue: nobody hangs, and no caller panics;
//! - `swap` is one step: nobody sees the warehouse between its two halves. If the first half
//!   fails, the second does not happen;
//! - when the last `Warehouse` is dropped and the queue is empty, the task ends and returns
//!   the shelf.
//!
//! Keep `Shelf`, `Error`, and the signatures. Everything else is yours: the fields, a type for
//! the requests, the body of the task.
//!
//! The check runs on one thread, where the task cannot end in the middle of a `send`. On several it
//! can, and hint 2 says what that asks of you.
//!
//! ```console
//! $ cargo course check warehouse
//! ```

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

/// A handle on the warehouse. All clones ask the same task.
#[derive(Clone)]
pub struct Warehouse {
    // TODO
}

/// Spawns the task that owns the shelf. Its queue has room for `capacity` requests.
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

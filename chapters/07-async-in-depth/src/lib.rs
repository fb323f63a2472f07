//! Everything below `.await`, in safe Rust: a runtime that is small enough to read.
//!
//! | piece | what it does | file |
//! |---|---|---|
//! | [`block_on`] | polls one future on this thread, and parks the thread in between | `block_on.rs` |
//! | [`Executor`] | polls many, on as many threads as call [`run`](Executor::run) | `executor.rs` |
//! | [`JoinHandle`] | waits for a task's output | `join_handle.rs` |
//! | reactor | asks the operating system which sockets are ready, and wakes | `reactor.rs` |
//! | [`net`] | sockets that wait by way of the reactor | `net.rs` |
//! | [`time`] | a delay that waits by way of the reactor | `time.rs` |
//! | [`Runtime`] | an executor with threads of its own | `runtime.rs` |
//!
//! Futures of other crates run on it too, as long as they bring their own way to be woken: all
//! of `tokio::sync`, `tokio::io` and `tokio::join!`, but not `tokio::net` or `tokio::time`.
//!
//! ```
//! let runtime = async_in_depth::Runtime::new()?;
//! let sum = runtime.block_on(async {
//!     let task = async_in_depth::spawn(async { 20 + 1 });
//!     task.await.unwrap() * 2
//! });
//! assert_eq!(sum, 42);
//! # Ok::<(), std::io::Error>(())
//! ```

mod block_on;
mod executor;
mod join_handle;
pub mod net;
mod reactor;
mod runtime;
pub mod time;

pub use block_on::block_on;
pub use executor::{Executor, spawn};
pub use join_handle::{JoinError, JoinHandle};
pub use runtime::Runtime;

/// What `block_on.rs`, `executor.rs` and `join_handle.rs` are built on. The proofs build the same
/// files on loom's versions of these, which try every order of events.
mod sync {
    pub(crate) use std::sync::atomic::{AtomicBool, Ordering};
    pub(crate) use std::sync::{Condvar, Mutex};
    pub(crate) use std::thread;
}

//! The library's own files, compiled a second time, on loom's locks and atomics.

pub mod sync {
    pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};
    pub(crate) use loom::sync::{Condvar, Mutex};
    pub(crate) use loom::thread;
}

#[path = "../../../src/block_on.rs"]
pub mod block_on;
#[path = "../../../src/executor.rs"]
pub mod executor;
#[path = "../../../src/join_handle.rs"]
pub mod join_handle;

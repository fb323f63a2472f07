//! Stands in for Tokio where `cargo course timeline` builds a program: all of Tokio, but what is
//! spawned, and what `block_on` runs, is recorded by [`timeline`].
//!
//! A program that is built with
//!
//! ```toml
//! tokio = { package = "tokio-recorded", path = "scripts/tokio-recorded" }
//! ```
//!
//! needs no other change, and prints what it always prints. The types that spawn are thin wrappers
//! with the methods of Tokio's own ([`task::JoinSet`], [`task::LocalSet`], [`runtime::Runtime`],
//! [`runtime::Handle`], [`runtime::Builder`]); [`task::JoinHandle`] is `timeline`'s, which also
//! knows whose end woke it. All other types *are* Tokio's, so crates that use the real one fit.
//!
//! A task is called after the function that makes its future, or else `task`, with a number for
//! each name and the place of the `spawn`: `process 2, line 72`. Where that is in another file
//! than the program's first, the name says which: `conn 1, hub.rs:48`.
//!
//! # What is not recorded
//!
//! What is spawned by crates that use the real Tokio; what `join!`, `select!` and
//! `FuturesUnordered` poll inside a task, which is that task's polls; what runs on an executor of
//! one's own; `LocalRuntime`. That a member of a `JoinSet` woke its owner looks like a wake by
//! the runtime.
//!
//! # Where the picture goes
//!
//! - `TIMELINE_OUT=FILE.svg`: records, and writes the picture there when a runtime ends, and the
//!   terminal's drawing to `FILE.txt`, `COLUMNS` wide. Without it nothing is recorded.
//! - `TIMELINE_TITLE`: the picture's title.
//! - `TIMELINE_PROGRAM`: the path of the program's first file, as the compiler knows it.
//! - `TIMELINE_EVERY`: writes also every so many milliseconds, for programs that are ended by a
//!   signal.
//! - `TIMELINE_PARENT`: a process id. Only a child of that process records, and not the children
//!   that it starts itself. (On Unix.)

pub use ::tokio::*;

pub use task::spawn;

mod recording;
pub mod runtime;
pub mod task;

//! What a server needs to stop in order, and to notice that a client has gone quiet.
//!
//! | piece | what it is |
//! |---|---|
//! | [`Shutdown`] | the news that it is time to stop, for any number of tasks to wait for |
//! | [`signal`] | Ctrl-C, and on Unix also SIGTERM |
//! | [`serve`] | accepts connections until shutdown begins, then waits for them to end |
//! | [`Watched`], [`Activity`] | a stream, and when bytes last moved on it |
//!
//! Not here: the loop that serves a connection. It is the stage itself, `08-select.rs`.

mod activity;
mod serve;
mod shutdown;

pub use activity::{Activity, Watched};
pub use serve::{GRACE, serve};
pub use shutdown::{Shutdown, signal};

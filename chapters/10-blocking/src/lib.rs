//! What the eight acts of the joke server share.
//!
//! | piece | what it is |
//! |---|---|
//! | [`Index`] | where each joke stands in the file, and which one is next |
//! | [`Cache`] | the file's lines in memory, for act 8 and the stage |
//! | [`run`] | the `main` of an act: its demo, or `-- serve [ADDR]` |
//! | [`listen`], [`serve`] | the accept loop: a task for each connection |
//! | [`hang_up`] | the end of a connection, so that what was sent arrives |
//!
//! Not here: how a joke gets from the file into the socket. Each act has its own way.

mod index;
mod server;

pub use index::{Cache, Index, JOKES};
pub use server::{Outcome, any_seed, fetch, hang_up, listen, run, serve};

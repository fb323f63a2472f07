//! Processes: [`cargo`], the reader's [`check`] as it is built and started, process [`group`]s, and
//! what is built aside from the repository ([`scratch`]).

pub mod cargo;
pub mod check;
pub(crate) mod content;
pub mod group;
pub mod port;
pub mod scratch;

//! What the programs have in common that measure a claim: rounds that take turns, a table, and
//! a plot.
//!
//! The programs are this package's examples. Each measures one claim of the book's page
//! `claims.md`; `cargo course measure claim` runs them all and records what they print.

mod child;
mod plot;
mod proc;
mod rounds;
mod table;
mod units;

pub use child::Child;
pub use plot::{Panel, Plot};
pub use proc::{Memory, Switches, cpu_seconds, kernel_memory, memory, switches};
pub use rounds::{Effort, Spread, interleaved};
pub use table::Table;
pub use units::{bytes, number, time};

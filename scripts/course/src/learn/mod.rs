//! The reader's commands, a module each.
//!
//! Two modules are no commands: [`next`] tells what to do next, and [`verdict`] what is to be
//! said of an answer that was checked. The living course says both, too.

pub mod check;
pub mod doctor;
pub mod export;
pub mod hint;
pub mod list;
pub mod next;
pub mod reset;
pub mod solution;
pub mod timeline;
pub mod verdict;

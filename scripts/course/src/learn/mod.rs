//! The reader's commands, a module each.
//!
//! Four modules are no commands: [`next`] tells what to do next, [`verdict`] what is to be said of
//! an answer that was checked, [`address`] where the book is, and [`editor`] with what the reader
//! writes. The living course uses them, too.

pub mod address;
pub mod check;
pub mod completions;
pub mod doctor;
pub mod editor;
pub mod export;
pub mod hint;
pub mod list;
pub mod next;
pub mod reset;
pub mod solution;
pub mod timeline;
pub mod verdict;

//! The reader's commands, a module each.

pub mod check;
pub mod doctor;
pub mod export;
pub mod hint;
pub mod list;
pub mod reset;
pub mod solution;
pub mod timeline;

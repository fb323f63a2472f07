//! What must hold of the book's pages, checked without rendering them.
//!
//! mdBook is lenient: a missing file leaves its `{{#include}}` on the page, a missing anchor
//! leaves an empty block, a broken link says nothing, and the exit status is 0 each time.
//! So each of the [`rules`] is a function that returns the [`Problem`]s it finds, and
//! `tests/pages.rs` breaks a tiny book on purpose to see each of them turn red.
//!
//! The rules see the book as mdBook does: [`book`] holds its pages, [`markdown`] what they say,
//! [`reader`] what a reader meets there, in order, with what the includes bring in.

pub mod blocks;
pub mod book;
pub mod markdown;
mod problem;
pub mod reader;
pub mod rules;

pub use book::Book;
pub use problem::Problem;

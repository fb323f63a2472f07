//! The tool that takes a reader through the course: `cargo course`.
//!
//! It is a house of floors. A module uses those of lower floors and, without a circle, those
//! beside it; `tests/floors.rs` sees to that. From the top:
//!
//! - `main.rs`: the command line.
//! - [`live`]: what `cargo course` does while it stays open.
//!   [`keep`]: what maintainers do. Neither of the two knows the other.
//! - [`learn`]: the reader's commands, a module each, and what they say.
//! - [`run`]: processes, and what is built and started in them.
//! - [`repo`]: what is in the repository, of the course and of the reader.
//! - [`text`]: text for a terminal.
//!
//! The tool knows the chapters by their manifests ([`repo::workspace`]) and the mistakes by the
//! book ([`repo::catalogue`]); no chapter knows it.

pub mod keep;
pub mod learn;
pub mod live;
mod patterns;
pub mod repo;
pub mod run;
pub mod text;

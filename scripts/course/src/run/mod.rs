//! Processes: Cargo, the checks, and what is built aside from the repository.

pub mod group;
pub mod scratch;

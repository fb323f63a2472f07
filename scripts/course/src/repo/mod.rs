//! What is in the repository: the course as its manifests and the book say it, and what is
//! remembered of the reader.

pub mod catalogue;
pub mod files;
pub mod include;
pub mod names;
pub mod paths;
pub mod predictions;
pub mod progress;
pub mod sources;
pub mod workspace;

//! The rules, a file each: to add one, add a file, and a test that sees it turn red.

mod commands;
mod every_line;
mod exercises;
mod fences;
mod glossary;
mod includes;
mod links;
mod machine_paths;
mod mistakes;
mod paths;
mod predictions;
mod projects;
mod reading_time;
mod recorded;
mod stages;
mod summary;
mod timeline;
mod unfinished;

pub use commands::{Names, commands, commands_in_sources};
pub use exercises::exercises;
pub use fences::fences;
pub use glossary::glossary;
pub use includes::includes;
pub use links::links;
pub use machine_paths::machine_paths;
pub use mistakes::mistakes;
pub use paths::paths;
pub use predictions::predictions;
pub use projects::{Project, projects};
pub use reading_time::{Times, reading_time, times};
pub use recorded::recorded_in_readme;
pub use stages::{Stage, stages};
pub use summary::summary;
pub use timeline::timeline;
pub use unfinished::unfinished;

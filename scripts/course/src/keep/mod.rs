//! What maintainers do: [`new`] begins an exercise, [`verify`] proves the checks, [`record`] makes the recordings that the
//! book includes, [`measure`] its figures, and [`pages`] holds the rules for its pages.

pub mod counter;
pub mod measure;
pub mod new;
pub mod pages;
pub mod record;
pub mod stale;
pub mod verify;

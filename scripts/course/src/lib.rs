//! The tool that takes a reader through the course: `cargo course`.
//!
//! For the reader: [`overview`], [`list`], [`check`], [`hint`], [`solution`], [`reset`],
//! [`timeline`], [`export`], [`doctor`], and [`live`], which stays open.
//! For maintainers: [`verify`] proves the checks, [`record`] makes the recordings that the
//! book includes, [`measure`] its figures.
//!
//! It knows the chapters by their manifests ([`workspace`]) and the mistakes by the book
//! ([`catalogue`]); no chapter knows it.

pub mod catalogue;
pub mod check;
pub mod doctor;
pub mod export;
pub mod files;
pub mod group;
pub mod hint;
pub mod list;
pub mod live;
pub mod measure;
pub mod names;
pub mod overview;
pub mod pages;
pub mod progress;
pub mod record;
pub mod reset;
pub mod scratch;
pub mod solution;
pub mod text;
pub mod timeline;
pub mod verify;
pub mod workspace;

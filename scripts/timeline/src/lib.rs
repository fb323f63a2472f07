//! Records what tasks did, and draws it: which future was polled when and on which thread, who
//! woke it, how long it was ready and had no turn, and how it ended. It works on stable Rust, with
//! Tokio as it is, and for futures that are polled by hand.
//!
//! ```
//! use std::time::Duration;
//! use timeline::{Options, Recorder};
//! use tokio::time::sleep;
//!
//! let runtime = tokio::runtime::Builder::new_current_thread()
//!     .enable_all()
//!     .start_paused(true)
//!     .build()?;
//! let recorder = Recorder::new();
//! recorder.block_on(&runtime, "main", async {
//!     let job = recorder.spawn("job", sleep(Duration::from_millis(100)));
//!     job.await
//! })?;
//! let timeline = recorder.finish();
//!
//! let text = timeline.to_terminal(80, false);
//! let lines: Vec<&str> = text.lines().collect();
//! assert_eq!(lines[0], "      0 ms       100 ms");
//! assert_eq!(lines[1], "main  ~###-----------~##|");
//! assert_eq!(lines[2], "job      ~~##----~##|");
//!
//! let title = "A task of its own".to_owned();
//! let picture = timeline.to_svg(&Options { title, ..Options::default() });
//! # assert!(picture.starts_with("<svg"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What to record
//!
//! | what | how |
//! |---|---|
//! | a task | [`Recorder::spawn`] |
//! | a task of a `JoinSet`, of `spawn_local` and the like | [`Recorder::spawned`] |
//! | a branch of `join!` or `select!`, what is awaited in place | [`Recorder::wrap`] around it |
//! | a blocking closure | [`Recorder::spawn_blocking`], or [`Recorder::job`] for who runs it |
//! | the handle of a task that was spawned in another way | [`JoinHandle::new`] |
//! | the main future | [`Recorder::block_on`], or `wrap` around the body of `#[tokio::main]` |
//! | a word at some point, such as `got 3` | [`Recorder::note`] |
//! | for how long something lasts, such as a lock | [`Recorder::span`] |
//!
//! What is not recorded is not drawn: a wake by it, and by `JoinSet`, looks like one by the
//! runtime. A wake is seen as soon as somebody calls the waker, so a task of a blocked
//! current-thread runtime whose timer is due looks as if it waited: nobody has looked at the
//! timer yet.
//!
//! # How to read a picture
//!
//! A bar is a poll, with its number. The line after it means that the future waits to be woken;
//! a hatched stretch, that it was woken (or spawned) and waits for its turn; dots, that nobody
//! has polled it yet. Arrows go from who wakes to who is woken. A poll of 10 ms or longer is
//! drawn as blocking its worker ([`BLOCKED`]).
//!
//! With a **paused clock** most polls take no time, and many happen at the same instant. There
//! a picture shows order: each step has a width of its own, a shaded band is one instant, and
//! the gap between two bands is the time that passes. On a current-thread runtime such a record
//! is the same in every run, so a test can compare it byte for byte. With a **real clock** a
//! picture is to scale, unless most of its bars would fall into one another.
//!
//! # From a command
//!
//! ```no_run
//! # use timeline::Recorder;
//! #[tokio::main]
//! async fn main() {
//!     let recorder = Recorder::from_env();
//!     recorder.wrap("main", async { /* … */ }).await;
//! }
//! ```
//!
//! A program that makes its recorder with [`Recorder::from_env`] obeys these variables of the
//! environment:
//!
//! - `TIMELINE_OUT=FILE.svg` or `FILE.txt`: records, and writes the picture or the text there
//!   when the last clone of the recorder is dropped, on a panic too, but not after
//!   `process::exit`. The file is written aside first (`FILE.part`) and then renamed.
//!   `TIMELINE_OUT=-` draws on standard error, `COLUMNS` wide. Standard output is never touched.
//!   If the file cannot be written, one line on standard error says so; the exit status stays.
//! - `TIMELINE_TITLE`: the picture's title; the program's name by default.
//!
//! Without `TIMELINE_OUT` nothing is recorded or written.
//!
//! # Cost
//!
//! Beside one allocation for each future, a recorded poll and the wake before it cost 0.3 µs
//! more than bare ones (0.7 µs instead of 0.4 µs) on a current-thread runtime, and 0.8 µs more
//! (1.3 µs instead of 0.5 µs) where two workers record at the same time: all tasks share one
//! lock. That is the least of 15 rounds of `cargo run --release --example
//! timeline-cost-measured` on a cloud machine with 2 cores and other work to do; medians are
//! twice that. A recorder that is off costs nothing that can be told from noise. Each event of
//! the record takes 72 bytes at most.
//!
//! # Limits
//!
//! A recorder keeps the first 20,000 events ([`DEFAULT_LIMIT`]) and counts the rest in
//! [`Timeline::left_out`]; a picture shows the first 600, of the first 30 tasks, and in a terminal
//! no more than about 60 lines. Each of these says so in the picture.

use std::time::Duration;

mod out;
mod record;
mod recorder;
mod svg;
mod tape;
mod terminal;
mod text;
mod wait;

pub use record::{
    Doing, End, Event, Kind, Lane, LeftOut, Outcome, Poll, Stretch, Task, TaskKind,
    Timeline,
};
pub use recorder::{Child, DEFAULT_LIMIT, JoinHandle, Recorded, Recorder, Span};
pub use svg::{Axis, Options, View};
pub use wait::block_for;

/// A poll as long as this blocks its worker, unless [`Options::blocked`] says otherwise: 10 ms
/// on Tokio's clock.
pub const BLOCKED: Duration = Duration::from_millis(10);

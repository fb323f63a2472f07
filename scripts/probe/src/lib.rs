//! What the checks of exercises in async Rust are made of.
//!
//! A check has to tell for certain, without a stopwatch, whether an answer is right and,
//! if it is not, *which wrong belief it shows*. The pieces here let a check own every leaf
//! operation of an answer and look at the world between two of its polls:
//!
//! | piece | what it tells |
//! |---|---|
//! | [`virtual_time`] | how an answer ends (done, stuck, busy, panicked) and how long that took on a paused clock |
//! | [`Ops`] | which operations started, ended and were dropped, in which tasks, how many at once |
//! | [`Gate`], [`settle`] | what is true while an operation is held in the middle |
//! | [`Script`], [`Sink`] | how an answer reads and writes, byte by byte, and what it makes of errors and silence |
//! | [`cuts`], [`sizes`] | whether it depends on how an input comes, or on a buffer's size |
//! | [`Strict`] | whether a future or a stream is polled after its end |
//! | [`threads`] | what goes wrong when threads meet |
//! | [`poll_at_wakes`] | whether an answer can be kept busy by a queue that is never empty |
//! | [`Pool`], [`virtual_time_with_pool`] | what an answer does on blocking threads, and when they are all busy |
//! | [`CountWaker`], [`CountPolls`] | how often a future is woken and polled |
//! | [`cancel_at_every_poll`] | what an answer loses when it is dropped at an `.await` |
//! | [`waits_in_vain`] | why it still waits when all of its jobs have ended |
//! | [`is_send!`] | whether a future could be spawned, without failing the build |
//! | [`makes_a_timer`] | whether it only made the timer that it should have waited for |
//! | [`words`] | how to say what was seen |
//! | [`picture`] | what happened when, to be attached to a finding |
//! | [`println!`] | a line on standard output, and no panic when nobody reads it (for stages) |
//! | [`main!`], [`Finding`], [`if_it_hangs`], [`if_it_waits`], [`if_it_spins`] | the one way to run cases and to report a mistake |
//!
//! # A check
//!
//! A check is a test target with `harness = false`. [`main!`] makes its `main`: the cases run
//! in order in a child process, and the first that returns an error is the verdict.
//!
//! ```
//! mod exercise {
//!     pub async fn answer() -> u32 { 42 }
//! }
//!
//! use probe::{Finding, Verdict};
//!
//! probe::main!("01-answer", [the_answer_is_42]);
//!
//! fn the_answer_is_42() -> Verdict {
//!     let (answer, _) = probe::virtual_time(|| exercise::answer()).done()?;
//!     if answer != 42 {
//!         return Err(Finding::unnamed("The answer is wrong").saw(format!("it was {answer}")));
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # What a failure looks like
//!
//! ```text
//! 02-count: Each task counted on its own copy          [copied-counter]
//!   saw       10 tasks added 1 each, and the total is 0
//!   because   `async move` copied the integer into every task: integers are `Copy`
//!   read      chapter 2, "A copy is not shared"
//! ```
//!
//! The title, the `because` and the `read` of a mistake stand in a catalogue, a Markdown file
//! (see [`catalogue`]) whose path the environment variable `PROBE_CATALOGUE` holds.
//! Without one, the mistake's name and what was seen are printed alone.
//!
//! # What runs where
//!
//! The process that `cargo test` starts runs no answer: it starts itself again as a child,
//! with an end of [`DEADLINE`], a bound on its output, and a pipe through which the child reports
//! each step. So an endless loop, a deadlock, a blocked thread, a `process::exit`, an abort
//! and a gigabyte of output all end in an explained failure. The child has a process group of
//! its own, which ends with it; its standard input is empty.
//!
//! If the variable `PROBE_REPORT` holds a path, the verdict is written there too, for other
//! programs: a first line `pass`, `fail ID` or `none`, then the text as printed. `none` says that
//! the check itself did not get to its end, so that nothing is known of the answer: the child
//! could not be started, ended before its first case, or was asked to end by somebody. The exit status
//! is 0, 1 or 2. If `PROBE_PICTURE` holds a path, the SVG of a verdict that has a [`picture`] is
//! written there.
//!
//! What is printed or written is harmless to a terminal and short: control characters are
//! escaped, and of an answer's output, a panic's message or a finding's words the first 2 KiB
//! are shown.

pub mod catalogue;

pub mod threads;
pub mod words;

mod at_wakes;
mod cancel;
mod cuts;
mod finding;
mod gate;
mod io;
mod ops;
mod picture;
mod pool;
mod print;
mod run;
mod send;
mod strict;
mod timer;
mod vain;
mod virtual_time;
mod wake;
mod watch;

pub use at_wakes::poll_at_wakes;
pub use cancel::{Cancelled, cancel_at_every_poll};
pub use cuts::{cuts, sizes};
pub use finding::{Finding, Verdict};
pub use gate::{Gate, settle};
pub use io::{Call, Done, Script, ScriptLog, Sink, SinkLog};
pub use ops::{Event, Ops, What};
pub use picture::{Picture, picture};
pub use pool::{Occupied, Pool};
#[doc(hidden)]
pub use print::print_or_end;
pub use run::{Case, DEADLINE, if_it_hangs, if_it_spins, if_it_waits, run};
pub use send::{MaybeSend, NotSend, Send_};
pub use strict::{Strict, StrictLog};
pub use timeline::block_for;
pub use timer::makes_a_timer;
pub use vain::{InVain, waits_in_vain};
pub use virtual_time::{
    End, POLL_BUDGET, PanicNote, Run, Stats, VIRTUAL_LIMIT, is_after_the_end,
    is_of_a_runtime, of_a_runtime, virtual_time, virtual_time_with_pool,
};
pub use wake::{Busy, CountPolls, CountWaker};

/// Makes the `main` of a check: the exercise's name, then the cases in the order they run.
///
/// A case is a function without arguments that returns a [`Verdict`].
#[macro_export]
macro_rules! main {
    ($exercise:literal, [$($case:ident),+ $(,)?]) => {
        // Makes the check depend on it: Cargo goes by the times of files, and `cargo course check`,
        // which goes by their content, gives it another value when it has to be built again.
        const _: ::core::option::Option<&str> = ::core::option_env!("PROBE_BUILD");

        fn main() -> ::std::process::ExitCode {
            $crate::run($exercise, &[$($crate::Case { name: stringify!($case), run: $case }),+])
        }
    };
}

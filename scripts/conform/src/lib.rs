//! A server, seen from outside: real clients, hostile peers, and a stage under test.
//!
//! Whoever wants to know whether a server keeps its word needs little of it: an address. What is here knows no chapter,
//! and no command but PING. Requests and replies are bytes, and the caller says which.
//!
//! | module | what is in it |
//! |---|---|
//! | [`stage`] | a stage's program as a process: build it, start it, wait until it listens, end it |
//! | [`wire`] | a client of bare bytes, for any address |
//! | [`peers`] | clients that mean no good, or know no better |
//! | [`real`] | clients that nobody wrote for this course, and a real Redis |
//!
//! Everything here is for tests, so nothing returns an error: what is not as it should be panics, and says what was
//! seen.
//!
//! ```no_run
//! # #[cfg(unix)] {
//! use conform::stage::Stage;
//! use conform::wire::{converse, request};
//!
//! static STAGE: Stage = Stage::new("06-framing");
//!
//! let server = STAGE.start();
//! assert_eq!(converse(server.addr(), &request(&["ECHO", "hello"])), b"$5\r\nhello\r\n");
//! server.signal("TERM");
//! let (status, said) = server.end();
//! assert!(status.success(), "{status}: {said}");
//! # }
//! ```

pub mod peers;
pub mod real;
pub mod stage;
pub mod wire;

use std::time::Duration;

/// How long to wait for what must come. Only a server that never answers, or never ends, reaches it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Raises this process's limit on open files as far as the system lets it, and returns what it is then. A process that
/// is started afterwards has the same limit.
///
/// Shells begin with 1024 on most desktops, and with 256 on macOS: too few to play a thousand clients.
pub fn raise_file_limit() -> u64 {
    rlimit::increase_nofile_limit(u64::MAX).unwrap_or(256)
}

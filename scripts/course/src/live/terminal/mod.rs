//! The living course in a terminal: one screen for each verdict, and a key for what comes next.
//!
//! Without a terminal (in a pipe, in CI) the same is told in plain `lines`. On a `screen`, what
//! is done is apart from what is `shown`, and that from how it fits (`fit`).

use std::io::{self, IsTerminal};
use std::sync::Arc;

use anyhow::Result;

use self::screen::Screen;
use self::words::note;
use crate::live::engine::{self, Live};
use crate::live::overview;
use crate::repo::workspace::Course;
use crate::text;

mod fit;
mod lines;
mod options;
mod screen;
mod shown;
pub mod tty;
mod words;

pub use options::Options;

/// Shows the living course until the reader ends it. Gives the exit status.
pub async fn run(live: &Live, options: Options) -> Result<u8> {
    let person = io::stdin().is_terminal() && io::stdout().is_terminal();
    let able = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    if person && able {
        Screen::new(live, options).run().await
    } else {
        lines::run(live, &options).await
    }
}

/// Says where the reader is and which commands there are, and ends.
pub async fn once(course: Arc<Course>) -> Result<u8> {
    let live = Live::start(course, engine::Options { watch: false }).await?;
    let snapshot = live.subscribe().borrow().clone();
    live.shutdown().await;
    for notice in &snapshot.notices {
        text::warn(&note(notice));
    }
    let said = overview::told(live.course(), &snapshot, None);
    text::say(&format!("{said}\n{}", overview::commands()));
    Ok(0)
}

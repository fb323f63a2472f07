//! The living course: what `cargo course` does while it stays open.
//!
//! One task ([`engine`]) owns all that is known. It hears of saves from the [`watcher`] and of
//! wishes from the [`terminal`] and the browser, checks what was saved, and publishes a whole
//! [`state::Snapshot`] at each change. Everybody else only shows the newest one.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;

use self::book::Book;
use self::server::Server;
use self::state::StateName;
use crate::learn::editor::Editor;
use crate::repo::workspace::Course;
use crate::run::group::asked_to_end;
use crate::text::{self, MAGENTA};

pub mod book;
pub mod engine;
mod key;
pub mod overview;
pub mod server;
pub mod state;
pub mod terminal;
pub mod watcher;

pub use engine::{Action, Live, Options};

/// What to keep open.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// Check an exercise when its file is saved.
    pub watch: bool,
    /// Show the verdicts in the terminal.
    pub terminal: bool,
    /// Render the book and serve it.
    pub book: Option<BookParts>,
}

/// How to serve the book.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct BookParts {
    /// Open the book in the browser
    #[arg(long)]
    pub open: bool,
    /// Serve the book at this port of 127.0.0.1, instead of a free one near 3000
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
}

/// Runs `cargo course`, `cargo course watch` or `cargo course book` until the reader ends it.
pub fn run(course: &Course, parts: Parts) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let status = runtime.block_on(stay_open(Arc::new(course.clone()), parts));
    // A rendering that is still under way keeps nobody waiting.
    runtime.shutdown_background();
    status.map(ExitCode::from)
}

async fn stay_open(course: Arc<Course>, parts: Parts) -> Result<u8> {
    if !parts.watch && parts.book.is_none() {
        return terminal::once(course).await;
    }
    // A port that cannot be had is said before anything is begun.
    let listener = match parts.book {
        Some(book) => Some(server::listen(book.port).await?),
        None => None,
    };
    let live = Live::start(course.clone(), Options { watch: parts.watch }).await?;
    let editor = Editor::of_the_reader().map(Arc::new);
    let server = match listener {
        Some(listener) => {
            let book = Book::start(course);
            Some(Server::start(live.clone(), book, editor.clone(), listener)?)
        }
        None => None,
    };
    if let (Some(server), Some(BookParts { open: true, .. })) = (&server, parts.book) {
        let page = server.address().page(&where_the_reader_is(&live));
        if let Err(error) = open::that_detached(&page) {
            text::warn(&text::wrapped(
                &format!("{MAGENTA}note:{MAGENTA:#} "),
                &format!("no browser could be started ({error}): {page}"),
            ));
        }
    }
    let status = match parts.terminal {
        true => {
            let book = server.as_ref().map(|server| server.address().clone());
            let options = terminal::Options { watch: parts.watch, book, editor };
            terminal::run(&live, options).await
        }
        false => wait(&live, &parts, server.as_ref()).await,
    };
    live.shutdown().await;
    status
}

/// The path of the page to begin with: that of the next exercise, once one was begun.
fn where_the_reader_is(live: &Live) -> String {
    let snapshot = live.subscribe().borrow().clone();
    let begun = snapshot.exercises().any(|one| one.state != StateName::NotStarted);
    let next = snapshot.chapter_of_the_next();
    next.filter(|_| begun).map(|chapter| chapter.page.clone()).unwrap_or_default()
}

/// Says where the book is, and leaves all else to the browser.
async fn wait(live: &Live, parts: &Parts, server: Option<&Server>) -> Result<u8> {
    let mut ending = std::pin::pin!(asked_to_end()?);
    for notice in &live.subscribe().borrow().notices {
        text::warn(&text::wrapped(&format!("{MAGENTA}note:{MAGENTA:#} "), notice));
    }
    let mut said = String::new();
    if let Some(server) = server {
        said += &text::fact("book", &server.address().book());
    }
    if parts.watch {
        said += &text::fact(
            "watching",
            "save an exercise, and its chapter's page shows the verdict",
        );
    }
    said += &text::fact("end", "Ctrl-C");
    text::say(&said);
    tokio::select! {
        status = &mut ending => Ok(status),
        () = terminal::tty::nobody_reads() => Ok(0),
    }
}

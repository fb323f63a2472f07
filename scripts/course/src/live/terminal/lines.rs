//! The living course in plain lines, where there is no terminal.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context, Result};

use crate::learn::address::Address;
use crate::live::engine::Live;
use crate::live::overview;
use crate::live::state::{Busy, Doing, Snapshot, StateName};
use crate::live::terminal::options::Options;
use crate::live::terminal::tty::nobody_reads;
use crate::live::terminal::words::{after_a_pass, course_line, gone, note};
use crate::repo::workspace::Course;
use crate::run::group::asked_to_end;
use crate::text::{self, BOLD};

/// Tells everything in lines that follow each other.
pub(super) async fn run(live: &Live, options: &Options) -> Result<u8> {
    let mut ending = std::pin::pin!(asked_to_end()?);
    let mut snapshots = live.subscribe();
    let mut shown = snapshots.borrow_and_update().clone();
    let mut said = overview::told(live.course(), &shown, options.book.as_ref());
    said.push('\n');
    said += &overview::commands();
    said.push('\n');
    for notice in &shown.notices {
        said += &note(notice);
    }
    if let Some(book) = &options.book {
        said += &text::fact("book", &book.book());
    }
    if options.watch {
        said += &text::fact("watching", "save an exercise, and it is checked");
    } else {
        said += &text::fact("watching", "no: `cargo course check` checks an exercise");
    }
    said += &text::fact("end", "Ctrl-C");
    let mut told = Told::default();
    loop {
        let book = options.book.as_ref();
        said += &told.news(live.course(), &shown, book);
        if anstream::stdout().write_all(text::harmless(&said).as_bytes()).is_err() {
            return Ok(0);
        }
        said.clear();
        tokio::select! {
            status = &mut ending => return Ok(status),
            () = nobody_reads() => return Ok(0),
            changed = snapshots.changed() => {
                changed.context("the watch ended by itself")?;
                shown = snapshots.borrow_and_update().clone();
            }
        }
    }
}

/// What was told in plain lines already.
#[derive(Default)]
struct Told {
    notices: usize,
    busy: Option<(String, Doing)>,
    verdicts: BTreeMap<String, u64>,
    missing: Option<String>,
}

impl Told {
    /// What this snapshot says that the ones before did not.
    fn news(
        &mut self,
        course: &Course,
        snapshot: &Snapshot,
        book: Option<&Address>,
    ) -> String {
        let mut said = String::new();
        // The first ones stand in the overview.
        let before =
            if self.notices == 0 { snapshot.notices.len() } else { self.notices };
        for notice in snapshot.notices.iter().skip(before) {
            said += &note(notice);
        }
        self.notices = snapshot.notices.len().max(1);
        for view in snapshot.exercises() {
            let Some(verdict) = &view.verdict else { continue };
            if self.verdicts.insert(view.name.clone(), verdict.run) != Some(verdict.run) {
                said += &format!("\n{BOLD}{}{BOLD:#}\n\n", course_line(view));
                said += &verdict.ansi;
                if verdict.passed {
                    said.push('\n');
                    said += &after_a_pass(course, snapshot, view, book).all();
                }
            }
        }
        let missing = snapshot
            .current
            .as_deref()
            .and_then(|name| snapshot.exercise(name))
            .filter(|view| view.state == StateName::Missing);
        if self.missing.as_ref() != missing.map(|view| &view.name)
            && let Some(view) = missing
        {
            said += &gone(view);
        }
        self.missing = missing.map(|view| view.name.clone());
        let busy = snapshot.busy.as_ref().map(|busy| (busy.exercise.clone(), busy.doing));
        if busy != self.busy
            && let Some(Busy { exercise, doing, .. }) = &snapshot.busy
        {
            match doing {
                Doing::WaitingForCargo => {
                    said += &format!("{exercise}: waiting for another Cargo to finish\n");
                }
                Doing::Building
                    if self.busy.as_ref().map(|old| &old.0) != Some(exercise) =>
                {
                    said += &format!("{exercise}: checking\n");
                }
                Doing::Building | Doing::Running => {}
            }
        }
        self.busy = busy;
        said
    }
}

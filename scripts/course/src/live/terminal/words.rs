//! What is said on the screen and in plain lines alike.

use crate::learn::address::Address;
use crate::learn::next;
use crate::live::state::{Busy, Doing, ExerciseView, Snapshot};
use crate::repo::workspace::{Course, Exercise};
use crate::text::{self, MAGENTA};

/// A notice: what the reader should know of the tool itself.
pub(super) fn note(words: &str) -> String {
    text::wrapped(&format!("{MAGENTA}note:{MAGENTA:#} "), words)
}

/// An exercise in a line.
pub(super) fn course_line(view: &ExerciseView) -> String {
    format!("{}  {}", view.name, view.title)
}

/// That the reader's file is not there.
pub(super) fn gone(view: &ExerciseView) -> String {
    text::wrapped(
        "",
        &format!(
            "{} is missing: `cargo course reset {}` puts it back as it was shipped.",
            view.file, view.name
        ),
    )
}

/// What comes after an exercise that passes.
pub(super) fn after_a_pass(
    course: &Course,
    snapshot: &Snapshot,
    passed: &ExerciseView,
    book: Option<&Address>,
) -> next::Told {
    match next_after(snapshot, &passed.name) {
        Some(next) => next::story(course, find(course, &next.name), book),
        None => next::Told {
            heading: "Every exercise is done.\n".into(),
            ..next::Told::default()
        },
    }
}

/// The first exercise after this one that is not done, or else the first of all.
pub(super) fn next_after<'a>(
    snapshot: &'a Snapshot,
    name: &str,
) -> Option<&'a ExerciseView> {
    let open = |view: &&ExerciseView| !view.state.is_done() && view.name != name;
    snapshot
        .exercises()
        .skip_while(|view| view.name != name)
        .find(open)
        .or_else(|| snapshot.exercises().find(open))
}

/// The exercise that a snapshot names.
pub(super) fn find<'a>(course: &'a Course, name: &str) -> &'a Exercise {
    let found = course.exercises().find(|(_, one)| one.name == name);
    found.expect("a snapshot shows exercises of its course").1
}

/// What is under way, in a line.
pub(super) fn doing(busy: &Busy) -> String {
    let Busy { exercise, doing, detail } = busy;
    match (doing, detail) {
        (Doing::WaitingForCargo, _) => {
            format!("{exercise}: waiting for another Cargo to finish…")
        }
        (Doing::Building, None) => format!("{exercise}: compiling…"),
        (Doing::Building, Some(detail)) => format!("{exercise}: {detail}…"),
        (Doing::Running, _) => format!("{exercise}: running…"),
    }
}

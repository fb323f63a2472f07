//! What the terminal and the browser both show: one [`Snapshot`] of the whole course.
//!
//! A snapshot is complete: whoever has the newest one needs none of those before. It goes to
//! the browser as JSON just as it stands here.

use serde::Serialize;

use crate::learn::verdict::Told;

/// Where the reader is, as of now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Grows by one with each change.
    pub revision: u64,
    /// The chapters in order.
    pub chapters: Vec<ChapterView>,
    /// The name of the first exercise that is not done.
    pub next: Option<String>,
    /// The name of the exercise that the reader saved, or asked about, last.
    pub current: Option<String>,
    /// What is under way.
    pub busy: Option<Busy>,
    /// What the reader should know of the tool itself: a state file that had to be set aside,
    /// a folder that cannot be watched. One sentence or two each.
    pub notices: Vec<String>,
    /// How the editor failed, if it did when it was started last.
    pub editor_trouble: Option<String>,
    /// Whether an exercise is checked when its file is saved.
    pub watching: bool,
    /// The root of the repository, as the system writes it.
    pub root: String,
    /// The questions of the book that ask what a program will do, in the book's order.
    pub predictions: Vec<PredictionView>,
    /// The files that a page names above an excerpt, relative to that, with `/`.
    pub files: Vec<String>,
}

/// One chapter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChapterView {
    /// The folder's name: `03-shared-state`.
    pub slug: String,
    /// `3`.
    pub number: u32,
    /// "One database for all connections".
    pub title: String,
    /// The page in the rendered book: `03-shared-state.html`.
    pub page: String,
    /// How many of its exercises are done.
    pub done: usize,
    /// Its exercises in the order of teaching.
    pub exercises: Vec<ExerciseView>,
}

/// One exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExerciseView {
    /// The check's name: `03-visit-counter`.
    pub name: String,
    /// The folder's name, by which the page knows it: `visit-counter`.
    pub slug: String,
    /// "A counter that loses visits".
    pub title: String,
    /// About how long it takes.
    pub minutes: u32,
    /// The page in the rendered book that has its card: the chapter's, or the deeper one.
    pub page: String,
    /// The reader's file, relative to the root of the repository, with `/`.
    pub file: String,
    /// The same, absolute, as the system writes it.
    pub path: String,
    /// Where the reader is with it.
    pub state: StateName,
    /// The mistake that the answer shows as it stands, by id.
    pub mistake: Option<String>,
    /// How its last check ended, if there was one since the tool was started.
    pub verdict: Option<Verdict>,
    /// Whether that verdict speaks of the file as it is now.
    pub verdict_is_fresh: bool,
    /// The hints that were asked for.
    pub hints: Vec<Hint>,
    /// How many there are.
    pub hints_total: usize,
    /// Whether our solution may be shown without spoiling anything: an answer has passed.
    pub solution_open: bool,
    /// Whether its check is under way or waits its turn.
    pub running: bool,
}

/// [`progress::State`](crate::repo::progress::State) by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateName {
    /// `exercise.rs` is not there.
    Missing,
    /// It is there, and cannot be read.
    Unreadable,
    /// It is as shipped.
    #[default]
    NotStarted,
    /// Edited, and not checked since.
    Changed,
    /// Compiles, and is wrong.
    Failing,
    /// Refused by the compiler.
    DoesNotCompile,
    /// Passed just as it is.
    Done,
    /// Passed, and edited since without another check.
    DoneChangedSince,
}

/// How a check ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether the answer is right.
    pub passed: bool,
    /// What happened, in one line of plain text: "It is not zero", "02-count passes",
    /// "It does not compile: mismatched types (E0308)".
    pub headline: String,
    /// All that is to be said of it, without colors: rustc's errors or the check's words,
    /// then what they mean.
    pub text: String,
    /// The same with ANSI colors.
    pub ansi: String,
    /// What the check saw: counts, values, the error and its place.
    pub saw: Option<String>,
    /// The mistake that the answer shows, if it shows exactly one.
    pub mistake: Option<MistakeView>,
    /// What the run looked like, as an SVG, if the check drew it.
    pub picture: Option<String>,
    /// After a pass: the mistakes that the exercise was about for this reader.
    pub learned: Vec<MistakeView>,
    /// Which check this was, counted since the tool was started: tells a verdict from the one
    /// before, even if both say the same.
    pub run: u64,
    /// How long the compiler took, in milliseconds.
    pub build_ms: u64,
    /// How long the check ran, in milliseconds.
    pub run_ms: u64,
    /// The parts of the text, for who has to choose among them.
    #[serde(skip)]
    pub told: Told,
}

/// A mistake of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MistakeView {
    /// The name checks know it by: `copied-counter`.
    pub id: String,
    /// What the program did.
    pub title: String,
    /// What one believes who makes it.
    pub belief: String,
    /// Why it is a mistake.
    pub because: String,
    /// Where the book speaks of it: `chapter 2, "A copy is not shared"`.
    pub read_text: String,
    /// The same as a link inside the rendered book: `02-spawning.html#a-copy-is-not-shared`.
    pub read_href: String,
}

/// A question that asks what a program will do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PredictionView {
    /// What the page calls it: `predict-04-slow`.
    pub id: String,
    /// What the reader predicted.
    pub said: Option<String>,
    /// Whether that is what happened.
    pub right: bool,
    /// Of a choice, what the answer says that is right, once the reader has predicted something.
    pub happened: Option<String>,
    /// What happened, in the words of the recording.
    pub outcome: Option<String>,
    /// The mistake by whose belief one comes to such a prediction.
    pub mistake: Option<MistakeView>,
}

/// One hint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// Its heading.
    pub heading: String,
    /// Its body, in Markdown: paragraphs, lists, inline code, fenced code.
    pub markdown: String,
}

/// What is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Busy {
    /// The exercise that it is about.
    pub exercise: String,
    /// What is being done.
    pub doing: Doing,
    /// What Cargo said last while it worked: "Compiling tokio v1.54.1".
    pub detail: Option<String>,
}

/// What is being done about an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doing {
    /// Cargo builds its check.
    Building,
    /// Another Cargo holds the build lock, and ours waits for it.
    WaitingForCargo,
    /// The check runs.
    Running,
}

impl StateName {
    /// Whether there is nothing left to do.
    pub fn is_done(self) -> bool {
        matches!(self, StateName::Done | StateName::DoneChangedSince)
    }
}

impl Snapshot {
    /// Every exercise in the order of the course.
    pub fn exercises(&self) -> impl Iterator<Item = &ExerciseView> {
        self.chapters.iter().flat_map(|chapter| &chapter.exercises)
    }

    /// The chapter with the exercise that comes next.
    pub fn chapter_of_the_next(&self) -> Option<&ChapterView> {
        let next = self.next.as_deref()?;
        self.chapters
            .iter()
            .find(|chapter| chapter.exercises.iter().any(|one| one.name == next))
    }

    /// The exercise with this name.
    pub fn exercise(&self, name: &str) -> Option<&ExerciseView> {
        self.exercises().find(|one| one.name == name)
    }
}

//! Nothing that the book shows of a run is older than what it shows: every recording is made
//! again and compared. `cargo course record` mends what is found here.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use course::keep::measure;
use course::keep::record::{self, Made, Scope};
use course::keep::stale::Stale;
use course::repo::sources::text_files;
use course::repo::workspace::{Chapter, Course, Example};
use course::run::cargo::rustc_version;
use course::run::scratch::Scratch;

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Course::at(&root).expect("the course can be opened")
});

/// Every recording, made once for all tests.
static MADE: LazyLock<Vec<Made>> = LazyLock::new(|| {
    let tool = Path::new(env!("CARGO_BIN_EXE_course"));
    let scope = Scope { tool: Some(tool), ..Scope::default() };
    record::make(&COURSE, &scope).expect("the recordings can be made")
});

/// Why a test fails: a list for a person to read, without a backtrace.
struct Report(Vec<Stale>);

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} found", self.0.len())?;
        self.0.iter().try_for_each(|one| writeln!(f, "\n- {one}"))
    }
}

/// Fails with every recording of the list.
fn none(stale: Vec<Stale>) -> Result<(), Report> {
    if stale.is_empty() { Ok(()) } else { Err(Report(stale)) }
}

#[test]
fn every_recording_is_what_its_program_prints() -> Result<(), Report> {
    if let Some((then, now)) = record::other_rustc(&COURSE).expect("rustc runs") {
        // Not by a macro: what those print is only shown when a test fails.
        let _ = writeln!(
            std::io::stderr(),
            "note: rustc's words were recorded with {then}; this is {now}, so only the \
             errors are compared"
        );
    }
    none(record::stale(&COURSE, &MADE).expect("the recordings can be read"))
}

#[test]
fn every_recording_is_made_by_something() -> Result<(), Report> {
    none(record::orphans(&COURSE, &MADE).expect("the folders can be read"))
}

#[test]
fn every_figure_was_measured_with_the_program_as_it_is() -> Result<(), Report> {
    none(measure::stale(&COURSE).expect("the figures can be read"))
}

/// Or each `cargo course verify` would build the whole museum again.
#[test]
fn a_scratch_copy_that_is_up_to_date_is_left_alone() {
    let written = || {
        let scratch = Scratch::of(&COURSE).expect("the copy can be made");
        let mut files: Vec<_> = text_files(&scratch.root)
            .expect("the copy can be read")
            .into_iter()
            .map(|file| (file.metadata().and_then(|of| of.modified()).ok(), file))
            .collect();
        files.sort();
        files
    };
    // The recordings are made in the same place.
    LazyLock::force(&MADE);
    let before = written();
    assert!(before.len() > 20, "only {} files", before.len());
    assert_eq!(before, written());
}

// ---- the comparison itself, on courses made up for it ----

/// A course of one chapter, in a folder of its own.
fn small_course(name: &str) -> Course {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recordings").join(name);
    let _ = fs::remove_dir_all(&root);
    let dir = root.join("chapters/01-one");
    let chapter = Chapter {
        number: 1,
        slug: "01-one".into(),
        package: "one".into(),
        title: "One".into(),
        examples: Vec::new(),
        compile_fail: Vec::new(),
        exercises: Vec::new(),
        recordings: BTreeMap::new(),
        previous_stage: None,
        dir,
    };
    Course { target_dir: root.join("target"), root, chapters: vec![chapter] }
}

fn write(course: &Course, file: &str, content: &str) -> PathBuf {
    let path = course.root.join(file);
    fs::create_dir_all(path.parent().expect("a file is in a folder"))
        .expect("it is ours");
    fs::write(&path, content).expect("it is ours");
    path
}

fn made(file: &str, content: &str, rustc: bool) -> Vec<Made> {
    vec![Made { file: file.into(), content: Ok(content.into()), rustc }]
}

const TXT: &str = "chapters/01-one/recorded/01-one.txt";
const STDERR: &str = "chapters/01-one/recorded/refused.stderr";
const RUSTC: &str = "scripts/course/recorded/rustc.txt";

#[test]
fn a_recording_that_is_the_same_is_not_stale() {
    let course = small_course("same");
    write(&course, TXT, "PONG\n");
    assert_eq!(record::stale(&course, &made(TXT, "PONG\n", false)).unwrap(), []);
}

#[test]
fn a_recording_that_differs_is_stale_and_shown_with_a_diff() {
    let course = small_course("differs");
    write(&course, TXT, "PING\nPONG\n");
    let stale = record::stale(&course, &made(TXT, "PING\nPANG\n", false)).unwrap();
    assert_eq!(stale.len(), 1);
    assert!(stale[0].what.contains("-PONG"), "{}", stale[0].what);
    assert!(stale[0].what.contains("+PANG"), "{}", stale[0].what);
    assert_eq!(stale[0].mend.as_deref(), Some("cargo course record"));
}

#[test]
fn a_recording_that_is_not_there_is_missing() {
    let course = small_course("missing");
    let stale = record::stale(&course, &made(TXT, "PONG\n", false)).unwrap();
    assert!(stale[0].what.contains("missing"), "{}", stale[0].what);
}

#[test]
fn a_program_that_could_not_be_recorded_is_told() {
    let course = small_course("refused");
    let why = "it ended with exit status: 101".to_string();
    let made = [Made { file: TXT.into(), content: Err(why), rustc: false }];
    let stale = record::stale(&course, &made).unwrap();
    assert!(stale[0].what.contains("101"), "{}", stale[0].what);
}

#[test]
fn words_of_another_rustc_are_compared_by_their_errors() {
    let course = small_course("another-rustc");
    write(&course, RUSTC, "rustc 1.0.0 (long ago)\n");
    write(&course, STDERR, "error[E0373]: it may outlive\n  old words\n");
    let new = made(STDERR, "error[E0373]: it might outlive\n  new words\n", true);
    assert_eq!(record::stale(&course, &new).unwrap(), []);
    let other = made(STDERR, "error[E0382]: use of moved value\n  new words\n", true);
    assert_eq!(record::stale(&course, &other).unwrap().len(), 1);
    // What programs print is compared whole all the same.
    write(&course, TXT, "old\n");
    assert_eq!(record::stale(&course, &made(TXT, "new\n", false)).unwrap().len(), 1);
}

#[test]
fn words_of_the_same_rustc_are_compared_whole() {
    let course = small_course("same-rustc");
    write(&course, RUSTC, &rustc_version().unwrap());
    write(&course, STDERR, "error[E0373]: it may outlive\n  old words\n");
    let new = made(STDERR, "error[E0373]: it may outlive\n  new words\n", true);
    assert_eq!(record::stale(&course, &new).unwrap().len(), 1);
}

#[test]
fn a_recording_that_nothing_makes_is_an_orphan() {
    let course = small_course("orphan");
    write(&course, TXT, "PONG\n");
    assert_eq!(record::orphans(&course, &made(TXT, "PONG\n", false)).unwrap(), []);
    let orphans = record::orphans(&course, &[]).unwrap();
    assert_eq!(orphans.len(), 1);
    assert_eq!(orphans[0].file, TXT);
}

#[test]
fn a_figure_is_stale_once_its_program_changes() {
    let mut course = small_course("figure");
    let source = "chapters/01-one/examples/01-cost-measured.rs";
    let path = write(&course, source, "fn main() { one(); }\n");
    course.chapters[0].examples.push(Example { name: "01-cost-measured".into(), path });
    let stale = measure::stale(&course).unwrap();
    assert!(stale[0].what.contains("missing"), "{}", stale[0].what);

    let file = "chapters/01-one/recorded/01-cost-measured.txt";
    let hash = course::repo::progress::hash(b"fn main() { one(); }\n");
    write(&course, file, &format!("# machine\n# measured program: {hash}\n\n1 ns\n"));
    assert_eq!(measure::stale(&course).unwrap(), []);

    write(&course, source, "//! A comment is no change.\n\nfn main() { one(); }\n");
    assert_eq!(measure::stale(&course).unwrap(), []);

    write(&course, source, "fn main() { two(); }\n");
    let stale = measure::stale(&course).unwrap();
    assert!(stale[0].what.contains("changed"), "{}", stale[0].what);
    assert_eq!(stale[0].mend.as_deref(), Some("cargo course measure 01-cost-measured"));
}

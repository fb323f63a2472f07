//! The book is whole: every include, link and name on its pages leads somewhere, no output
//! and no Rust is typed by hand, and every line of every stage is explained once.
//!
//! The first half asks each rule of the book as it is. The second breaks a tiny book, a rule
//! at a time, since a test that cannot fail is worth nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use course::keep::pages::markdown::Marks;
use course::keep::pages::rules::{self, Names, Stage};
use course::keep::pages::{Book, Problem};
use course::keep::verify::museum;
use course::repo::catalogue::Catalogue;
use course::repo::workspace::{Chapter, Course, Exercise};

#[path = "pages/first_reading.rs"]
mod first_reading;
#[path = "pages/projects.rs"]
mod projects;
#[path = "pages/teaching.rs"]
mod teaching;

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Course::at(&root).expect("the course can be opened")
});

static BOOK: LazyLock<Book> =
    LazyLock::new(|| Book::open(&COURSE.root).expect("the book can be read"));

/// Why a test fails: a list for a person to read, without a backtrace.
struct Report(Vec<String>);

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} found\n\n{}\n", self.0.len(), self.0.join("\n"))
    }
}

/// Fails with every problem of the list.
fn none(problems: &[Problem]) -> Result<(), Report> {
    match problems {
        [] => Ok(()),
        some => Err(Report(some.iter().map(Problem::to_string).collect())),
    }
}

// ---- the book as it is ----

#[test]
fn the_summary_lists_every_page() -> Result<(), Report> {
    none(&rules::summary(&BOOK))
}

#[test]
fn every_include_brings_something_in() -> Result<(), Report> {
    none(&rules::includes(&BOOK))
}

#[test]
fn no_rust_and_no_output_is_typed_by_hand() -> Result<(), Report> {
    none(&rules::fences(&BOOK))
}

#[test]
fn every_command_names_something_that_exists() -> Result<(), Report> {
    let names = Names::of(&COURSE).expect("the targets can be listed");
    none(&rules::commands(&BOOK, &names))?;
    none(&rules::commands_in_sources(&COURSE.root, &names).expect("they can be read"))
}

#[test]
fn every_path_in_the_text_exists() -> Result<(), Report> {
    none(&rules::paths(&BOOK))
}

#[test]
fn every_link_leads_somewhere() -> Result<(), Report> {
    none(&rules::links(&BOOK))
}

#[test]
fn every_line_of_every_stage_is_shown_once() -> Result<(), Report> {
    let stages = Stage::all(&COURSE).expect("the stages can be listed");
    none(&rules::stages(&BOOK, &stages).expect("the stages can be read"))
}

#[test]
fn every_mistake_is_explained_in_full() -> Result<(), Report> {
    none(&rules::mistakes(&BOOK))
}

#[test]
fn every_mistake_is_met_by_an_exercise() -> Result<(), Report> {
    let catalogue = Catalogue::open(&COURSE.root).expect("the catalogue can be read");
    let problems = museum::coverage(&COURSE, &catalogue).expect("the museum can be read");
    if problems.is_empty() { Ok(()) } else { Err(Report(problems)) }
}

#[test]
fn no_term_is_explained_twice() -> Result<(), Report> {
    none(&rules::glossary(&BOOK))
}

#[test]
fn the_readme_shows_what_was_recorded() -> Result<(), Report> {
    none(&rules::recorded_in_readme(&BOOK))
}

#[test]
fn nothing_is_left_unfinished() -> Result<(), Report> {
    none(&rules::unfinished(&COURSE.root).expect("the files can be read"))
}

#[test]
fn no_text_names_a_folder_of_one_machine() -> Result<(), Report> {
    none(&rules::machine_paths(&COURSE.root).expect("the files can be read"))
}

#[test]
fn every_page_is_read_in_45_minutes() -> Result<(), Report> {
    none(&rules::reading_time(&BOOK, &COURSE))
}

#[test]
fn every_prediction_is_judged_by_its_recording() -> Result<(), Report> {
    let catalogue = Catalogue::open(&COURSE.root).expect("the catalogue can be read");
    none(&rules::predictions(&BOOK, &COURSE, &catalogue))
}

#[test]
fn every_exercise_has_its_card() -> Result<(), Report> {
    none(&rules::exercises(&BOOK, &COURSE))
}

#[test]
fn every_page_from_chapter_04_on_says_that_a_timeline_can_be_drawn() -> Result<(), Report>
{
    none(&rules::timeline(&BOOK, &COURSE))
}

#[test]
fn every_page_says_how_to_begin_a_project() -> Result<(), Report> {
    none(&rules::projects(&BOOK, &COURSE).1)
}

#[test]
fn nothing_stands_before_its_definition() -> Result<(), Report> {
    none(&rules::definitions(&BOOK))
}

// ---- a tiny book, broken on purpose ----

/// A repository in a folder of its own: a book of one chapter, a stage, a recording.
struct Tiny {
    root: PathBuf,
}

const STAGE: &str = "\
//! The stage.

// ANCHOR: imports
use std::io;
// ANCHOR_END: imports

// ANCHOR: main
fn main() {
    // ANCHOR: body
    run();
    // ANCHOR_END: body
}
// ANCHOR_END: main
";

const PAGE: &str = "\
# One

See [the second part](#the-second-part), [mistakes](mistakes.md#first-mistake) and
[the code](../../chapters/01-one/examples/01-one.rs). Run `cargo run --example 01-one`.

```console
$ cargo run --example 01-one
$ cargo course check 01-first
```

```rust
{{#include ../../chapters/01-one/examples/01-one.rs:1}}
```

## The second part

```rust
{{#include ../../chapters/01-one/examples/01-one.rs:imports}}

{{#include ../../chapters/01-one/examples/01-one.rs:main}}
```

```text
{{#include ../../chapters/01-one/recorded/01-one.txt}}
```
";

const MISTAKES: &str = "\
# Mistakes

## One

### A thing went wrong {#first-mistake}

**Belief** It goes right.

**Because** it does not.

**Instead** do it right.

**Read** [chapter 1](01-one.md#the-second-part)

## When a check cannot tell

### It hangs
";

const README: &str = "\
# Tiny

<!-- recorded: chapters/01-one/recorded/01-one.txt -->
```text
PONG
```
";

impl Tiny {
    fn new(name: &str) -> Tiny {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages").join(name);
        let _ = fs::remove_dir_all(&root);
        let tiny = Tiny { root };
        tiny.write("README.md", README);
        tiny.write("book/src/SUMMARY.md", "# Summary\n\n- [One](01-one.md)\n- [Mistakes](mistakes.md)\n- [Glossary](glossary.md)\n");
        tiny.write("book/src/01-one.md", PAGE);
        tiny.write("book/src/mistakes.md", MISTAKES);
        tiny.write(
            "book/src/glossary.md",
            "# Glossary\n\n**task** a thing.\n\n**future** another.\n",
        );
        tiny.write("chapters/01-one/examples/01-one.rs", STAGE);
        tiny.write("chapters/01-one/recorded/01-one.txt", "PONG\n");
        tiny
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().expect("a file is in a folder"))
            .expect("it is ours");
        fs::write(path, text).expect("it is ours");
    }

    /// The same with one text in place of another in a file.
    fn with(self, file: &str, old: &str, new: &str) -> Tiny {
        let text = fs::read_to_string(self.root.join(file)).expect("it is ours");
        assert!(text.contains(old), "{file} does not have {old:?}");
        self.write(file, &text.replacen(old, new, 1));
        self
    }

    fn book(&self) -> Book {
        Book::open(&self.root).expect("the tiny book can be read")
    }

    fn stages(&self) -> Vec<Stage> {
        let files = vec![self.root.join("chapters/01-one/examples/01-one.rs")];
        vec![Stage { page: "book/src/01-one.md".into(), files }]
    }
}

/// What commands on a page of the tiny book may name.
fn names() -> Names {
    let set = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    let exercise = |slug: &str| Exercise {
        name: format!("01-{slug}"),
        slug: slug.into(),
        title: slug.into(),
        minutes: 5,
        starts: "unfinished".into(),
        meets: Vec::new(),
        dir: PathBuf::new(),
        file: PathBuf::new(),
        check: PathBuf::new(),
        hints: PathBuf::new(),
        solution_dir: PathBuf::new(),
    };
    let chapter = Chapter {
        number: 1,
        slug: "01-one".into(),
        package: "one".into(),
        title: "One".into(),
        dir: PathBuf::new(),
        examples: Vec::new(),
        compile_fail: Vec::new(),
        exercises: vec![exercise("first"), exercise("second")],
        recordings: BTreeMap::new(),
        previous_stage: None,
    };
    Names {
        examples: set(&["01-one", "01-cost-measured"]),
        tests: set(&["01-first", "pages"]),
        course: Course {
            root: PathBuf::new(),
            target_dir: PathBuf::new(),
            chapters: vec![chapter],
        },
    }
}

/// That there is just one problem, and that it says this.
#[track_caller]
fn red(problems: &[Problem], words: &str) {
    let list: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert_eq!(list.len(), 1, "one problem was to be found:\n{}", list.join("\n"));
    assert!(list[0].contains(words), "{words:?} is not in:\n{}", list[0]);
}

const ONE: &str = "book/src/01-one.md";

#[test]
fn the_tiny_book_is_whole() {
    let tiny = Tiny::new("whole");
    let book = tiny.book();
    none(&rules::summary(&book)).unwrap();
    none(&rules::includes(&book)).unwrap();
    none(&rules::fences(&book)).unwrap();
    none(&rules::commands(&book, &names())).unwrap();
    none(&rules::links(&book)).unwrap();
    none(&rules::paths(&book)).unwrap();
    none(&rules::stages(&book, &tiny.stages()).unwrap()).unwrap();
    none(&rules::mistakes(&book)).unwrap();
    none(&rules::glossary(&book)).unwrap();
    none(&rules::recorded_in_readme(&book)).unwrap();
    none(&rules::unfinished(&tiny.root).unwrap()).unwrap();
    none(&rules::machine_paths(&tiny.root).unwrap()).unwrap();
}

#[test]
fn a_page_that_the_summary_leaves_out_is_red() {
    let tiny = Tiny::new("unlisted");
    tiny.write("book/src/stray.md", "# Stray\n");
    red(&rules::summary(&tiny.book()), "stray.md: SUMMARY.md does not list this page");
}

#[test]
fn a_page_that_only_the_summary_knows_is_red() {
    let summary = "book/src/SUMMARY.md";
    let tiny = Tiny::new("listed").with(summary, "- [G", "- [Two](02-two.md)\n- [G");
    red(&rules::summary(&tiny.book()), "`02-two.md` does not exist");
}

#[test]
fn an_include_of_a_missing_file_is_red() {
    let tiny = Tiny::new("no-file").with(ONE, "01-one.txt}}", "01-won.txt}}");
    red(&rules::includes(&tiny.book()), "01-one.md:24: ");
    red(&rules::includes(&tiny.book()), "there is no such file");
}

#[test]
fn an_include_of_a_missing_anchor_is_red() {
    let tiny = Tiny::new("no-anchor").with(ONE, ":imports}}", ":imported}}");
    red(&rules::includes(&tiny.book()), "no anchor `imported`");
    let stage = "chapters/01-one/examples/01-one.rs";
    let tiny = Tiny::new("moved-anchor").with(stage, "// ANCHOR: imports\n", "");
    red(&rules::includes(&tiny.book()), "no anchor `imports`");
    let tiny = Tiny::new("open-anchor").with(stage, "// ANCHOR_END: imports\n", "");
    red(&rules::includes(&tiny.book()), "has no ANCHOR_END");
}

#[test]
fn an_include_of_lines_that_are_not_there_is_red() {
    let tiny = Tiny::new("no-lines").with(ONE, "01-one.rs:1}}", "01-one.rs:1:99}}");
    red(&rules::includes(&tiny.book()), "the file has 13 lines");
    let tiny = Tiny::new("no-line").with(ONE, "01-one.rs:1}}", "01-one.rs:2}}");
    red(&rules::includes(&tiny.book()), "is empty");
}

#[test]
fn an_include_that_shows_its_anchors_is_red() {
    let tiny = Tiny::new("whole-file").with(ONE, "01-one.rs:1}}", "01-one.rs}}");
    red(&rules::includes(&tiny.book()), "shows the ANCHOR in line 3");
}

#[test]
fn an_include_from_outside_or_from_a_reader_s_file_is_red() {
    let tiny = Tiny::new("outside").with(ONE, "../../chapters", "../../../chapters");
    red(&rules::links(&tiny.book()), "leads out of the repository");
    let tiny = Tiny::new("reader").with(
        ONE,
        "{{#include ../../chapters/01-one/examples/01-one.rs:1}}",
        "{{#include ../../chapters/01-one/exercises/first/exercise.rs}}",
    );
    tiny.write("chapters/01-one/exercises/first/exercise.rs", "fn f() {}\n");
    red(&rules::includes(&tiny.book()), "include its stub.rs");
}

#[test]
fn rust_typed_by_hand_is_red() {
    let tiny = Tiny::new("typed").with(ONE, "```rust\n", "```rust\nfn typed() {}\n");
    red(&rules::fences(&tiny.book()), "`rust` typed by hand: `fn typed() {}`");
    let tiny = Tiny::new("typed-more").with(
        ONE,
        "## The",
        "```rust,ignore\nlet x = 1;\n```\n\n## The",
    );
    red(&rules::fences(&tiny.book()), "typed by hand: `let x = 1;`");
    let tiny = Tiny::new("indented").with(ONE, "## The", "    let x = 1;\n\n## The");
    red(&rules::fences(&tiny.book()), "code by indentation");
    let tiny =
        Tiny::new("nameless").with(ONE, "## The", "```\nlet x = 1;\n```\n\n## The");
    red(&rules::fences(&tiny.book()), "a fence without a kind");
    let tiny = Tiny::new("in-a-note").with(
        ONE,
        "## The",
        "> ```rust\n> let x = 1;\n> ```\n\n## The",
    );
    red(&rules::fences(&tiny.book()), "typed by hand: `let x = 1;`");
}

#[test]
fn output_that_is_no_recording_is_red() {
    let tiny = Tiny::new("typed-output").with(ONE, "```text\n", "```text\nPONG\n");
    red(&rules::fences(&tiny.book()), "`text` typed by hand: `PONG`");
    let tiny = Tiny::new("source-as-output").with(ONE, "```rust\n", "```diff\n");
    red(&rules::fences(&tiny.book()), "is not from a recorded/ folder");
    let tiny = Tiny::new("output-as-console").with(ONE, "-one\n$", "-one\nPONG\n$");
    red(&rules::fences(&tiny.book()), "`PONG` is not a command");
}

#[test]
fn a_command_that_names_nothing_is_red() {
    let judge = |name: &str, old: &str, new: &str| {
        rules::commands(&Tiny::new(name).with(ONE, old, new).book(), &names())
    };
    red(
        &judge(
            "no-example",
            "Run `cargo run --example 01-one`",
            "Run `cargo run --example 01-two`",
        ),
        "no example `01-two`",
    );
    red(
        &judge(
            "no-example-in-console",
            "$ cargo run --example 01-one",
            "$ cargo run --release --example 01-two -- serve",
        ),
        "no example `01-two`",
    );
    red(
        &judge("no-test", "$ cargo run --example 01-one", "$ cargo test --test 01-third"),
        "no test `01-third`",
    );
    red(
        &judge("no-exercise", "check 01-first", "check 01-third"),
        "no exercise is called `01-third`",
    );
    red(&judge("ambiguous", "check 01-first", "hint 01"), "`01` could be 2 exercises");
    none(&judge("chapter", "check 01-first", "check 01")).unwrap();
    red(&judge("no-subcommand", "check 01-first", "chekc"), "no command `chekc`");
    none(&judge("placeholder", "check 01-first", "check NAME")).unwrap();
    none(&judge("shortened", "check 01-first", "check first")).unwrap();
    none(&judge("options", "check 01-first", "verify --repeat 200 --busy 2 01-second"))
        .unwrap();
    none(&judge("bare", "cargo course check 01-first", "cargo course # begins")).unwrap();
}

#[test]
fn a_path_that_does_not_exist_is_red() {
    let judge = |name: &str, path: &str| {
        let text = format!("the file `{path}`.\n\n## The");
        rules::paths(&Tiny::new(name).with(ONE, "## The", &text).book())
    };
    let found = judge("no-path", "chapters/01-one/exercises/first/exercise.rs");
    red(&found, "there is no `chapters/01-one/exercises/first/exercise.rs`");
    none(&judge("path", "chapters/01-one/examples/01-one.rs")).unwrap();
    none(&judge("any-path", "chapters/NN-name/examples/NN-name.rs")).unwrap();
}

#[test]
fn a_command_in_a_program_s_header_that_names_nothing_is_red() {
    let stage = "chapters/01-one/examples/01-one.rs";
    let tiny = Tiny::new("header").with(
        stage,
        "//! The stage.",
        "//! Run `cargo run --example 01-two`.",
    );
    red(
        &rules::commands_in_sources(&tiny.root, &names()).unwrap(),
        "no example `01-two`",
    );
    let tiny = Tiny::new("header-block").with(
        stage,
        "//! The stage.",
        "//! ```text\n//! cargo run --example 01-two   runs it\n//! ```",
    );
    red(
        &rules::commands_in_sources(&tiny.root, &names()).unwrap(),
        "no example `01-two`",
    );
}

#[test]
fn a_broken_link_is_red() {
    let judge = |name: &str, old: &str, new: &str| {
        rules::links(&Tiny::new(name).with(ONE, old, new).book())
    };
    red(
        &judge("no-heading", "(#the-second-part)", "(#the-second-port)"),
        "did you mean `#the-second-part`?",
    );
    red(
        &judge("no-heading-there", "#first-mistake", "#a-thing-went-wrong"),
        "no heading `#a-thing-went-wrong`",
    );
    red(&judge("no-page", "(mistakes.md#", "(mistake.md#"), "there is no such file");
    red(&judge("no-code", "/01-one.rs)", "/01-two.rs)"), "there is no such file");
    red(
        &judge("no-label", "[the code](", "[the code][x] ("),
        "nothing defines the link label `[x]`",
    );
    red(
        &judge("html", "## The", "<a href=\"x.md\">x</a>\n\n## The"),
        "there is no such file",
    );
    none(&judge(
        "html-id",
        "## The second part",
        "<a id=\"the-second-part\"></a>\n\n## Other",
    ))
    .unwrap();
    none(&judge("elsewhere", "## The", "[docs](https://docs.rs/tokio)\n\n## The"))
        .unwrap();
    let tiny = Tiny::new("readme-link").with(
        "README.md",
        "# Tiny",
        "# Tiny\n\n[x](book/src/x.md)",
    );
    red(&rules::links(&tiny.book()), "README.md:3: `book/src/x.md` leads nowhere");
    let mistakes = "book/src/mistakes.md";
    let tiny = Tiny::new("read-link").with(mistakes, "#the-second-part", "#third");
    red(&rules::links(&tiny.book()), "no heading `#third`");
}

/// The ids as mdBook 0.5.4 renders them.
#[test]
fn headings_have_the_ids_that_mdbook_gives_them() {
    let text = "# `Arc<Mutex<T>>`, in a *word*\n\n## A task's end\n\n## A task's end\n\n\
                ## 2 + 2 = 4?\n\n## Named {#other}\n\n## Größe_x – y\n\n\
                ## `select!`, \"quoted\" -- and [a link](x.md)\n";
    let marks = Marks::of(text);
    let ids: Vec<&str> = marks.headings.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "arcmutext-in-a-word",
            "a-tasks-end",
            "a-tasks-end-1",
            "2--2--4",
            "other",
            "größe_x--y",
            "select-quoted--and-a-link"
        ]
    );
}

#[test]
fn a_line_of_a_stage_that_is_not_shown_is_red() {
    let tiny = Tiny::new("hidden").with(
        ONE,
        "{{#include ../../chapters/01-one/examples/01-one.rs:imports}}\n",
        "",
    );
    let problems = rules::stages(&tiny.book(), &tiny.stages()).unwrap();
    red(
        &problems,
        "01-one.rs:4: book/src/01-one.md does not show this line: `use std::io;`",
    );
}

#[test]
fn a_line_of_a_stage_that_is_shown_twice_is_red() {
    let tiny = Tiny::new("twice").with(ONE, "01-one.rs:imports}}", "01-one.rs:body}}");
    let problems = rules::stages(&tiny.book(), &tiny.stages()).unwrap();
    let list: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert_eq!(list.len(), 2, "{list:?}");
    assert!(list[0].contains("01-one.rs:10: `run();` is shown 2 times"), "{list:?}");
    assert!(list[1].contains("does not show this line: `use std::io;`"), "{list:?}");
}

#[test]
fn an_entry_of_the_mistakes_that_lacks_something_is_red() {
    let judge = |name: &str, old: &str, new: &str| {
        rules::mistakes(&Tiny::new(name).with("book/src/mistakes.md", old, new).book())
    };
    for label in ["Belief", "Because", "Instead", "Read"] {
        let found = judge(label, &format!("**{label}** "), "");
        red(&found, &format!("`first-mistake` has no **{label}**"));
    }
    red(&judge("no-id", " {#first-mistake}", ""), "has no id");
    red(
        &judge("odd-id", "{#first-mistake}", "{#First_Mistake}"),
        "is no name in small letters",
    );
    red(
        &judge("no-link", "[chapter 1](01-one.md#the-second-part)", "chapter 1"),
        "is no link",
    );
    red(
        &judge("long", "A thing went wrong", &"A thing ".repeat(8)),
        "longer than 60 characters",
    );
    let entry = MISTAKES.split("## One\n\n").nth(1).unwrap();
    let entry = entry.split("## When").next().unwrap();
    red(&judge("doubled", "## When", &format!("{entry}## When")), "stands here twice");
}

#[test]
fn a_term_that_is_explained_twice_is_red() {
    let glossary = "book/src/glossary.md";
    let tiny = Tiny::new("terms").with(glossary, "**future**", "**Task**");
    red(&rules::glossary(&tiny.book()), "`Task` is explained in line 3 already");
}

#[test]
fn a_readme_that_shows_something_else_than_was_recorded_is_red() {
    let judge = |name: &str, old: &str, new: &str| {
        rules::recorded_in_readme(&Tiny::new(name).with("README.md", old, new).book())
    };
    red(&judge("stale-block", "PONG", "PANG"), "`cargo course record` mends it");
    red(&judge("no-recording", "01-one.txt", "01-two.txt"), "there is no recording");
    red(&judge("no-block", "```text\nPONG\n```\n", ""), "no ```text block follows");
    red(
        &judge("typed-block", "# Tiny\n", "# Tiny\n\n```text\nPONG\n```\n"),
        "output typed by hand",
    );
}

#[test]
fn what_is_left_to_do_is_red_outside_of_stubs() {
    let mark = concat!("// TO", "DO: later\n");
    let tiny = Tiny::new("unfinished");
    tiny.write("chapters/01-one/exercises/first/exercise.rs", mark);
    tiny.write("solutions/01-one/first/stub.rs", mark);
    tiny.write("CONTRIBUTING.md", concat!("Mark it `// TO", "DO`.\n"));
    none(&rules::unfinished(&tiny.root).unwrap()).unwrap();
    tiny.write("solutions/01-one/first/solution.rs", mark);
    red(&rules::unfinished(&tiny.root).unwrap(), "solution.rs:1: ");
}

#[test]
fn a_path_of_one_machine_is_red() {
    let tiny = Tiny::new("machine");
    tiny.write("chapters/01-one/recorded/01-one.txt", concat!("in /ho", "me/me/x.rs\n"));
    red(&rules::machine_paths(&tiny.root).unwrap(), "is a path of one machine");
    tiny.write(
        "chapters/01-one/recorded/01-one.txt",
        "see https://a.org/home/me and ~/work/x\n",
    );
    none(&rules::machine_paths(&tiny.root).unwrap()).unwrap();
}

#[test]
fn the_names_of_the_course_are_found() {
    let names = Names::of(&COURSE).expect("the targets can be listed");
    assert!(names.examples.contains("01-hello-tokio"));
    assert!(names.tests.contains("pages"));
}

//! The rules for first readings: what a page takes to read, in which order it says things, and
//! what it offers to do.

use course::keep::pages::{Problem, rules};
use course::repo::catalogue::Catalogue;
use course::repo::workspace::Course;

use super::{ONE, Tiny, names, none, red};

/// That one of several problems says this.
#[track_caller]
fn among(problems: &[Problem], words: &str) {
    let list: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert!(list.iter().any(|one| one.contains(words)), "{words:?} is not in {list:?}");
}

/// So many words of prose, in lines of twenty.
fn prose(words: usize) -> String {
    let words = vec!["word"; words];
    words.chunks(20).map(|line| line.join(" ") + "\n").collect()
}

/// The tiny book, its chapter's page a first reading of 1,260 words and so many lines of output.
fn timed(name: &str, front: &str, output: usize, more: &str) -> Tiny {
    let tiny = Tiny::new(name);
    let lines: String = (0..output).map(|n| format!("line {n}\n")).collect();
    tiny.write("chapters/01-one/recorded/01-one.txt", &lines);
    let page = format!(
        "# One\n\n{front}\n\n{}\n## Shown\n\n```text\n{{{{#include \
         ../../chapters/01-one/recorded/01-one.txt}}}}\n```\n{more}",
        prose(1_258)
    );
    tiny.write(ONE, &page);
    tiny
}

/// 7 minutes for the words, 3 for the lines.
const FRONT: &str = "*10 minutes to read, 10 for the exercises.*";

#[test]
fn the_time_to_read_is_what_the_line_below_the_title_says() {
    let judge = |name: &str, front: &str, output, more: &str| {
        let tiny = timed(name, front, output, more);
        rules::reading_time(&tiny.book(), &names().course)
    };
    none(&judge("time", FRONT, 36, "")).unwrap();
    red(
        &judge("time-over", FRONT, 37, ""),
        "01-one.md:3: the line below the title is to be `*15 minutes to read, 10 for the exercises.*`",
    );
    red(&judge("time-under", &FRONT.replace("10 m", "15 m"), 36, ""), "`*10 minutes");
    red(&judge("time-exercises", &FRONT.replace("10 f", "15 f"), 36, ""), "10 for the");
    let missing = judge("time-missing", "Hello.", 33, "");
    red(&missing, "the line below the title is to be `*10 minutes");
}

#[test]
fn what_is_hidden_or_drawn_takes_no_time() {
    let more = "
<details><summary>Two</summary>

Words and words.

```text
{{#include ../../chapters/01-one/recorded/01-one.txt}}
```

</details>

{{#include ../../chapters/01-one/picture.svg}}

<div class=\"exercise\" id=\"exercise-first\">

```console
$ cargo course check first
```

</div>
";
    let tiny = timed("time-hidden", FRONT, 36, more);
    tiny.write("chapters/01-one/picture.svg", "<svg>\n<text>One two.</text>\n</svg>\n");
    // The line of the fold is a word; the two of the picture's include are none.
    let table = rules::times(&tiny.book(), &names().course, &[]);
    assert!(table.contains("10.0   1261     36  01-one.md"), "{table}");
    let problems = rules::reading_time(&tiny.book(), &names().course);
    red(&problems, "`*15 minutes to read");
}

#[test]
fn a_page_that_is_too_long_or_too_short_is_red() {
    let front = FRONT.replace("10 m", "50 m");
    let tiny = timed("time-long", &front, 457, "");
    red(
        &rules::reading_time(&tiny.book(), &names().course),
        "45.1 minutes to read are more than 45; the heaviest sections: 38.1 \"Shown\" (line 69), 7.0 \"One\" (line 1)",
    );
    let tiny = timed("time-short", FRONT, 60, "").with(ONE, &prose(1_258), &prose(800));
    red(
        &rules::reading_time(&tiny.book(), &names().course),
        "802 words of prose are not 1200 to 2500",
    );
}

const PREDICTIONS: &str = "\
## Asked

Who answers?

<ol class=\"predict\" id=\"predict-01-who\">
<li data-says=\"got a PONG\">the server</li>
<li data-says=\"got a PING\" data-mistake=\"first-mistake\">the client</li>
</ol>

<details><summary>The answer</summary>

```text
{{#include ../../chapters/01-one/recorded/01-asked.txt}}
```

</details>

<p class=\"predict\" id=\"predict-01-many\" data-find=\"(\\d+) tasks\">How many?</p>

<details><summary>The answer</summary>

```text
{{#include ../../chapters/01-one/recorded/01-asked.txt}}
```

</details>

## The second part";

#[test]
fn a_prediction_that_its_recording_does_not_judge_is_red() {
    let judge = |name: &str, old: &str, new: &str| {
        let asked = PREDICTIONS.replacen(old, new, 1);
        assert!(old.is_empty() || asked != PREDICTIONS, "there is no {old:?}");
        let tiny = Tiny::new(name).with(ONE, "## The second part", &asked);
        tiny.write("chapters/01-one/recorded/01-asked.txt", "got a PONG\n12 tasks\n");
        let catalogue = Catalogue::open(&tiny.root).unwrap();
        rules::predictions(&tiny.book(), &names().course, &catalogue)
    };
    none(&judge("predict", "", "")).unwrap();
    red(
        &judge("predict-none", "a PONG", "a PANG"),
        "01-one.md:19: `predict-01-who`: none of",
    );
    red(
        &judge("predict-right", "PONG\"", "PONG\" data-mistake=\"first-mistake\""),
        "a right answer names no mistake",
    );
    red(
        &judge("predict-both", "a PING\" data-mistake=\"first-mistake", "a PONG"),
        "[20, 21] all",
    );
    red(
        &judge("predict-mistake", "first-m", "last-m"),
        "01-one.md:21: mistakes.md has no",
    );
    red(&judge("predict-id", "t-01-many", "t-02-many"), "with this chapter's number");
    red(
        &judge("predict-twice", "01-many", "01-who"),
        "is asked in book/src/01-one.md:19",
    );
    red(&judge("predict-find", "tasks\"", "threads\""), "finds nothing in the recording");
    red(
        &judge("predict-said", "## The", "It got\na PONG.\n\n## The"),
        "`predict-01-who` away",
    );
    red(
        &judge("predict-few", "class=\"predict\" id=\"predict-01-many\"", ""),
        "and this for 1",
    );
}

const CARDS: &str = "\
# One

<div class=\"exercise\" id=\"exercise-first\">

**Exercise: first** (5 minutes). Be the first,
and stay it. `chapters/01-one/exercises/first/exercise.rs`

```console
$ cargo course check first
```

</div>

## Exercises

- [first](#exercise-first), 5 minutes
- [second](01-one-deeper.md#exercise-second), 5 minutes

Without the tool: `cargo test --test 01-first`.

## What you now know

- Nothing.
";

const DEEPER: &str = "\
# Deeper

<div class=\"exercise\" id=\"exercise-second\">

**Exercise: second** (5 minutes). Follow. `chapters/01-one/exercises/second/exercise.rs`

```console
$ cargo course check second
```

</div>
";

/// The course of the tiny book, with its files.
fn with_files(tiny: &Tiny) -> Course {
    let mut course = names().course;
    course.root = tiny.root.clone();
    for one in &mut course.chapters[0].exercises {
        let slug = one.slug.clone();
        let (dir, museum) = (
            format!("chapters/01-one/exercises/{slug}"),
            format!("solutions/01-one/{slug}"),
        );
        tiny.write(&format!("{dir}/exercise.rs"), "//! # Mine\n");
        tiny.write(&format!("{dir}/hints.md"), &format!("# {slug}\n"));
        tiny.write(&format!("{museum}/stub.rs"), &format!("//! # {slug}\n"));
        one.hints = tiny.root.join(dir).join("hints.md");
        one.solution_dir = tiny.root.join(museum);
    }
    course
}

#[test]
fn an_exercise_without_its_card_is_red() {
    let on = |name: &str, file: &str, old: &str, new: &str| {
        let tiny = Tiny::new(name);
        tiny.write(ONE, CARDS);
        tiny.write("book/src/01-one-deeper.md", DEEPER);
        let course = with_files(&tiny);
        let tiny = tiny.with(file, old, new);
        rules::exercises(&tiny.book(), &course)
    };
    let judge = |name: &str, old: &str, new: &str| on(name, ONE, old, new);
    none(&judge("card", "# One", "# One")).unwrap();
    red(&judge("card-title", "Exercise: first", "Exercise: First"), "and \"First\" here");
    red(&judge("card-minutes", "(5 m", "(10 m"), "01-one.md:3: `first` takes 5 minutes");
    red(
        &judge("card-goal", " Be the first,\nand stay it.", ""),
        "is to read `**Exercise: first**",
    );
    red(
        &judge("card-file", "first/exercise.rs", "fist/exercise.rs"),
        "the file of `first` is",
    );
    red(
        &judge("card-command", "check first", "check"),
        "is `$ cargo course check first`",
    );
    among(&judge("card-div", "id=\"exercise-first\"", "id=\"x\""), "a card opens with");
    red(
        &judge("list-item", "- [first](#exercise-first), 5 minutes\n", ""),
        "of the list are second;",
    );
    red(
        &judge("list-minutes", "first), 5", "first), 6"),
        "the item is to be `- [first](#ex",
    );
    red(
        &judge("list-place", "(01-one-deeper.md#", "(#"),
        "the item is to be `- [second](01-one-d",
    );
    among(
        &judge("list-third", "5 minutes\n", "5 minutes: be first\n"),
        "an item is `- [TITLE]",
    );
    among(&judge("list-table", "Without", "|a|b|\n|-|-|\n\nWithout"), "not a table");
    red(
        &judge("list-test", "--test", "--tests"),
        "does not say `cargo test --test 01-…`",
    );
    among(&judge("list-none", "## Exercises", "## Tasks"), "no section \"Exercises\"");
    let deeper = "book/src/01-one-deeper.md";
    among(&on("card-none", deeper, "exercise-second", "exercise-2"), "no exercise `2`");
    let stub = "solutions/01-one/first/stub.rs";
    red(
        &on("stub-title", stub, "first", "First"),
        "stub.rs:1: the first line is to be `//! # first`",
    );
    let hints = "chapters/01-one/exercises/first/hints.md";
    red(&on("hints-title", hints, "first", "first: hints"), "is to be `# first`");
}

#[test]
fn a_page_that_does_not_say_that_a_timeline_can_be_drawn_is_red() {
    let judge = |name: &str, text: &str| {
        let mut course = names().course;
        course.chapters[0].number = 4;
        let tiny = Tiny::new(name).with(ONE, "## The", &format!("{text}\n\n## The"));
        rules::timeline(&tiny.book(), &course)
    };
    none(&judge("timeline", "See `cargo course timeline 01-one`.")).unwrap();
    red(&judge("timeline-none", ""), "nothing says `cargo course timeline 01-one`");
    let twice = "`cargo course timeline 01-one`\n\n```console\n$ cargo course timeline 01-one\n```";
    red(
        &judge("timeline-twice", twice),
        "01-one.md:17: `cargo course timeline 01-one` again",
    );
    assert!(rules::timeline(&Tiny::new("timeline-1").book(), &names().course).is_empty());
}

const BOX: &str = "\
# One

## In a project of your own

It needs Tokio:

```console
$ cargo add tokio --features macros,rt
$ cargo add bytes
```

`chapters/01-one/in-a-project.rs`

```rust
{{#include ../../chapters/01-one/in-a-project.rs}}
```

## What you now know
";

#[test]
fn a_page_that_does_not_say_how_to_begin_a_project_is_red() {
    let open = |name: &str, old: &str, new: &str| {
        let tiny = Tiny::new(name);
        tiny.write(ONE, BOX);
        tiny.write("chapters/01-one/in-a-project.rs", "fn main() {\n    run();\n}\n");
        let book = tiny.with(ONE, old, new).book();
        rules::projects(&book, &names().course)
    };
    let judge = |name: &str, old: &str, new: &str| open(name, old, new).1;
    let (projects, problems) = open("project", "# One", "# One");
    none(&problems).unwrap();
    let features = vec!["macros".to_string(), "rt".to_string()];
    let crates = [("tokio".to_string(), features), ("bytes".to_string(), vec![])];
    assert_eq!(projects[0].crates, crates);
    red(
        &judge("project-none", "## In a", "## A"),
        "no section \"In a project of your own\"",
    );
    red(&judge("project-last", "## What", "## More\n\n## What"), "stands before");
    red(
        &judge("project-add", "add bytes", "add bytes --git x"),
        "is not `$ cargo add NAME",
    );
    red(&judge("project-path", "`chapters/", "`chapter/"), "does not stand above");
    red(
        &judge("project-part", "project.rs}}", "project.rs:2}}"),
        "is to be the whole of",
    );
    let adds = "$ cargo add tokio --features macros,rt\n$ cargo add bytes\n";
    red(&judge("project-bare", adds, "$ cargo new mine\n"), "what to `cargo add`");
}

const TERMS: &str = "\
# One

## Tasks are spawned

A **task** runs. `TcpStream::connect` asks, and a [future](glossary.md) waits. Then `read` it.

```rust
{{#include ../../chapters/01-one/examples/01-net.rs:main}}
```

A **future** stands for it, and a **paused clock** for time; a **`JoinHandle`** is returned.
";

const NET: &str = "\
use std::sync::Arc;
use tokio::net::{TcpStream, tcp};

// ANCHOR: main
fn main(stream: TcpStream) {
    // yield_now(), \"sleep\"
    let mut other = TcpStream::connect(ADDRESS);
    other.read();
    let words = Arc::new(words.len());
}
// ANCHOR_END: main
";

#[test]
fn what_stands_before_its_definition_is_red() {
    let on = |name: &str, file: &str, old: &str, new: &str| {
        let tiny = Tiny::new(name);
        tiny.write(ONE, TERMS);
        tiny.write("chapters/01-one/examples/01-net.rs", NET);
        tiny.write(
            "book/src/SUMMARY.md",
            "- [One](01-one.md)\n  - [Deeper](01-one-deeper.md)\n- [Two](02-two.md)\n",
        );
        tiny.write("book/src/01-one-deeper.md", "# Deeper\n\nA **worker** works.\n");
        tiny.write("book/src/02-two.md", "# Two\n\nTasks.\n");
        tiny.write(
            "book/src/glossary.md",
            "**task** a thing.\n\n**future** a value.\n\n**paused clock** a clock.\n\n\
             **`JoinHandle`** it.\n\n**worker** a thread.\n\n**spawn** to begin.\n",
        );
        rules::definitions(&tiny.with(file, old, new).book())
    };
    let judge = |name: &str, old: &str, new: &str| on(name, ONE, old, new);
    // Nothing has "spawn" in bold, which the heading uses.
    let whole = "a **`JoinHandle`** is returned";
    let spawned = "a **`JoinHandle`** is returned when you **spawn**";
    none(&judge("terms-whole", whole, spawned)).unwrap();
    let problems = judge("terms-none", "# One", "# One");
    among(
        &problems,
        "01-one.md:3: `spawn` is used before it is defined: \"Tasks are spawned\"",
    );
    among(&problems, "glossary.md:11: no page has `spawn` in bold");

    let judge = |name: &str, old: &str, new: &str| {
        let glossary = "book/src/glossary.md";
        let mut problems = on(name, ONE, old, new);
        problems.retain(|one| !one.what.contains("`spawn`"));
        assert!(problems.iter().all(|one| one.file != glossary), "{problems:?}");
        problems
    };
    red(
        &judge("terms-early", "A **task**", "Futures: a **task**"),
        "01-one.md:5: `future` is used",
    );
    red(
        &judge("terms-plain", "A **task** runs", "Tasks, a **task**, run"),
        "`task` is used",
    );
    none(&judge("terms-phrase", "A **task**", "In the future, a **task**")).unwrap();
    none(&judge("terms-hyphen", "A **task**", "Multi-task: a **task**")).unwrap();
    none(&judge("terms-code", "A **task**", "In `tasks`, a **task**")).unwrap();
    red(
        &judge("terms-line", "A **task**", "A\n*paused\nclock*; a **task**"),
        "01-one.md:6: `paused",
    );
    red(
        &judge("terms-name", "A **task**", "`JoinHandle<()>`: a **task**"),
        "`JoinHandle` is used",
    );
    none(&judge(
        "terms-fold",
        "A **task**",
        "<details><summary>More</summary>\n\nFutures.\n\n</details>\n\nA **task**",
    ))
    .unwrap();
    let two = "book/src/02-two.md";
    let found = on("terms-deeper", two, "Tasks.", "Workers.");
    among(&found, "02-two.md:3: `worker` is used before it is defined");

    red(
        &judge("names-path", "`TcpStream::connect`", "`TcpStream`"),
        "`connect` (01-net.rs:7)",
    );
    red(
        &judge("names-type", "`TcpStream::connect`", "`connect`"),
        "`TcpStream` (01-net.rs:5)",
    );
    red(
        &judge("names-method", "`read`", "read"),
        "01-one.md:7: `read` (01-net.rs:8) is shown",
    );
    none(&judge("names-later", "for it, and", "for it, which `read` does, and")).unwrap();
    let net = "chapters/01-one/examples/01-net.rs";
    let judge = |name: &str, old: &str, new: &str| {
        let mut problems = on(name, net, old, new);
        problems.retain(|one| one.what.contains("is shown"));
        problems
    };
    red(&judge("names-chain", "read();", "read().await?.shrink();"), "`shrink` (01-net");
    none(&judge("names-chain-std", "read();", "read().is_some_and(f);")).unwrap();
    red(&judge("names-chain-line", "read();", "read()\n        .shrink();"), ":9) is");
    none(&judge("names-own", "read();", "halve();\n}\nfn halve() {")).unwrap();
}

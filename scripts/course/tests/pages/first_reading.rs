//! The rules for first readings: what a page takes to read, in which order it says things, and
//! what it offers to do.

use course::keep::pages::rules;
use course::repo::catalogue::Catalogue;

use super::{ONE, Tiny, names, none, red};

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

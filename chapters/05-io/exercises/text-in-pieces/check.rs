//! The answer shows texts that arrive in pieces of every size, with wrong bytes, cut off, and
//! from a server that falls silent.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/05-io/text-in-pieces/solution.rs"
)]
mod exercise;

use std::io::ErrorKind;

use probe::words::{bytes as shown, cut};
use probe::{End, Finding, Run, Script, Verdict, cuts, sizes, virtual_time};
use tokio::io;

probe::main!(
    "05-text-in-pieces",
    [
        a_text_in_one_piece_is_shown,
        a_text_in_pieces_is_shown_the_same,
        text_is_shown_as_it_comes,
        wrong_bytes_are_marked_and_end_nothing,
        a_character_that_is_cut_off_is_marked,
        wrong_bytes_are_shown_as_they_come,
        texts_of_all_sizes_are_shown,
        an_error_is_returned,
    ]
);

const TEXT: &str = "A naïve café in Kraków, 東京 or Αθήνα. 🦀\nΤέλος 🏁";

/// Bytes that are not UTF-8, each in its own way.
const WRONG: &[&[u8]] = &[
    b"a\xffb",
    b"\xff",
    b"\xc3(",
    b"\xe2(",
    b"\xe2\x82(",
    b"\xe2\x82\xe2\x82\xac",
    b"caf\xc3\xc3\xa9",
    b"\xf0\x9f\xa6x\xf0\x9f\xa6\x80",
    b"\xf0\x9f\xa6\xf0\x9f\xa6\x80!",
    b"\xf0(\x8c\xbc",
    b"\xed\xa0\x80 no surrogates",
    b"\x80\x80\x80",
    b"\xe0\x80\x80 too long",
    b"\xc0\xaf\xc1\xbf too long",
    b"\xf0\x80\x80\x80 too long",
    b"\xf4\x90\x80\x80 too far",
    b"\xf5\xf6 too far",
    b"\xef\xbf\xbd is right, \xef\xbf is not",
    b"wrong: \xff, and on",
    b"zero \0 and \xfe\xfe\0",
];

/// Runs the answer. Returns how it ended and what it showed.
fn show(script: Script) -> Result<(Run<io::Result<()>>, String), Finding> {
    let log = script.log();
    let mut screen = String::new();
    let run = virtual_time(|| exercise::show(script, |text: &str| screen.push_str(text)));
    if let End::Panicked(note) = &run.end
        && note.message == Script::SPINNING
    {
        return Err(Finding::mistake("eof-not-zero").saw(
            "the reader was at its end and returned `Ok(0)`, and was asked again 99 times",
        ));
    }
    if log.zero_length() > 0 {
        return Err(Finding::mistake("capacity-is-length")
            .saw("`read` was given a buffer of length 0, and returned `Ok(0)`"));
    }
    Ok((run, screen))
}

/// Expects that the bytes are shown as `from_utf8_lossy` shows the whole of them.
fn shown_as_a_whole(bytes: &[u8], script: Script, how: &str) -> Verdict {
    let (run, screen) = show(script)?;
    let came = format!("`{}` came {how}", shown(bytes));
    let valid = str::from_utf8(bytes).is_ok();
    if let End::Panicked(note) = &run.end
        && note.message.contains("Utf8Error")
    {
        let id = if valid { "utf8-per-chunk" } else { "error-became-panic" };
        return Err(Finding::mistake(id).saw(format!(
            "{came}, and the answer panicked at {}: {}",
            note.place, note.message
        )));
    }
    let (result, _) = run.done()?;
    let expected = String::from_utf8_lossy(bytes);
    if let Err(error) = result {
        let id = if valid { "utf8-per-chunk" } else { "marks-by-hand" };
        return Err(Finding::mistake(id).saw(format!("{came}: it returned “{error}”")));
    }
    if screen == expected {
        return Ok(());
    }
    let saw = format!("{came}, and {} was shown", quoted(&screen));
    Err(if !valid {
        Finding::mistake("marks-by-hand")
            .saw(format!("{saw}; it should be {}", quoted(&expected)))
    } else if screen.contains(char::REPLACEMENT_CHARACTER) || as_latin_1(bytes) == screen
    {
        Finding::mistake("utf8-per-chunk").saw(saw)
    } else {
        Finding::unnamed("The text is not what was sent").saw(saw)
    })
}

/// Each byte as a character of its own.
fn as_latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn quoted(text: &str) -> String {
    format!("{:?}", cut(text))
}

fn a_text_in_one_piece_is_shown() -> Verdict {
    shown_as_a_whole(b"", Script::new(), "in no piece")?;
    let script = Script::new().chunk(TEXT);
    shown_as_a_whole(TEXT.as_bytes(), script, "in one piece")
}

fn a_text_in_pieces_is_shown_the_same() -> Verdict {
    shown_as_a_whole(
        "né".as_bytes(),
        Script::new().chunk(b"n\xc3").chunk(b"\xa9"),
        "in two pieces",
    )?;
    for size in 1..=9 {
        let pieces = TEXT.as_bytes().chunks(size);
        let script = pieces.fold(Script::new(), Script::chunk);
        let how = format!("in pieces of {size} bytes");
        shown_as_a_whole(TEXT.as_bytes(), script, &how)?;
    }
    for size in [2, 3, 5] {
        for pieces in cuts(&TEXT.as_bytes()[..20 + size]) {
            let script = Script::new().chunks(pieces.iter().copied());
            let bytes = &TEXT.as_bytes()[..20 + size];
            shown_as_a_whole(bytes, script, "in pieces")?;
        }
    }
    Ok(())
}

fn text_is_shown_as_it_comes() -> Verdict {
    for end in 0..=TEXT.len() {
        shown_before_silence(&TEXT.as_bytes()[..end])?;
    }
    Ok(())
}

/// What can be shown of these bytes while more may come: all but the beginning of a character at
/// the end.
fn can_be_shown(bytes: &[u8]) -> String {
    let tail = (1..=bytes.len().min(3)).find(|n| {
        let begun = str::from_utf8(&bytes[bytes.len() - n..]);
        begun.is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    });
    String::from_utf8_lossy(&bytes[..bytes.len() - tail.unwrap_or(0)]).into_owned()
}

/// These bytes come, one by one or all at once, and then nothing more.
fn shown_before_silence(bytes: &[u8]) -> Verdict {
    let expected = can_be_shown(bytes);
    let ways = [
        (Script::new().one_byte_at_a_time(bytes), "one byte at a time"),
        (Script::new().chunk(bytes), "in one piece"),
    ];
    for (script, how) in ways {
        let (run, screen) = show(script.then_silence())?;
        let came = format!("`{}` came {how}, and then nothing", shown(bytes));
        match run.end {
            End::Stuck if screen == expected => {}
            End::Stuck if expected.starts_with(&screen) => {
                return Err(Finding::mistake("waits-for-more").saw(format!(
                    "{came} for an hour; {} was shown, and {} could be",
                    quoted(&screen),
                    quoted(&expected)
                )));
            }
            End::Stuck => {
                let id = match str::from_utf8(bytes) {
                    Ok(_) => "utf8-per-chunk",
                    Err(error) if error.error_len().is_none() => "utf8-per-chunk",
                    Err(_) => "marks-by-hand",
                };
                return Err(Finding::mistake(id).saw(format!(
                    "{came} for now; {} was shown, and it should be {}",
                    quoted(&screen),
                    quoted(&expected)
                )));
            }
            _ => {
                let (result, _) = run.done()?;
                return Err(match result {
                    Err(error) if str::from_utf8(bytes).is_err() => {
                        let cut_off = str::from_utf8(bytes)
                            .is_err_and(|error| error.error_len().is_none());
                        let id = if cut_off { "utf8-per-chunk" } else { "marks-by-hand" };
                        Finding::mistake(id)
                            .saw(format!("{came} for now: it returned “{error}”"))
                    }
                    Err(error) => Finding::unnamed("An error came from nowhere")
                        .saw(format!("{came} for now: it returned “{error}”")),
                    Ok(()) => Finding::unnamed("The show ended before the stream did")
                        .saw(format!("{came} for now: it returned Ok(())")),
                });
            }
        }
    }
    Ok(())
}

fn wrong_bytes_are_marked_and_end_nothing() -> Verdict {
    for bytes in WRONG {
        let script = Script::new().one_byte_at_a_time(bytes);
        shown_as_a_whole(bytes, script, "one byte at a time")?;
        shown_as_a_whole(bytes, Script::new().chunk(bytes), "in one piece")?;
        for at in 1..bytes.len() {
            let script = Script::new().chunk(&bytes[..at]).chunk(&bytes[at..]);
            shown_as_a_whole(
                bytes,
                script,
                &format!("in two pieces, the first of {at} bytes"),
            )?;
        }
    }
    Ok(())
}

fn a_character_that_is_cut_off_is_marked() -> Verdict {
    for text in ["a 🦀", "東京", "é"] {
        for end in 0..text.len() {
            let bytes = &text.as_bytes()[..end];
            let script = Script::new().one_byte_at_a_time(bytes);
            shown_as_a_whole(bytes, script, "one byte at a time, and then the end")?;
            let script = Script::new().chunk(bytes);
            shown_as_a_whole(bytes, script, "in one piece, and then the end")?;
        }
    }
    Ok(())
}

fn wrong_bytes_are_shown_as_they_come() -> Verdict {
    for bytes in WRONG {
        for end in 1..=bytes.len() {
            shown_before_silence(&bytes[..end])?;
        }
    }
    Ok(())
}

/// Characters, and wrong bytes, on the edge of any buffer.
fn texts_of_all_sizes_are_shown() -> Verdict {
    for size in sizes(16) {
        let crabs = format!("x{}", "🦀".repeat(size / 4));
        let tokyo = format!("{}東京", "a".repeat(size));
        let half = [&vec![b'a'; size][..], b"\xe2\x82(\xff"].concat();
        for bytes in [crabs.as_bytes(), tokyo.as_bytes(), &half] {
            let (run, screen) = show(Script::new().chunk(bytes))?;
            let (result, _) = run.done()?;
            let expected = String::from_utf8_lossy(bytes);
            if result.is_ok() && screen == expected {
                continue;
            }
            let saw = format!(
                "{} bytes of text came in one piece; it returned {result:?} and showed {} bytes",
                bytes.len(),
                screen.len()
            );
            return Err(if str::from_utf8(bytes).is_err() {
                Finding::mistake("marks-by-hand").saw(saw)
            } else if result.is_err() || screen.contains(char::REPLACEMENT_CHARACTER) {
                Finding::mistake("utf8-per-chunk").saw(saw)
            } else {
                Finding::unnamed("The text is not what was sent").saw(saw)
            });
        }
    }
    Ok(())
}

fn an_error_is_returned() -> Verdict {
    use ErrorKind::{ConnectionReset, Interrupted, UnexpectedEof};
    let scripts = [
        (Script::new().chunk("café").then_error(ConnectionReset), ConnectionReset),
        (Script::new().then_error(ConnectionReset), ConnectionReset),
        (Script::new().chunk("caf\u{e9}").error_at(4, UnexpectedEof), UnexpectedEof),
        (Script::new().chunk("a").error(ConnectionReset).chunk("b"), ConnectionReset),
        (Script::new().chunk("a").error(Interrupted).chunk("b"), Interrupted),
    ];
    for (script, kind) in scripts {
        let (run, screen) = show(script)?;
        match run.done()?.0 {
            Err(error) if error.kind() == kind => {}
            // Whoever goes on after an interruption has lost nothing.
            Ok(()) if kind == Interrupted && screen == "ab" => {}
            Ok(()) => {
                return Err(Finding::mistake("result-not-looked-at").saw(format!(
                    "the reader failed with {kind:?}, {screen:?} was shown, and it returned Ok(())"
                )));
            }
            Err(error) => {
                return Err(Finding::unnamed("Another error is returned").saw(format!(
                    "the reader failed with {kind:?}, and it returned “{error}”"
                )));
            }
        }
    }
    Ok(())
}

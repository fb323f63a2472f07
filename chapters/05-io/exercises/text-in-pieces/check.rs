//! The answer shows texts that arrive in pieces of every size, with wrong bytes, cut off, and
//! from a server that falls silent.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/05-io/text-in-pieces/solution.rs"
)]
mod exercise;

use std::io::ErrorKind;

use probe::{End, Finding, Run, Script, Verdict, virtual_time};
use tokio::io;

probe::main!(
    "05-text-in-pieces",
    [
        a_text_in_one_piece_is_shown,
        a_text_in_pieces_is_shown_the_same,
        text_is_shown_as_it_comes,
        wrong_bytes_are_marked_and_end_nothing,
        a_character_that_is_cut_off_is_marked,
        an_error_is_returned,
    ]
);

const TEXT: &str = "A naïve café in Kraków, 東京 or Αθήνα. 🦀\nΤέλος 🏁";

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
    if let End::Panicked(note) = &run.end
        && note.message.contains("Utf8Error")
        && str::from_utf8(bytes).is_ok()
    {
        return Err(Finding::mistake("utf8-per-chunk").saw(format!(
            "a text came {how}, and the answer panicked at {}: {}",
            note.place, note.message
        )));
    }
    let (result, _) = run.done()?;
    let expected = String::from_utf8_lossy(bytes);
    if let Err(error) = result {
        let saw = format!(
            "{:?} came {how}: it returned “{error}”",
            bytes.escape_ascii().to_string()
        );
        return Err(match str::from_utf8(bytes) {
            Ok(_) => Finding::mistake("utf8-per-chunk").saw(saw),
            Err(_) => Finding::unnamed("Wrong bytes ended the show").saw(saw),
        });
    }
    if screen == expected {
        return Ok(());
    }
    let saw = format!("{expected:?} came {how}, and {screen:?} was shown");
    Err(if str::from_utf8(bytes).is_err() {
        Finding::unnamed("Wrong bytes are not marked as they should be").saw(saw)
    } else if screen.contains(char::REPLACEMENT_CHARACTER) {
        Finding::mistake("utf8-per-chunk").saw(saw)
    } else {
        Finding::unnamed("The text is not what was sent").saw(saw)
    })
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
    // Longer than any buffer, and no multiple of four.
    let long = format!("x{}", "🦀".repeat(50_000));
    let (run, screen) = show(Script::new().chunk(&long))?;
    let (result, _) = run.done()?;
    if result.is_ok() && screen == long {
        return Ok(());
    }
    let saw = format!(
        "{} bytes of crabs came in one piece, more than fit a buffer; it returned {result:?} and showed {} bytes",
        long.len(),
        screen.len()
    );
    if result.is_err() || screen.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Finding::mistake("utf8-per-chunk").saw(saw));
    }
    Err(Finding::unnamed("The text is not what was sent").saw(saw))
}

fn text_is_shown_as_it_comes() -> Verdict {
    for (at, character) in TEXT.char_indices() {
        let sent = &TEXT[..at + character.len_utf8()];
        shown_before_silence(sent.as_bytes(), sent)?;
    }
    shown_before_silence(b"wrong: \xff, and on", "wrong: \u{FFFD}, and on")
}

fn shown_before_silence(bytes: &[u8], expected: &str) -> Verdict {
    let script = Script::new().one_byte_at_a_time(bytes);
    let (run, screen) = show(script.then_silence())?;
    match run.end {
        End::Stuck if screen == expected => Ok(()),
        End::Stuck if !expected.starts_with(&screen) => {
            Err(Finding::unnamed("The text is not what was sent").saw(format!(
                "{expected:?} had come, one byte at a time, and {screen:?} was shown"
            )))
        }
        End::Stuck => Err(Finding::unnamed("Text was held back")
            .saw(format!(
                "{expected:?} had come and then nothing for an hour; {screen:?} was shown"
            ))
            .because(
                "a character is whole with its last byte: no later byte can change it",
            )),
        _ => {
            let _ = run.done()?;
            Err(Finding::unnamed("The show ended before the stream did")
                .saw("it returned although the reader had neither ended nor failed"))
        }
    }
}

fn wrong_bytes_are_marked_and_end_nothing() -> Verdict {
    for bytes in [
        &b"a\xffb"[..],
        b"\xc3(",
        b"caf\xc3\xc3\xa9",
        b"\xf0\x9f\xa6x\xf0\x9f\xa6\x80",
        b"\xed\xa0\x80 no surrogates",
        b"\x80\x80\x80",
    ] {
        let how = "one byte at a time";
        shown_as_a_whole(bytes, Script::new().one_byte_at_a_time(bytes), how)?;
        shown_as_a_whole(bytes, Script::new().chunk(bytes), "in one piece")?;
    }
    Ok(())
}

fn a_character_that_is_cut_off_is_marked() -> Verdict {
    let crab = "a 🦀".as_bytes();
    for end in 3..crab.len() {
        let bytes = &crab[..end];
        shown_as_a_whole(
            bytes,
            Script::new().one_byte_at_a_time(bytes),
            "one byte at a time, and then the end",
        )?;
    }
    Ok(())
}

fn an_error_is_returned() -> Verdict {
    let script = Script::new().chunk("café").then_error(ErrorKind::ConnectionReset);
    let (run, _) = show(script)?;
    match run.done()?.0 {
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(()),
        Ok(()) => Err(Finding::mistake("result-not-looked-at")
            .saw("the reader failed with ConnectionReset, and it returned Ok(())")),
        Err(error) => Err(Finding::unnamed("Another error is returned").saw(format!(
            "the reader failed with ConnectionReset, and it returned “{error}”"
        ))),
    }
}

//! Values come out as they went in wherever the stream is cut, so a decoder that is asked too early must
//! not have lost its place.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/leave-it-there/solution.rs"
)]
mod exercise;

use std::io;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use probe::words::{bytes, count};
use probe::{End, Finding, Run, Script, Verdict, cuts, sizes, virtual_time};
use tokio_util::codec::{Decoder, FramedRead};

probe::main!(
    "06-leave-it-there",
    [
        one_value,
        a_value_a_read,
        two_values_in_a_read,
        every_cut_of_two_values,
        every_cut_of_an_empty_value,
        one_byte_a_read,
        values_that_look_like_headers,
        values_that_are_not_text,
        a_value_after_a_longer_one,
        values_of_every_size,
        what_is_no_bulk_string_is_an_error,
        a_length_beyond_all_measure_does_not_panic,
    ]
);

/// All values of a stream that comes in these pieces, up to an error. A panic of the decoder is one, too.
fn values(pieces: &[&[u8]]) -> Result<Vec<io::Result<Bytes>>, Finding> {
    let script = pieces.iter().fold(Script::new(), Script::chunk);
    let mut values = Vec::new();
    let Run { end, stats } = virtual_time(|| async {
        let mut stream = FramedRead::new(script, exercise::Bulks::default()).take(100);
        while let Some(value) = stream.next().await {
            values.push(value);
        }
    });
    match end {
        // A decoder that goes on at the wrong place may ask for bytes that are not there.
        End::Panicked(note) => {
            values.push(Err(io::Error::other(format!("a panic: {}", note.message))));
        }
        end => Run { end, stats }.done().map(drop)?,
    }
    Ok(values)
}

/// What a decoder says to bytes that are all there is for now: the values, what came after
/// them, and how many bytes were left.
fn ask(bytes: &[u8]) -> Result<(Vec<Bytes>, io::Result<()>, usize), Finding> {
    let mut source = BytesMut::from(bytes);
    let mut values = Vec::new();
    let Run { end, stats } = virtual_time(|| async {
        let mut decoder = exercise::Bulks::default();
        while values.len() < 100 {
            match decoder.decode(&mut source)? {
                Some(value) => values.push(value),
                None => break,
            }
        }
        Ok(())
    });
    let end = match end {
        End::Panicked(note) => {
            Err(io::Error::other(format!("a panic: {}", note.message)))
        }
        end => Run { end, stats }.done()?.0,
    };
    Ok((values, end, source.len()))
}

fn show(pieces: &[&[u8]]) -> String {
    let shown = pieces.iter().take(8).map(|piece| show_value(piece));
    let more = if pieces.len() > 8 { ", …" } else { "" };
    format!("[{}{more}]", shown.collect::<Vec<_>>().join(", "))
}

fn show_value(value: &[u8]) -> String {
    match value.len() {
        0..100 => format!("\"{}\"", bytes(value)),
        long => format!("one of {}", count(long, "byte")),
    }
}

fn show_values(values: &[io::Result<Bytes>]) -> String {
    let shown = values.iter().map(|value| match value {
        Ok(value) => show_value(value),
        Err(error) => format!("an error ({error})"),
    });
    format!("[{}]", shown.collect::<Vec<_>>().join(", "))
}

fn same(values: &[io::Result<Bytes>], right: &[&[u8]]) -> bool {
    let right = right.iter().map(|value| Some(*value));
    values.iter().map(|value| value.as_deref().ok()).eq(right)
}

fn expect(pieces: &[&[u8]], right: &[&[u8]], finding: impl Into<Finding>) -> Verdict {
    let values = values(pieces)?;
    if same(&values, right) {
        return Ok(());
    }
    Err(finding.into().saw(format!(
        "reads brought {}, and the values were {}",
        show(pieces),
        show_values(&values)
    )))
}

fn one_value() -> Verdict {
    for right in [&b"Paris"[..], b"", b"Montevideo, Uruguay"] {
        let bytes = [format!("${}\r\n", right.len()).as_bytes(), right, b"\r\n"].concat();
        let (values, end, _) = ask(&bytes)?;
        let finding = match (&values[..], &end) {
            ([value], Ok(())) if value == right => continue,
            ([value], _) if **value == [right, b"\r\n"].concat() => {
                Finding::mistake("framing-in-the-value")
            }
            ([], Ok(())) if right.is_empty() => Finding::mistake("empty-is-nothing"),
            ([], Ok(())) => Finding::mistake("whole-frame-waits"),
            _ => Finding::unnamed("The value is not the one that was sent"),
        };
        let mut seen: Vec<io::Result<Bytes>> = values.into_iter().map(Ok).collect();
        seen.extend(end.err().map(Err));
        return Err(finding.saw(format!(
            "\"{}\" arrived, and the values were {}",
            bytes.escape_ascii(),
            show_values(&seen)
        )));
    }
    Ok(())
}

fn a_value_a_read() -> Verdict {
    expect(
        &[b"$5\r\nParis\r\n", b"$4\r\nRome\r\n", b"$6\r\nLisbon\r\n"],
        &[b"Paris", b"Rome", b"Lisbon"],
        "left-over-state",
    )
}

fn two_values_in_a_read() -> Verdict {
    expect(
        &[b"$5\r\nParis\r\n$4\r\nRome\r\n"],
        &[b"Paris", b"Rome"],
        "one-read-one-frame",
    )
}

fn every_cut_of_two_values() -> Verdict {
    let stream = b"$5\r\nParis\r\n$4\r\nRome\r\n";
    for cut in 1..stream.len() {
        let (head, tail) = stream.split_at(cut);
        let shown = head.escape_ascii();
        let (whole, begun) = if cut < 11 { (0, cut) } else { (1, cut - 11) };
        // Asked with the head alone, what does it return, and what does it leave?
        let (asked, end, left) = ask(head)?;
        if let Err(error) = end {
            return Err(Finding::mistake("half-a-frame-fails").saw(format!(
                "\"{shown}\" had arrived, and `decode` ended in an error ({error})"
            )));
        }
        if asked.len() > whole {
            return Err(Finding::mistake("half-a-frame-fails").saw(format!(
                "\"{shown}\" had arrived, and \"{}\" came out, though its last bytes were missing",
                asked[whole].escape_ascii()
            )));
        }
        if asked.len() < whole {
            return Err(Finding::mistake("whole-frame-waits")
                .saw(format!("\"{shown}\" had arrived, and `decode` returned `None`")));
        }
        let values = values(&[head, tail])?;
        if !same(&values, &[b"Paris", b"Rome"]) {
            let first = values.first().and_then(|value| value.as_deref().ok());
            let finding = if first == Some(b"Paris") && cut < 11 {
                // It came in pieces and is right, and the second came in one and is not.
                Finding::mistake("left-over-state")
            } else if left == begun {
                lost_its_place()
            } else {
                Finding::mistake("cursor-left-advanced")
            };
            return Err(finding.saw(format!(
                "reads brought {}, and the values were {}; of a value that was not whole, {} had come, and the buffer still held {left}",
                show(&[head, tail]),
                show_values(&values),
                count(begun, "byte")
            )));
        }
    }
    Ok(())
}

/// The bytes are all there, and the answer goes on at the wrong one.
fn lost_its_place() -> Finding {
    Finding::unnamed("A value that came in pieces is not the one that was sent")
        .because("what the decoder remembers of the last call does not fit what is in the buffer now")
}

fn every_cut_of_an_empty_value() -> Verdict {
    let stream = b"$0\r\n\r\n$4\r\nRome\r\n";
    (1..stream.len()).try_for_each(|cut| {
        let (head, tail) = stream.split_at(cut);
        expect(&[head, tail], &[b"", b"Rome"], "empty-is-nothing")
    })
}

fn one_byte_a_read() -> Verdict {
    let stream = b"$5\r\nParis\r\n$0\r\n\r\n$4\r\nRome\r\n";
    let pieces: Vec<&[u8]> = stream.chunks(1).collect();
    expect(&pieces, &[b"Paris", b"", b"Rome"], lost_its_place())
}

fn values_that_look_like_headers() -> Verdict {
    let stream = b"$8\r\n$3\r\nabc\r\r\n$2\r\n\r\n\r\n";
    cuts(stream).try_for_each(|pieces| {
        expect(&pieces, &[b"$3\r\nabc\r", b"\r\n"], "bytes-are-text")
    })
}

fn values_that_are_not_text() -> Verdict {
    let value: &[u8] = b" \xff\0\xc3 ";
    expect(&[b"$5\r\n \xff\0\xc3 \r\n"], &[value], "bytes-are-text")
}

/// What the first value, or the number of its digits, may leave behind.
fn a_value_after_a_longer_one() -> Verdict {
    let lens = [0, 1, 9, 10, 101];
    for first in lens {
        for second in lens {
            let (one, two) = (vec![b'1'; first], vec![b'2'; second]);
            let stream: Vec<u8> = [&one, &two, &b"3".to_vec()]
                .into_iter()
                .flat_map(|value| {
                    [format!("${}\r\n", value.len()).as_bytes(), value, b"\r\n"].concat()
                })
                .collect();
            for size in [1, 3, 64] {
                let pieces: Vec<&[u8]> = stream.chunks(size).collect();
                let values = values(&pieces)?;
                if !same(&values, &[&one, &two, b"3"]) {
                    return Err(Finding::mistake("left-over-state").saw(format!(
                        "a value of {}, one of {} and \"3\" came in pieces of {}, and the values were {}",
                        count(first, "byte"),
                        count(second, "byte"),
                        count(size, "byte"),
                        show_values(&values)
                    )));
                }
            }
        }
    }
    Ok(())
}

/// Whatever size somebody may have given a buffer.
fn values_of_every_size() -> Verdict {
    for size in sizes(16).filter(|size| *size > 100).chain([131_073]) {
        let value = vec![b'x'; size];
        let stream =
            [format!("${size}\r\n").as_bytes(), &value, b"\r\n$2\r\nab\r\n"].concat();
        let pieces: Vec<&[u8]> = stream.chunks(4096).collect();
        let values = values(&pieces)?;
        if !same(&values, &[&value, b"ab"]) {
            return Err(Finding::unnamed("A long value did not come out as it was sent")
                .saw(format!(
                    "a value of {} and \"ab\" came in pieces of 4,096 bytes, and the values were {}",
                    count(size, "byte"),
                    show_values(&values)
                )));
        }
    }
    Ok(())
}

fn what_is_no_bulk_string_is_an_error() -> Verdict {
    for stream in [
        "$x\r\nParis\r\n",
        "$x\r\n\r\n",
        "$\r\n\r\n",
        "+5\r\nParis\r\n",
        "\r\nParis\r\n",
        "$5\r\nParis!\r\n",
        "$5\r\nParis\r!\r\n",
        "$5\r!Paris\r\n",
        "$5\r\nParis!\n\r\n",
        "$5\r\nParis!\n",
        "$5\r\nParis\n\r",
        "$5\nParis\r\n",
        "$5\rParis\r\n",
        "5\r\nParis\r\n",
        "$5x\r\nParis\r\n",
        "$ 5\r\nParis\r\n",
        "$5 \r\nParis\r\n",
        "$0\r\nParis\r\n",
    ] {
        let (values, end, _) = ask(stream.as_bytes())?;
        let result = match (values.first(), end) {
            (None, Err(error)) if error.to_string().starts_with("a panic") => {
                return Err(Finding::mistake("panicked").saw(format!(
                    "\"{}\" arrived, and the decoder ended in {error}",
                    stream.escape_debug()
                )));
            }
            (None, Err(_)) => continue,
            (None, Ok(())) => "`None`, as if more could mend it".into(),
            (Some(value), _) => format!("\"{}\"", value.escape_ascii()),
        };
        return Err(Finding::mistake("broken-not-refused").saw(format!(
            "\"{}\" arrived, and `decode` returned {result}",
            stream.escape_debug()
        )));
    }
    Ok(())
}

/// Such a value never arrives in whole. Whether to wait for it or to refuse it is up to the answer.
fn a_length_beyond_all_measure_does_not_panic() -> Verdict {
    for stream in [
        "$18446744073709551615\r\nabc",
        "$18446744073709551613\r\n",
        "$9223372036854775807\r\nabc\r\n",
        "$99999999999999999999\r\nabc\r\n",
    ] {
        let (values, end, _) = ask(stream.as_bytes())?;
        let arrived = format!("\"{}\" arrived", stream.escape_debug());
        if let Err(error) = end
            && error.to_string().starts_with("a panic")
        {
            return Err(Finding::mistake("panicked")
                .saw(format!("{arrived}, and the decoder ended in {error}"))
                .because("what is added to a number that somebody else has sent may be too much: `checked_add`, or a comparison with what has arrived, cannot overflow"));
        }
        if let Some(value) = values.first() {
            return Err(Finding::mistake("half-a-frame-fails")
                .saw(format!("{arrived}, and {} came out", show_value(value))));
        }
    }
    Ok(())
}

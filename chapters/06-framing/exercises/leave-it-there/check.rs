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
use probe::{End, Finding, Run, Script, Verdict, virtual_time};
use tokio_util::codec::{Decoder, FramedRead};

probe::main!(
    "06-leave-it-there",
    [
        one_value,
        two_values_in_a_read,
        every_cut_of_two_values,
        one_byte_a_read,
        values_that_look_like_headers,
        what_is_no_bulk_string_is_an_error,
    ]
);

/// All values of a stream that comes in these pieces, up to an error.
fn values(pieces: &[&[u8]]) -> Result<Vec<io::Result<Bytes>>, Finding> {
    let script = pieces.iter().fold(Script::new(), Script::chunk);
    let Run { end, stats } = virtual_time(|| {
        FramedRead::new(script, exercise::Bulks::default()).take(100).collect::<Vec<_>>()
    });
    match end {
        // A decoder that goes on at the wrong place may ask for bytes that are not there.
        End::Panicked(note) => {
            Err(Finding::unnamed("The decoder panicked").saw(format!(
                "{}, at {}; reads brought {}",
                note.message,
                note.place,
                show(pieces)
            )))
        }
        end => Run { end, stats }.done().map(|(values, _)| values),
    }
}

fn show(pieces: &[&[u8]]) -> String {
    let shown = pieces.iter().map(|piece| format!("\"{}\"", piece.escape_ascii()));
    format!("[{}]", shown.collect::<Vec<_>>().join(", "))
}

fn show_values(values: &[io::Result<Bytes>]) -> String {
    let shown = values.iter().map(|value| match value {
        Ok(value) => format!("\"{}\"", value.escape_ascii()),
        Err(error) => format!("an error ({error})"),
    });
    format!("[{}]", shown.collect::<Vec<_>>().join(", "))
}

fn expect(pieces: &[&[u8]], right: &[&str], mistake: Option<&str>) -> Verdict {
    let values = values(pieces)?;
    let same = values.len() == right.len()
        && values
            .iter()
            .zip(right)
            .all(|(value, right)| matches!(value, Ok(value) if value == right));
    if same {
        return Ok(());
    }
    let finding = mistake.map_or_else(
        || Finding::unnamed("The values are not those that were sent"),
        Finding::mistake,
    );
    Err(finding.saw(format!(
        "reads brought {}, and the values were {}",
        show(pieces),
        show_values(&values)
    )))
}

fn one_value() -> Verdict {
    expect(&[b"$5\r\nParis\r\n"], &["Paris"], None)?;
    expect(&[b"$0\r\n\r\n"], &[""], None)
}

fn two_values_in_a_read() -> Verdict {
    expect(
        &[b"$5\r\nParis\r\n$4\r\nRome\r\n"],
        &["Paris", "Rome"],
        Some("one-read-one-frame"),
    )
}

fn every_cut_of_two_values() -> Verdict {
    let stream = b"$5\r\nParis\r\n$4\r\nRome\r\n";
    for cut in 1..stream.len() {
        let (head, tail) = stream.split_at(cut);
        // Asked with the head alone, what does it leave?
        let mut buffer = BytesMut::from(head);
        let mut decoder = exercise::Bulks::default();
        while let Ok(Some(_)) = decoder.decode(&mut buffer) {}
        let left = buffer.len();
        expect(&[head, tail], &["Paris", "Rome"], Some("cursor-left-advanced")).map_err(
            |finding| {
                let whole = if cut < 11 { cut } else { cut - 11 };
                finding.saw(format!(
                    "reads brought {}, and the values were {}; of the {whole} bytes of a value that was not whole, {left} were left in the buffer",
                    show(&[head, tail]),
                    values(&[head, tail]).map_or("none".into(), |values| show_values(&values)),
                ))
            },
        )?;
    }
    Ok(())
}

fn one_byte_a_read() -> Verdict {
    let stream = b"$5\r\nParis\r\n$0\r\n\r\n$4\r\nRome\r\n";
    let pieces: Vec<&[u8]> = stream.chunks(1).collect();
    expect(&pieces, &["Paris", "", "Rome"], Some("cursor-left-advanced"))
}

fn values_that_look_like_headers() -> Verdict {
    let stream = b"$8\r\n$3\r\nabc\r\r\n$2\r\n\r\n\r\n";
    for cut in 1..stream.len() {
        let (head, tail) = stream.split_at(cut);
        expect(&[head, tail], &["$3\r\nabc\r", "\r\n"], None)?;
    }
    Ok(())
}

fn what_is_no_bulk_string_is_an_error() -> Verdict {
    for stream in
        ["$x\r\nParis\r\n", "+5\r\nParis\r\n", "$5\r\nParis!\r\n", "\r\nParis\r\n"]
    {
        let values = values(&[stream.as_bytes()])?;
        if !matches!(values.first(), Some(Err(_))) {
            return Err(Finding::unnamed("What is no bulk string passed as one").saw(
                format!("\"{}\" gave {}", stream.escape_debug(), show_values(&values)),
            ));
        }
    }
    Ok(())
}

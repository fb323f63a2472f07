//! Headers within the limits cost no more than the bytes they take, and headers above them are an error at once.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/believe-no-length/solution.rs"
)]
mod exercise;

use std::io;

use allocation_counter::measure;
use bytes::{Bytes, BytesMut};
use probe::{End, Finding, Run, Verdict, virtual_time};

probe::main!(
    "06-believe-no-length",
    [
        a_request_that_is_whole_comes_out,
        a_request_that_is_not_stays,
        many_elements_announced,
        a_long_element_announced,
        numbers_above_the_limits,
        what_is_within_the_limits_passes,
    ]
);

const MISTAKE: &str = "trusted-length";

struct Seen {
    result: io::Result<Option<Vec<Bytes>>>,
    /// What is left of the source.
    left: Vec<u8>,
    /// The most bytes that were allocated at a time.
    peak: u64,
}

fn decode(source: &[u8]) -> Result<Seen, Finding> {
    let mut buffer = BytesMut::from(source);
    let mut seen = None;
    let mut run = None;
    let info = measure(|| {
        run = Some(virtual_time(|| async { exercise::decode(&mut buffer) }));
    });
    // What the runtime itself takes, the same for every answer.
    let idle = measure(|| {
        let _ = virtual_time(|| async {});
    });
    let Run { end, stats } = run.expect("it ran");
    let result = match end {
        End::Panicked(note)
            if note.message.contains("overflow") || note.message.contains("capacity") =>
        {
            return Err(Finding::mistake(MISTAKE).saw(format!(
                "\"{}\" arrived, and the parser panicked: {}",
                excerpt(source),
                note.message
            )));
        }
        end => Run { end, stats }.done()?.0,
    };
    seen.replace(Seen {
        result,
        left: buffer.to_vec(),
        peak: info.bytes_max.saturating_sub(idle.bytes_max),
    });
    Ok(seen.expect("it was put there"))
}

fn excerpt(source: &[u8]) -> String {
    let more = if source.len() > 40 { "…" } else { "" };
    format!("{}{more}", source[..source.len().min(40)].escape_ascii())
}

fn a_request_that_is_whole_comes_out() -> Verdict {
    for (source, right, left) in [
        (&b"*2\r\n$3\r\nGET\r\n$4\r\ncity\r\n"[..], &["GET", "city"][..], &b""[..]),
        (b"*1\r\n$0\r\n\r\n", &[""], b""),
        (b"*0\r\n", &[], b""),
        (b"*1\r\n$4\r\nPING\r\n*1\r\n$4", &["PING"], b"*1\r\n$4"),
        (b"*3\r\n$1\r\na\r\n$0\r\n\r\n$1\r\nb\r\n", &["a", "", "b"], b""),
        (b"*1\r\n$2\r\n\r\n\r\n*0\r\n", &["\r\n"], b"*0\r\n"),
        (b"*0\r\n*0\r\n", &[], b"*0\r\n"),
    ] {
        let seen = decode(source)?;
        let words = matches!(&seen.result, Ok(Some(words)) if words == right);
        if !words || seen.left != left {
            let finding = match &seen.result {
                Ok(Some(_)) if words && seen.left.is_empty() => {
                    Finding::mistake("one-read-one-frame")
                }
                Ok(Some(_)) if words => Finding::unnamed(
                    "It took more or less than the request",
                )
                .because(
                    "what follows a request is the beginning of the next one, and stays",
                ),
                Ok(Some(_)) => Finding::unnamed("Another request came out than was sent"),
                // What has no bytes, or no elements, is whole all the same.
                _ if right.is_empty() || right == [""] => {
                    Finding::mistake("empty-is-nothing")
                }
                _ => Finding::unnamed("A whole request did not come out"),
            };
            return Err(finding.saw(format!(
                "\"{}\" gave {:?} and left \"{}\"",
                excerpt(source),
                seen.result,
                excerpt(&seen.left)
            )));
        }
    }
    Ok(())
}

fn a_request_that_is_not_stays() -> Verdict {
    let whole = b"*2\r\n$3\r\nGET\r\n$4\r\ncity\r\n";
    for end in 0..whole.len() {
        let seen = decode(&whole[..end]).map_err(|finding| match finding.id() {
            Some("panicked") => Finding::mistake("half-a-frame-fails").saw(format!(
                "\"{}\" had arrived, and the parser panicked",
                excerpt(&whole[..end])
            )),
            _ => finding,
        })?;
        if !matches!(seen.result, Ok(None)) {
            return Err(Finding::mistake("half-a-frame-fails").saw(format!(
                "\"{}\" had arrived, and `decode` returned {:?}",
                excerpt(&whole[..end]),
                seen.result
            )));
        }
        if seen.left != whole[..end] {
            return Err(Finding::mistake("cursor-left-advanced").saw(format!(
                "\"{}\" gave `None`, and left \"{}\" in the buffer",
                excerpt(&whole[..end]),
                excerpt(&seen.left)
            )));
        }
    }
    Ok(())
}

/// Waits for more, and has allocated no more than what has arrived allows.
fn costs_what_it_weighs(source: &[u8]) -> Verdict {
    let seen = decode(source)?;
    if !matches!(seen.result, Ok(None)) {
        let finding = match seen.result {
            Err(_) => Finding::mistake("limit-at-the-edge"),
            Ok(_) => Finding::unnamed("Half a request came out as a whole one"),
        };
        return Err(finding.saw(format!(
            "\"{}\" arrived, which is within the limits, and `decode` returned {:?}",
            excerpt(source),
            seen.result
        )));
    }
    let fair = 64 * (source.len() as u64 + 1024);
    if seen.peak > fair {
        return Err(Finding::mistake(MISTAKE).saw(format!(
            "\"{}\" arrived, {} bytes, and {} bytes were allocated",
            excerpt(source),
            source.len(),
            seen.peak
        )));
    }
    Ok(())
}

fn many_elements_announced() -> Verdict {
    costs_what_it_weighs(b"*1048576\r\n")?;
    costs_what_it_weighs(b"*1000000\r\n")?;
    costs_what_it_weighs(b"*1048576\r\n$1\r\na\r\n")?;
    costs_what_it_weighs(b"*50000\r\n$1\r\na\r\n$1\r\n")
}

fn a_long_element_announced() -> Verdict {
    costs_what_it_weighs(b"*2\r\n$3\r\nSET\r\n$400000\r\nabc")?;
    costs_what_it_weighs(b"*2\r\n$3\r\nSET\r\n$500000000\r\nabc")?;
    costs_what_it_weighs(b"*1\r\n$536870912\r\n")?;
    // The limit is for each, and not for all together.
    costs_what_it_weighs(b"*2\r\n$3\r\nSET\r\n$536870912\r\n")?;
    costs_what_it_weighs(b"*1048576\r\n$5\r\nParis\r\n$4\r\nRome\r\n$536870912\r\n")?;
    let many = ["*1048576\r\n", &"$1\r\na\r\n".repeat(2000), "$536870912\r\nb"].concat();
    costs_what_it_weighs(many.as_bytes())?;
    let long =
        ["*2\r\n$300000\r\n", &"x".repeat(300_000), "\r\n$536870912\r\nb"].concat();
    costs_what_it_weighs(long.as_bytes())
}

fn numbers_above_the_limits() -> Verdict {
    for source in [
        &b"*1048577\r\n"[..],
        b"*1\r\n$536870913\r\n",
        b"*2\r\n$3\r\nSET\r\n$4294967296\r\n",
        b"*1048577\r\n$1\r\na\r\n",
        b"*2000000\r\n",
        b"*536870912\r\n",
        b"*2147483647\r\n",
        b"*4294967297\r\n$1\r\na\r\n",
        b"*1\r\n$4294967297\r\na\r\n",
        b"*1\r\n$600000000\r\nabc",
        b"*18446744073709551615\r\n",
        b"*1\r\n$18446744073709551615\r\n",
        b"*1\r\n$99999999999999999999\r\n",
    ] {
        match decode(source)?.result {
            Err(_) => {}
            Ok(None) => {
                return Err(Finding::mistake("limit-at-the-edge").saw(format!(
                    "\"{}\" arrived, which is above the limit, and `decode` waits for more",
                    excerpt(source)
                )));
            }
            Ok(Some(_)) => {
                return Err(Finding::unnamed("Half a request came out as a whole one")
                    .saw(format!("of \"{}\"", excerpt(source))));
            }
        }
    }
    Ok(())
}

fn what_is_within_the_limits_passes() -> Verdict {
    let count = 20_000;
    let source = format!("*{count}\r\n{}", "$1\r\na\r\n".repeat(count));
    match decode(source.as_bytes())?.result {
        Ok(Some(words)) if words.len() == count => Ok(()),
        result => {
            let finding = match result {
                Err(_) => Finding::mistake("limit-at-the-edge"),
                Ok(_) => Finding::unnamed("A whole request did not come out"),
            };
            Err(finding.saw(format!(
                "{count} elements arrived, and `decode` returned {}",
                match result {
                    Ok(Some(words)) => format!("{} of them", words.len()),
                    Ok(None) => "`None`".into(),
                    Err(error) => format!("an error: {error}"),
                }
            )))
        }
    }
}

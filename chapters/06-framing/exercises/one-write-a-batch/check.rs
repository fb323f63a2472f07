//! Answers to lines that came together leave in one write, and none is held back while the server waits.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/06-framing/one-write-a-batch/solution.rs"
)]
mod exercise;

use probe::{End, Finding, Script, Sink, SinkLog, Verdict, virtual_time};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, join};

probe::main!(
    "06-one-write-a-batch",
    [
        one_line_alone,
        nothing_is_held_back_while_we_wait,
        nothing_is_held_back_behind_half_a_line,
        a_hundred_lines_in_a_read,
        batch_after_batch,
        everything_is_answered_at_the_end,
        a_client_that_waits_for_each_answer,
    ]
);

/// `<ab>` to `ab`.
fn answer(line: &[u8]) -> Vec<u8> {
    [b"<", line, b">\n"].concat()
}

/// What has been written when the server ends, or when it waits forever.
fn serve(script: Script) -> Result<SinkLog, Finding> {
    serve_and_count(script).map(|(log, _)| log)
}

/// And how many reads brought something, or the end.
fn serve_and_count(script: Script) -> Result<(SinkLog, usize), Finding> {
    let reads = script.log();
    let sink = Sink::new();
    let log = sink.log();
    let run = virtual_time(|| exercise::serve(join(script, sink), answer));
    match run.end {
        End::Stuck => Ok((log, reads.reads())),
        end => match (probe::Run { end, stats: run.stats }).done()?.0 {
            Ok(()) => Ok((log, reads.reads())),
            Err(error) => Err(Finding::unnamed("`serve` failed").saw(error.to_string())),
        },
    }
}

/// The answers to these lines have left.
fn answered(log: &SinkLog, lines: &[&str], saw: &str) -> Verdict {
    let right: Vec<u8> = lines.iter().flat_map(|line| answer(line.as_bytes())).collect();
    let written = log.written();
    if written == right && (log.flushes() > 0 || lines.is_empty()) {
        return Ok(());
    }
    let count = written.iter().filter(|byte| **byte == b'\n').count();
    if written == right {
        return Err(Finding::mistake("reply-withheld")
            .saw(format!("{saw}: all answers were written, and none was flushed")));
    }
    if right.starts_with(&written) {
        return Err(Finding::mistake("reply-withheld")
            .saw(format!("{saw}: {count} of {} answers had been written", lines.len())));
    }
    Err(Finding::unnamed("The answers are not those to these lines").saw(format!(
        "{saw}, and \"{}\" was written",
        written[..written.len().min(60)].escape_ascii()
    )))
}

fn one_line_alone() -> Verdict {
    let log = serve(Script::new().chunk("ab\n"))?;
    answered(&log, &["ab"], "a line arrived, and the end")
}

fn nothing_is_held_back_while_we_wait() -> Verdict {
    for count in [1, 3, 16, 17] {
        let script = Script::new().chunk("ab\n".repeat(count)).then_silence();
        let log = serve(script)?;
        let saw = format!("lines arrived: {count}; then the client waited");
        answered(&log, &vec!["ab"; count], &saw)?;
    }
    Ok(())
}

fn nothing_is_held_back_behind_half_a_line() -> Verdict {
    let log = serve(Script::new().chunk("ab\ncd\nef").then_silence())?;
    let saw = "\"ab\\ncd\\nef\" arrived; then the client waited for two answers";
    answered(&log, &["ab", "cd"], saw)
}

fn few_writes(log: &SinkLog, lines: usize, reads: usize) -> Verdict {
    let (writes, flushes) = (log.writes(), log.flushes());
    // A flush when there is nothing to flush harms nobody.
    if writes <= reads && flushes <= 2 * reads + 2 {
        return Ok(());
    }
    Err(Finding::mistake("flush-per-frame").saw(format!(
        "{lines} lines arrived in {reads} reads: the answers left in {writes} writes, with {flushes} flushes"
    )))
}

fn a_hundred_lines_in_a_read() -> Verdict {
    let script = Script::new().chunk("ab\n".repeat(100)).then_silence();
    let (log, reads) = serve_and_count(script)?;
    answered(&log, &["ab"; 100], "100 lines arrived")?;
    few_writes(&log, 100, reads)
}

fn batch_after_batch() -> Verdict {
    let script = (0..10).fold(Script::new(), |script, _| script.chunk("ab\n".repeat(20)));
    let (log, reads) = serve_and_count(script)?;
    answered(&log, &["ab"; 200], "200 lines arrived, and the end")?;
    few_writes(&log, 200, reads)
}

fn everything_is_answered_at_the_end() -> Verdict {
    for script in [
        Script::new().chunk("ab\ncd\n"),
        Script::new().chunk("ab\nc").chunk("d\n"),
        Script::new().one_byte_at_a_time("ab\ncd\n"),
    ] {
        answered(&serve(script)?, &["ab", "cd"], "two lines arrived, and the end")?;
    }
    Ok(())
}

fn a_client_that_waits_for_each_answer() -> Verdict {
    let run = virtual_time(|| async {
        let (mut client, server) = duplex(64);
        tokio::spawn(exercise::serve(server, answer));
        let mut got = [0; 5];
        // The last request leaves in halves, the first half beside a whole line.
        for part in ["ab\n", "ab\na", "b\n"] {
            client.write_all(part.as_bytes()).await.expect("the server reads");
            client.read_exact(&mut got).await.expect("the server answers");
        }
        got
    });
    match run.end {
        End::Stuck => Err(Finding::mistake("reply-withheld").saw(
            "a client that sends the next line when the last is answered got no answer",
        )),
        end => match (probe::Run { end, stats: run.stats }).done()?.0 {
            got if got == *b"<ab>\n" => Ok(()),
            got => Err(Finding::unnamed("The answers are not those to these lines")
                .saw(format!("\"{}\" came back", got.escape_ascii()))),
        },
    }
}

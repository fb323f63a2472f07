//! The answer writes reports of several lengths to recorded writers, some of which take
//! little at a time or fail.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/05-io/write-a-report/solution.rs"
)]
mod exercise;

use std::io::ErrorKind;
use std::pin::Pin;
use std::task::{Context, Poll};

use probe::{Finding, Sink, SinkLog, Verdict, virtual_time};
use tokio::io::{self, AsyncWrite};

probe::main!(
    "05-write-a-report",
    [
        a_short_report_arrives,
        a_long_report_arrives,
        a_slow_writer_gets_all_of_it,
        the_writes_are_few,
        the_writer_stays_open,
        an_error_is_returned,
    ]
);

fn rows(count: u32) -> Vec<(&'static str, u32)> {
    const NAMES: [&str; 4] = ["get", "set", "ping", "connections opened"];
    (0..count).map(|i| (NAMES[i as usize % 4], i * 7)).collect()
}

/// No row is longer.
const ROW: usize = 30;

fn text(rows: &[(&str, u32)]) -> String {
    rows.iter().map(|(name, count)| format!("{name}: {count}\n")).collect()
}

/// Writes a report; returns what should arrive beside what did.
fn run(rows: &[(&str, u32)], sink: Sink) -> Result<(SinkLog, String), Finding> {
    let log = sink.log();
    let (result, _) = virtual_time(|| exercise::report(sink, rows)).done()?;
    if let Err(error) = result {
        return Err(Finding::unnamed("An error came from nowhere").saw(format!(
            "the writer took everything, and `report` returned “{error}”"
        )));
    }
    Ok((log, text(rows)))
}

/// Writes a report of that many rows, and compares what arrived.
fn report(count: u32) -> Result<SinkLog, Finding> {
    let (log, expected) = run(&rows(count), Sink::new())?;
    let written = log.written();
    if written == expected.as_bytes() {
        return Ok(log);
    }
    let saw = format!(
        "of the {} bytes of a report of {count} rows, {} had arrived when it returned Ok",
        expected.len(),
        written.len()
    );
    let missing = expected.len().saturating_sub(written.len());
    Err(if expected.as_bytes().starts_with(&written) && missing > 1 {
        // The beginning is there: the rest is either in a buffer or was never taken. A row
        // or two fit every buffer, so of those nothing is there, if it is that.
        match written.is_empty() || count > 10 {
            true => Finding::mistake("drop-flushes").saw(saw),
            false => Finding::unnamed("The report is wrong").saw(saw),
        }
    } else {
        Finding::unnamed("The report is wrong").saw(saw)
    })
}

fn a_short_report_arrives() -> Verdict {
    report(0)?;
    report(1)?;
    report(3).map(drop)
}

fn a_long_report_arrives() -> Verdict {
    report(1000).map(drop)
}

/// Whoever lost bytes to a buffer has been found above: here they were never taken.
fn a_slow_writer_gets_all_of_it() -> Verdict {
    // Longer than any buffer, so that it is passed on in one piece.
    let name = "long ".repeat(20_000);
    let mut long = rows(20);
    long.insert(7, (&name, 7));
    for at_most in [1, 1000] {
        for rows in [&rows(1000), &long] {
            let (log, expected) = run(rows, Sink::new().at_most(at_most))?;
            let written = log.written();
            let saw = format!(
                "of the {} bytes of a report, {} arrived at a writer that takes {at_most} a call",
                expected.len(),
                written.len()
            );
            if written.len() < expected.len() {
                return Err(Finding::mistake("write-is-write-all").saw(saw));
            }
            if written != expected.as_bytes() {
                return Err(Finding::unnamed("The report is wrong").saw(saw));
            }
        }
    }
    Ok(())
}

fn the_writes_are_few() -> Verdict {
    for count in [1, 100, 1000, 5000] {
        let log = report(count)?;
        let (writes, bytes) = (log.writes(), log.written().len());
        if writes > bytes / 4096 + 1 {
            let each = bytes / writes;
            let finding = match each <= ROW {
                true => Finding::mistake("small-writes"),
                false => Finding::unnamed("There are more writes than needed"),
            };
            return Err(finding
                .saw(format!("{writes} writes for {bytes} bytes, {each} bytes each")));
        }
    }
    Ok(())
}

fn the_writer_stays_open() -> Verdict {
    let log = report(10)?;
    match log.shutdowns() {
        0 => Ok(()),
        _ => Err(Finding::unnamed("The writer was shut down")
            .saw("the report is written, and its caller can write no more")),
    }
}

/// Takes so many bytes, and fails from then on.
struct Full {
    room: usize,
}

impl AsyncWrite for Full {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.room == 0 {
            return Poll::Ready(Err(ErrorKind::StorageFull.into()));
        }
        let n = bytes.len().min(self.room);
        self.room -= n;
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn an_error_is_returned() -> Verdict {
    let rows = rows(1000);
    let length = text(&rows).len();
    for room in [0, 1, 5000, length - 1] {
        let (result, _) =
            virtual_time(|| exercise::report(Full { room }, &rows)).done()?;
        match result {
            Err(error) if error.kind() == ErrorKind::StorageFull => {}
            other => {
                let finding = match other {
                    Ok(()) => Finding::mistake("result-not-looked-at"),
                    Err(_) => Finding::unnamed("Another error is returned"),
                };
                return Err(finding.saw(format!(
                    "the writer failed after {room} of {length} bytes, and it returned {other:?}"
                )));
            }
        }
    }
    Ok(())
}

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

fn text(rows: &[(&str, u32)]) -> String {
    rows.iter().map(|(name, count)| format!("{name}: {count}\n")).collect()
}

/// Writes a report of that many rows, and compares what arrived.
fn report(count: u32, sink: Sink) -> Result<SinkLog, Finding> {
    let log = sink.log();
    let rows = rows(count);
    let (result, _) = virtual_time(|| exercise::report(sink, &rows)).done()?;
    let expected = text(&rows);
    if let Err(error) = result {
        return Err(Finding::unnamed("An error came from nowhere").saw(format!(
            "the writer took everything, and `report` returned “{error}”"
        )));
    }
    let written = log.written();
    if written == expected.as_bytes() {
        return Ok(log);
    }
    let saw = format!(
        "of the {} bytes of a report of {count} rows, {} had arrived when it returned Ok",
        expected.len(),
        written.len()
    );
    Err(if expected.as_bytes().starts_with(&written) {
        // The beginning is there: the rest is either in a buffer or was never taken.
        Finding::mistake("drop-flushes").saw(saw)
    } else {
        Finding::unnamed("The report is wrong").saw(saw)
    })
}

fn a_short_report_arrives() -> Verdict {
    report(0, Sink::new())?;
    report(1, Sink::new())?;
    report(3, Sink::new()).map(drop)
}

fn a_long_report_arrives() -> Verdict {
    report(1000, Sink::new()).map(drop)
}

/// Whoever lost bytes to a buffer has been found above: here they were never taken.
fn a_slow_writer_gets_all_of_it() -> Verdict {
    for at_most in [1, 1000] {
        report(1000, Sink::new().at_most(at_most)).map_err(|finding| {
            match finding.id() {
                Some("drop-flushes") => {
                    Finding::mistake("write-is-write-all").saw(format!(
                        "bytes of a report were lost to a writer that takes {at_most} a call"
                    ))
                }
                _ => finding,
            }
        })?;
    }
    Ok(())
}

fn the_writes_are_few() -> Verdict {
    for count in [1, 100, 1000, 5000] {
        let log = report(count, Sink::new())?;
        let (writes, bytes) = (log.writes(), log.written().len());
        if writes > bytes / 4096 + 1 {
            return Err(Finding::mistake("small-writes").saw(format!(
                "{writes} writes for {bytes} bytes, {} bytes each",
                bytes / writes
            )));
        }
    }
    Ok(())
}

fn the_writer_stays_open() -> Verdict {
    let log = report(10, Sink::new())?;
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
                return Err(Finding::unnamed("An error was swallowed").saw(format!(
                    "the writer failed after {room} of {length} bytes, and it returned {other:?}"
                )));
            }
        }
    }
    Ok(())
}

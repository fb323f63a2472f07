//! The answer writes reports of several lengths to recorded writers, some of which take
//! little at a time or fail.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/05-io/write-a-report/solution.rs"
)]
mod exercise;

use std::io::ErrorKind;

use probe::words::count;
use probe::{Call, End, Finding, Sink, SinkLog, Verdict, virtual_time};
use tokio::io;

probe::main!(
    "05-write-a-report",
    [
        a_short_report_arrives,
        a_long_report_arrives,
        a_slow_writer_gets_all_of_it,
        the_writes_are_few,
        the_writes_are_few_whatever_the_rows,
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

/// Runs the answer.
fn write(sink: Sink, rows: &[(&str, u32)]) -> Result<(io::Result<()>, SinkLog), Finding> {
    let log = sink.log();
    let run = virtual_time(|| exercise::report(sink, rows));
    if let End::Panicked(note) = &run.end
        && note.message == Sink::SPINNING
    {
        return Err(Finding::mistake("busy").saw(
            "the writer said 100 times in a row that it had taken no byte, and was asked again",
        ));
    }
    let (result, _) = run.done()?;
    Ok((result, log))
}

/// Writes a report; returns what should arrive beside what did.
fn run(rows: &[(&str, u32)], sink: Sink) -> Result<(SinkLog, String), Finding> {
    let log = sink.log();
    let (result, _) = write(sink, rows)?;
    if let Err(error) = result {
        return Err(Finding::unnamed("An error came from nowhere").saw(format!(
            "the writer took everything, and `report` returned “{error}”"
        )));
    }
    Ok((log, text(rows)))
}

/// Writes a report of that many rows, and compares what arrived.
fn report(rows_of: u32) -> Result<SinkLog, Finding> {
    let (log, expected) = run(&rows(rows_of), Sink::new())?;
    let written = log.written();
    if written == expected.as_bytes() {
        return Ok(log);
    }
    let saw = format!(
        "of the {} bytes of a report of {}, {} had arrived when it returned Ok",
        expected.len(),
        count(rows_of as usize, "row"),
        written.len()
    );
    let missing = expected.len().saturating_sub(written.len());
    Err(if expected.as_bytes().starts_with(&written) && missing > 1 {
        // The beginning is there: the rest is either in a buffer or was never taken. A row
        // or two fit every buffer, so of those nothing is there, if it is that.
        match written.is_empty() || rows_of > 10 {
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
    report(1000)?;
    let rows =
        [("", 0), ("é\n: ", u32::MAX), ("nothing", 0), ("", 10), (" \t", 1_000_000)];
    let (log, expected) = run(&rows, Sink::new())?;
    if log.written() == expected.as_bytes() {
        return Ok(());
    }
    Err(Finding::unnamed("The report is wrong").saw(format!(
        "of the rows {rows:?}, {:?} had arrived when it returned Ok",
        String::from_utf8_lossy(&log.written())
    )))
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
    for rows_of in [1, 100, 1000, 5000] {
        let log = report(rows_of)?;
        few(&log, "short rows")?;
    }
    Ok(())
}

/// At most one write for every 4096 bytes, and one more.
fn few(log: &SinkLog, of: &str) -> Verdict {
    let (writes, bytes) = (log.writes(), log.written().len());
    let most = bytes / 4096 + 1;
    if writes <= most {
        return Ok(());
    }
    let each = bytes / writes;
    let id = if each <= ROW { "small-writes" } else { "written-before-full" };
    Err(Finding::mistake(id).saw(format!(
        "a report of {of}: {} for {bytes} bytes, {each} bytes each; at most {} allowed",
        count(writes, "write"),
        if most == 1 { "1 is".to_owned() } else { format!("{most} are") }
    )))
}

/// A row that does not fit beside what is in a buffer leaves that buffer half empty.
fn the_writes_are_few_whatever_the_rows() -> Verdict {
    let lengths = [
        150, 500, 1000, 1300, 1370, 1640, 2000, 2050, 2100, 2300, 2600, 2800, 3100, 3400,
        3600, 3900, 3950, 4006, 4050, 4080, 4088, 4090, 4092, 4093, 4096, 4100, 5000,
        6000, 8180, 8192, 10_000,
    ];
    let names: Vec<String> = lengths.iter().map(|length| "n".repeat(*length)).collect();
    for name in &names {
        // The nearer to 4096, the more of them it takes until a whole write is too much.
        let rows = if (3900..4096).contains(&name.len()) { 300 } else { 60 };
        let alike = vec![(name.as_str(), 7); rows];
        let beside_short: Vec<(&str, u32)> = (0..60)
            .map(|n| if n % 2 == 0 { (name.as_str(), 7) } else { ("n", 7) })
            .collect();
        for (rows, of) in [
            (alike, format!("rows of {} bytes", name.len() + 4)),
            (beside_short, format!("rows of {} and 5 bytes in turn", name.len() + 4)),
        ] {
            let (log, expected) = run(&rows, Sink::new())?;
            if log.written() != expected.as_bytes() {
                return Err(Finding::unnamed("The report is wrong").saw(format!(
                    "of the {} bytes of a report of {of}, {} had arrived when it returned Ok",
                    expected.len(),
                    log.written().len()
                )));
            }
            few(&log, &of)?;
        }
    }
    Ok(())
}

fn the_writer_stays_open() -> Verdict {
    for rows_of in [0, 10, 2000] {
        if report(rows_of)?.shutdowns() > 0 {
            return Err(Finding::mistake("shutdown-is-flush").saw(format!(
                "a report of {} was written, and then the caller's writer was shut down",
                count(rows_of as usize, "row")
            )));
        }
    }
    Ok(())
}

fn an_error_is_returned() -> Verdict {
    use ErrorKind::{BrokenPipe, StorageFull, WriteZero};
    let rows = rows(1000);
    let length = text(&rows).len();
    let mut runs = Vec::new();
    for room in [0, 1, 5000, length - 1] {
        let of = format!("the writer failed after {room} of {length} bytes");
        runs.push((Sink::new().fails_after(room, StorageFull), StorageFull, of));
    }
    // A writer that fails once would take the rest.
    let (_, log) = write(Sink::new(), &rows)?;
    for n in 1..=log.writes() {
        let of = format!("write {n} of {} failed", log.writes());
        runs.push((Sink::new().fails(Call::Write(n), BrokenPipe), BrokenPipe, of));
    }
    for n in 1..=log.flushes() {
        let of = format!("flush {n} of {} failed", log.flushes());
        runs.push((Sink::new().fails(Call::Flush(n), BrokenPipe), BrokenPipe, of));
    }
    let of = format!("the writer took {} of {length} bytes and no more", 5000);
    runs.push((Sink::new().zero_after(5000), WriteZero, of));
    for (sink, kind, of) in runs {
        match write(sink, &rows)?.0 {
            Err(error) if error.kind() == kind => {}
            result => {
                let finding = match &result {
                    Ok(()) => Finding::mistake("result-not-looked-at"),
                    Err(_) => Finding::unnamed("Another error is returned"),
                };
                return Err(
                    finding.saw(format!("{of} ({kind:?}), and it returned {result:?}"))
                );
            }
        }
    }
    Ok(())
}

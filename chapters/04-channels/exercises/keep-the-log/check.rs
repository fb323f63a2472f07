//! Sends more than the channel holds, while the disk is slow, and compares what is written
//! with what the receiver could get.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/keep-the-log/solution.rs"
)]
mod exercise;

use std::time::Duration;

use exercise::Line::{self, Event, Lost};
use probe::{End, Finding, Run, Stats, Verdict, virtual_time};
use tokio::sync::broadcast;
use tokio::time::sleep;

probe::main!(
    "04-keep-the-log",
    [
        a_quiet_day_is_written_whole,
        the_log_goes_on_after_a_gap,
        two_gaps_are_two_lines,
        a_gap_before_the_first_line_counts_too,
    ]
);

/// Sends `bursts` of events, a second apart, into a channel that keeps 4; writing a line
/// takes 10 ms.
fn keep(bursts: &[u32]) -> Run<(u64, Vec<Line>)> {
    virtual_time(|| async {
        let (sender, events) = broadcast::channel(4);
        let bursts = bursts.to_vec();
        tokio::spawn(async move {
            let mut n = 0;
            for burst in bursts {
                for _ in 0..burst {
                    n += 1;
                    let _ = sender.send(n);
                }
                sleep(Duration::from_secs(1)).await;
            }
        });
        let mut written = Vec::new();
        let write = async |line| {
            sleep(Duration::from_millis(10)).await;
            written.push(line);
        };
        let lost = exercise::keep(events, write).await;
        (lost, written)
    })
}

fn judge(bursts: &[u32], expected: &[Line]) -> Verdict {
    let expected_lost: u64 = expected.iter().map(|line| lost(*line)).sum();
    let sent: u32 = bursts.iter().sum();
    // An answer that goes round and round on a closed channel never gives the thread back.
    probe::if_it_hangs("busy");
    let ((lost, written), stats) = done(keep(bursts), sent)?;
    if lost == expected_lost && written == expected {
        return Ok(());
    }
    let saw = format!("{sent} events were sent, and the log is {written:?}");
    let events = |lines: &[Line]| -> Vec<Line> {
        lines.iter().copied().filter(is_event).collect()
    };
    if events(&written).len() < events(expected).len() && expected_lost > 0 {
        let end = match stats.elapsed < Duration::from_secs(bursts.len() as u64) {
            true => "; it was closed while the sender was still there",
            false => "",
        };
        return Err(Finding::mistake("broadcast-never-loses").saw(format!(
            "{saw}: {} events that the channel still held are not in it{end}",
            events(expected).len() - events(&written).len()
        )));
    }
    if events(&written) == events(expected) {
        return Err(Finding::mistake("gap-is-one-event").saw(format!(
            "{saw}; `keep` returned {lost}; the log should be {expected:?}, and {expected_lost} \
             were lost"
        )));
    }
    Err(Finding::unnamed("The log is wrong")
        .saw(format!("{saw}; it should be {expected:?}")))
}

/// Like [`Run::done`], and knows the panic of somebody who unwraps `Lagged`.
fn done<T>(run: Run<T>, sent: u32) -> Result<(T, Stats), Finding> {
    match &run.end {
        End::Panicked(note) if note.message.contains("Lagged") => {
            Err(Finding::mistake("broadcast-never-loses").saw(format!(
                "{sent} events were sent, and the answer panicked at {}: {}",
                note.place, note.message
            )))
        }
        _ => run.done(),
    }
}

fn is_event(line: &Line) -> bool {
    matches!(line, Event(_))
}

fn lost(line: Line) -> u64 {
    match line {
        Lost(n) => n,
        Event(_) => 0,
    }
}

fn a_quiet_day_is_written_whole() -> Verdict {
    judge(&[3, 1, 4], &[1, 2, 3, 4, 5, 6, 7, 8].map(Event))
}

fn the_log_goes_on_after_a_gap() -> Verdict {
    let mut expected = vec![Event(1), Lost(5)];
    expected.extend((7..=11).map(Event));
    judge(&[1, 9, 1], &expected)
}

fn two_gaps_are_two_lines() -> Verdict {
    let mut expected = vec![Event(1), Lost(1)];
    expected.extend((3..=6).map(Event));
    expected.push(Lost(2));
    expected.extend((9..=12).map(Event));
    judge(&[1, 5, 6], &expected)
}

fn a_gap_before_the_first_line_counts_too() -> Verdict {
    judge(&[10], &[Lost(6), Event(7), Event(8), Event(9), Event(10)])
}

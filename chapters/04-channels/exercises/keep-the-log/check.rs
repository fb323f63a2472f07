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
        what_is_left_when_the_sender_goes_is_written,
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
        let saw = format!(
            "{saw}; `keep` returned {lost}; the log should be {expected:?}, and {expected_lost} \
             were lost"
        );
        // Each gap as one event: in the lines, in the sum, or in both.
        let one_each = |line: &Line| if is_event(line) { *line } else { Lost(1) };
        let counted: Vec<Line> = expected.iter().map(one_each).collect();
        let gaps = (expected.len() - events(expected).len()) as u64;
        let lines_count = written == counted && counted != expected;
        let sum_counts = lost == gaps && gaps != expected_lost;
        return Err(if lines_count || sum_counts {
            Finding::mistake("gap-is-one-event").saw(saw)
        } else if written == expected {
            Finding::unnamed("The number of lost events is wrong").saw(saw)
        } else {
            Finding::unnamed("The log does not say what is missing, and where").saw(saw)
        });
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
    let mut expected = vec![Event(1), Lost(3)];
    expected.extend((5..=8).map(Event));
    expected.push(Lost(4));
    expected.extend((13..=16).map(Event));
    judge(&[1, 7, 8], &expected)
}

fn a_gap_before_the_first_line_counts_too() -> Verdict {
    judge(&[10], &[Lost(6), Event(7), Event(8), Event(9), Event(10)])
}

fn what_is_left_when_the_sender_goes_is_written() -> Verdict {
    let mut expected = vec![Event(1), Lost(5)];
    expected.extend((7..=10).map(Event));
    let run = virtual_time(|| async {
        let (sender, events) = broadcast::channel(4);
        let mut written = Vec::new();
        let write = async |line| {
            sleep(Duration::from_millis(10)).await;
            written.push(line);
        };
        tokio::spawn(async move {
            let _ = sender.send(1);
            sleep(Duration::from_millis(5)).await;
            (2..=10).for_each(|n| drop(sender.send(n)));
        });
        exercise::keep(events, write).await;
        written
    });
    let (written, _) = done(run, 10)?;
    if written != expected {
        return Err(Finding::unnamed("What was left at the end is not in the log").saw(
            format!(
                "the last events were sent, and then the sender was dropped: the log is \
                 {written:?}, and it should be {expected:?}"
            ),
        ));
    }
    Ok(())
}

//! Sends more than the channel holds, while the disk is slow, and compares what is written
//! with what the receiver could get.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/keep-the-log/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use exercise::Line::{self, Event, Lost};
use probe::words::count;
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
        what_was_sent_before_the_log_began_is_written,
        the_log_ends_with_the_last_sender,
        on_a_busy_day_every_event_is_accounted_for,
    ]
);

/// How long a line takes.
const WRITE: Duration = Duration::from_millis(10);

/// What came to the disk. Clones share it.
#[derive(Clone, Default)]
struct Disk(Rc<RefCell<Writes>>);

#[derive(Clone, Default)]
struct Writes {
    written: Vec<Line>,
    called: usize,
    started: usize,
}

impl Disk {
    /// Not an `async fn`, so that a call shows even if nobody polls what it returns.
    fn write(&self, line: Line) -> impl Future<Output = ()> + use<> {
        let disk = self.0.clone();
        disk.borrow_mut().called += 1;
        async move {
            disk.borrow_mut().started += 1;
            sleep(WRITE).await;
            disk.borrow_mut().written.push(line);
        }
    }
}

/// What `keep` returned and wrote, and whether a sender was still there when it returned.
struct Kept {
    lost: u64,
    written: Vec<Line>,
    too_early: bool,
}

/// Runs the answer on a channel that keeps 4; `day` sends, and drops its sender at the end.
fn keep<F>(
    sent: u32,
    day: impl FnOnce(broadcast::Sender<u32>) -> F,
) -> Result<Kept, Finding>
where
    F: Future<Output = ()> + Send + 'static,
{
    // An answer that goes round and round on a closed channel never gives the thread back.
    probe::if_it_hangs("busy");
    let disk = Disk::default();
    let run = virtual_time(|| async {
        let (sender, events) = broadcast::channel(4);
        let weak = sender.downgrade();
        let day = tokio::spawn(day(sender));
        let lost = exercise::keep(events, |line| disk.write(line)).await;
        let too_early = weak.upgrade().is_some();
        day.abort();
        (lost, too_early)
    });
    let ((lost, too_early), _) = done(run, sent)?;
    let Writes { written, called, started } = disk.0.take();
    if called > 0 && started == 0 {
        return Err(Finding::mistake("lazy-future").saw(format!(
            "{} went to `write`, and nobody polled what it returned",
            count(called, "line")
        )));
    }
    if called > written.len() {
        return Err(Finding::mistake("select-keeps-progress").saw(format!(
            "{sent} events were sent; a line takes {WRITE:?}, and of {} {} ran to the end",
            count(called, "write"),
            written.len()
        )));
    }
    Ok(Kept { lost, written, too_early })
}

/// Sends `bursts` of events, a second apart.
fn judge(bursts: &[u32], expected: &[Line]) -> Verdict {
    let sent: u32 = bursts.iter().sum();
    let bursts = bursts.to_vec();
    let kept = keep(sent, async move |sender| {
        let mut n = 0;
        for burst in bursts {
            for _ in 0..burst {
                n += 1;
                let _ = sender.send(n);
            }
            sleep(Duration::from_secs(1)).await;
        }
    })?;
    compare(sent, &kept, expected)
}

/// Two gaps side by side are as good as one.
fn joined(lines: &[Line]) -> Vec<Line> {
    let mut joined: Vec<Line> = Vec::new();
    for line in lines {
        match (joined.last_mut(), line) {
            (Some(Lost(sum)), Lost(n)) => *sum += n,
            _ => joined.push(*line),
        }
    }
    joined
}

fn compare(sent: u32, kept: &Kept, expected: &[Line]) -> Verdict {
    let (lost, written) = (kept.lost, joined(&kept.written));
    let expected_lost: u64 = expected.iter().map(|line| lost_in(*line)).sum();
    let saw =
        format!("{} sent, and the log is {written:?}", count(sent as usize, "event"));
    if written == expected && lost == expected_lost && !kept.too_early {
        return Ok(());
    }
    let events = |lines: &[Line]| -> Vec<Line> {
        lines.iter().copied().filter(is_event).collect()
    };
    let (seen, held) = (events(&written), events(expected));
    if seen.len() < held.len() {
        let missing = count(held.len() - seen.len(), "event");
        let saw = format!("{saw}: it lacks {missing} that the channel still held");
        let closed = match kept.too_early {
            true => format!("{saw}; it was closed while a sender was still there"),
            false => saw.clone(),
        };
        // Where it stopped, or where it left something out, tells why.
        let next = expected.iter().zip(&written).take_while(|(a, b)| a == b).count();
        let at_a_gap = matches!(expected.get(next), Some(Lost(_)))
            || matches!(expected.get(next.wrapping_sub(1)), Some(Lost(_)));
        return Err(if held.starts_with(&seen) && at_a_gap {
            Finding::mistake("broadcast-never-loses").saw(closed)
        } else if held.starts_with(&seen) && kept.too_early {
            Finding::unnamed("The log was closed while a sender was still there").saw(saw)
        } else if held.starts_with(&seen) {
            Finding::mistake("closed-is-not-empty").saw(saw)
        } else {
            Finding::mistake("gap-misread").saw(saw)
        });
    }
    if seen != held {
        return Err(Finding::unnamed("The log holds what was not sent, or not in order")
            .saw(format!("{saw}; it should be {expected:?}")));
    }
    if written == expected && lost == expected_lost {
        return Err(Finding::unnamed(
            "The log was closed while a sender was still there",
        )
        .saw(saw));
    }
    let saw = format!(
        "{saw}; `keep` returned {lost}; the log should be {expected:?}, and {expected_lost} were \
         lost"
    );
    // Each gap as one event: in the lines, in the sum, or in both.
    let one_each = |line: &Line| if is_event(line) { *line } else { Lost(1) };
    let counted: Vec<Line> = expected.iter().map(one_each).collect();
    let gaps = (expected.len() - held.len()) as u64;
    let lines_count = kept.written == counted && counted != expected;
    let sum_counts = lost == gaps && gaps != expected_lost;
    Err(if lines_count || sum_counts {
        Finding::mistake("gap-is-one-event").saw(saw)
    } else if written == expected {
        Finding::unnamed("The number of lost events is wrong").saw(saw)
    } else {
        Finding::mistake("gap-misread").saw(saw)
    })
}

/// Like [`Run::done`], and knows the panic of somebody who unwraps `Lagged`.
fn done<T>(run: Run<T>, sent: u32) -> Result<(T, Stats), Finding> {
    match &run.end {
        End::Panicked(note) if note.message.contains("Lagged") => {
            Err(Finding::mistake("error-became-panic").saw(format!(
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

fn lost_in(line: Line) -> u64 {
    match line {
        Lost(n) => n,
        Event(_) => 0,
    }
}

fn a_quiet_day_is_written_whole() -> Verdict {
    judge(&[], &[])?;
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
    judge(&[1, 7, 8], &expected)?;
    // The second gap is the smaller one, and then comes one of a single event.
    let mut expected = vec![Lost(4)];
    expected.extend((5..=8).map(Event));
    expected.push(Lost(2));
    expected.extend((11..=14).map(Event));
    expected.push(Lost(1));
    expected.extend((16..=19).map(Event));
    judge(&[8, 6, 5], &expected)
}

fn a_gap_before_the_first_line_counts_too() -> Verdict {
    judge(&[10], &[Lost(6), Event(7), Event(8), Event(9), Event(10)])
}

fn what_is_left_when_the_sender_goes_is_written() -> Verdict {
    let kept = keep(4, async |sender| {
        (1..=4).for_each(|n| drop(sender.send(n)));
    })?;
    compare(4, &kept, &[1, 2, 3, 4].map(Event))?;
    // The same with a gap.
    let mut expected = vec![Event(1), Lost(5)];
    expected.extend((7..=10).map(Event));
    let kept = keep(10, async |sender| {
        let _ = sender.send(1);
        sleep(Duration::from_millis(5)).await;
        (2..=10).for_each(|n| drop(sender.send(n)));
    })?;
    compare(10, &kept, &expected)
}

fn what_was_sent_before_the_log_began_is_written() -> Verdict {
    for (sent, expected) in [
        (0, vec![]),
        (3, vec![Event(1), Event(2), Event(3)]),
        (6, vec![Lost(2), Event(3), Event(4), Event(5), Event(6)]),
    ] {
        let disk = Disk::default();
        let run = virtual_time(|| async {
            let (sender, events) = broadcast::channel(4);
            (1..=sent).for_each(|n| drop(sender.send(n)));
            drop(sender);
            exercise::keep(events, |line| disk.write(line)).await
        });
        let (lost, _) = done(run, sent)?;
        let kept = Kept { lost, written: disk.0.take().written, too_early: false };
        compare(sent, &kept, &expected)?;
    }
    Ok(())
}

/// One sender goes, another stays and is silent for half an hour.
fn the_log_ends_with_the_last_sender() -> Verdict {
    let kept = keep(3, async |sender| {
        let other = sender.clone();
        let _ = sender.send(1);
        drop(sender);
        sleep(Duration::from_secs(1800)).await;
        let _ = other.send(2);
        let _ = other.send(3);
        sleep(Duration::from_secs(600)).await;
    })?;
    compare(3, &kept, &[Event(1), Event(2), Event(3)])
}

/// Events come faster than lines are written, so there are many gaps, and which events are lost
/// is up to the answer. All the same, each of them is either an event or in a gap.
fn on_a_busy_day_every_event_is_accounted_for() -> Verdict {
    const SENT: u32 = 400;
    let kept = keep(SENT, async |sender| {
        for n in 1..=SENT {
            let _ = sender.send(n);
            // Now and then a few at once, and now and then a pause.
            let pause = if n % 50 == 0 { 100 } else { u64::from(n * n % 4) };
            if pause > 0 {
                sleep(Duration::from_millis(pause)).await;
            }
        }
    })?;
    let (mut at, mut sum) = (0, 0);
    for (index, line) in kept.written.iter().enumerate() {
        match line {
            Event(n) if u64::from(*n) == at + 1 => at += 1,
            Event(n) => {
                let start = index.saturating_sub(2);
                let around = &kept.written[start..=index];
                return Err(Finding::mistake("gap-misread").saw(format!(
                    "{SENT} events were sent, many of them in a hurry; the lines up to here are \
                     about {at} of them, and the next is event {n}: … {around:?}"
                )));
            }
            Lost(n) => (at, sum) = (at + n, sum + n),
        }
    }
    if at < u64::from(SENT) {
        return Err(Finding::mistake("closed-is-not-empty").saw(format!(
            "{SENT} events were sent, and the lines of the log are about the first {at} of them"
        )));
    }
    if kept.lost != sum {
        return Err(Finding::unnamed("The number of lost events is wrong").saw(format!(
            "{SENT} events were sent; the gaps in the log add up to {sum}, and `keep` returned {}",
            kept.lost
        )));
    }
    Ok(())
}

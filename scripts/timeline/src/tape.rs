//! Where each event stands along a picture.

use std::ops::Range;
use std::time::Duration;

use crate::record::{Kind, Timeline, time};

/// The events in a row, measured in cells. A cell is a character in a terminal.
pub(crate) struct Tape {
    /// The place of each event, and the end of the tape for the one after the last.
    pub x: Vec<usize>,
    /// Stretches in which no time passes, or next to none, in order.
    pub bands: Vec<Band>,
    /// Whether distances are proportional to time.
    pub to_scale: bool,
}

/// A stretch of the tape with a time.
pub(crate) struct Band {
    pub cells: Range<usize>,
    pub label: String,
}

/// How many cells stand for the time that passes between two bands.
const GAP: usize = 3;

impl Tape {
    /// Each event gets a width of its own, so that what happens at one instant has an order to
    /// be seen.
    pub fn of_steps(timeline: &Timeline, blocked: Duration) -> Tape {
        let events = &timeline.events;
        let jump = if timeline.is_virtual() {
            Duration::from_nanos(1)
        } else {
            timeline.elapsed() / 40
        };
        let held = timeline.blocked(blocked);
        let mut x = Vec::with_capacity(events.len() + 1);
        let mut bands: Vec<Band> = Vec::new();
        let mut here = 0;
        for (index, event) in events.iter().enumerate() {
            let passed = index.checked_sub(1).map(|before| event.at - events[before].at);
            if passed.is_none_or(|passed| !passed.is_zero() && passed >= jump) {
                let label = time(event.at);
                if let (Some(band), Some(passed)) = (bands.last_mut(), passed) {
                    // Room for the label, then for the time that passes.
                    here = here.max(band.cells.start + band.label.chars().count() + 2);
                    band.cells.end = here;
                    let held_here = held.iter().any(|poll| {
                        (poll.first_event..poll.last_event).contains(&(index - 1))
                    });
                    here += match held_here {
                        true => GAP.max(time(passed).chars().count() + 7),
                        false => GAP,
                    };
                }
                bands.push(Band { cells: here..here, label });
            }
            x.push(here);
            here += match &event.kind {
                Kind::PollStart { .. } => 2,
                Kind::Dropped { early, .. } => 2 * usize::from(*early),
                Kind::Created { .. }
                | Kind::PollEnd { .. }
                | Kind::Wake { .. }
                | Kind::Note { .. }
                | Kind::SpanStart { .. }
                | Kind::SpanEnd { .. } => 1,
            };
        }
        if let Some(band) = bands.last_mut() {
            here = here.max(band.cells.start + band.label.chars().count() + 2);
            band.cells.end = here;
        }
        x.push(here);
        Tape { x, bands, to_scale: false }
    }

    /// Proportional to time, `width` cells in all.
    pub fn of_time(timeline: &Timeline, width: usize) -> Tape {
        let total = timeline.elapsed().as_secs_f64().max(f64::MIN_POSITIVE);
        // The last event has a cell, too.
        let place = |at: Duration| {
            (at.as_secs_f64() / total * width.saturating_sub(1) as f64) as usize
        };
        let mut x: Vec<usize> =
            timeline.events.iter().map(|event| place(event.at)).collect();
        x.push(width);
        let step = tick(timeline.elapsed(), width / 90 + 2);
        let mut bands = Vec::new();
        let mut at = Duration::ZERO;
        while at < timeline.elapsed() {
            bands.push(Band { cells: place(at)..place(at + step), label: time(at) });
            at += step;
        }
        if let Some(last) = bands.last_mut() {
            last.cells.end = width;
        }
        Tape { x, bands, to_scale: true }
    }

    /// The whole length.
    pub fn len(&self) -> usize {
        self.x.last().copied().unwrap_or(0)
    }

    /// Pieces of at most `width` cells and of about the same length, broken where time passes
    /// if there is such a place near.
    pub fn pieces(&self, width: usize) -> Vec<Range<usize>> {
        let width = width.max(1);
        let mut pieces = Vec::new();
        let mut start = 0;
        while self.len() - start > width {
            let rest = self.len() - start;
            let ideal = start + rest / rest.div_ceil(width);
            let fits = start + width / 2..=start + width;
            let nearest = |places: &mut dyn Iterator<Item = usize>| {
                places.filter(|x| fits.contains(x)).min_by_key(|x| x.abs_diff(ideal))
            };
            let at_band = nearest(&mut self.bands.iter().map(|band| band.cells.start));
            let at_event = || nearest(&mut self.x.iter().copied());
            let end = at_band.or_else(at_event).unwrap_or(start + width);
            pieces.push(start..end);
            start = end;
        }
        pieces.push(start..self.len());
        pieces
    }
}

/// A round time that divides `total` into at most `parts`.
fn tick(total: Duration, parts: usize) -> Duration {
    let mut step = Duration::from_micros(1);
    for factor in [2, 5, 10].iter().cycle() {
        if step * parts as u32 >= total {
            break;
        }
        step = match factor {
            2 => step * 2,
            5 => step / 2 * 5,
            _ => step * 2,
        };
    }
    step
}

/// The part of `cells` that lies in `piece`, from the piece's beginning.
pub(crate) fn clip(cells: &Range<usize>, piece: &Range<usize>) -> Option<Range<usize>> {
    let (start, end) = (cells.start.max(piece.start), cells.end.min(piece.end));
    (start < end).then(|| start - piece.start..end - piece.start)
}

/// Puts stretches into as few rows as do not overlap, each into the first that has room.
#[derive(Default)]
pub(crate) struct Rows {
    ends: Vec<usize>,
}

impl Rows {
    pub fn place(&mut self, cells: &Range<usize>) -> usize {
        let row = self.ends.iter().position(|end| *end <= cells.start);
        let row = row.unwrap_or_else(|| {
            self.ends.push(0);
            self.ends.len() - 1
        });
        self.ends[row] = cells.end + 1;
        row
    }

    pub fn count(&self) -> usize {
        self.ends.len()
    }
}

//! The record as a picture for pages.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;
use std::time::Duration;

use crate::BLOCKED;
use crate::record::{
    Doing, End, Event, Kind, Lane, Outcome, Poll, Stretch, TaskKind, Timeline, time,
};
use crate::tape::{Rows, Tape, clip};
use crate::terminal::{LONGEST_NAME, MOST_EVENTS, MOST_TASKS};

/// How a picture is drawn.
#[derive(Clone, Debug)]
pub struct Options {
    /// Stands above the picture and is its name for screen readers. Say what to see: "`join!`
    /// polls three futures in one task".
    pub title: String,
    /// What gets a row.
    pub view: View,
    /// What a distance means.
    pub axis: Axis,
    /// A poll that holds its worker for at least this long, on Tokio's clock, is drawn as
    /// blocking it. 10 ms by default, more than a busy machine takes from an innocent poll; for
    /// a server 100 µs is long.
    pub blocked: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            title: "What the tasks did".into(),
            view: View::Auto,
            axis: Axis::Auto,
            blocked: BLOCKED,
        }
    }
}

/// What gets a row in a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// [`Tasks`](View::Tasks) if all polls were on one thread, else [`Both`](View::Both).
    #[default]
    Auto,
    /// Each future: shows who waits for whom.
    Tasks,
    /// Each thread: shows what runs at the same time, and what is in the way.
    Threads,
    /// Futures above, threads below.
    Both,
}

/// What a distance means in a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// [`Steps`](Axis::Steps) if the clock was paused, or if most bars would be too near each
    /// other to be told apart; else [`Time`](Axis::Time).
    #[default]
    Auto,
    /// Each event has a width of its own, and the time that passes between events is a gap:
    /// shows the order.
    Steps,
    /// Proportional to time: shows durations.
    Time,
}

/// In pixels, as all lengths here.
const WIDE: usize = 720;
/// The page of a phone, without its margins.
const NARROW: usize = 356;
/// The height of a bar.
const BAR: usize = 18;
/// How wide a cell of the tape may be: the widest of these that needs no second line, or the
/// second least.
const CELLS: [usize; 5] = [10, 9, 8, 7, 6];
/// The height of a line of text.
const LINE: usize = 15;

/// Told apart by people with any kind of color vision, with black letters on them, on white and
/// on black.
const COLORS: [&str; 8] = [
    "#77aadd", "#ee8866", "#eedd88", "#ffaabb", "#44bb99", "#99ddff", "#bbcc33",
    "#dddddd",
];

const STYLE: &str = "\
.tl{display:block;width:100%;max-width:720px;height:auto;margin:1em auto;font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;--tl-alarm:#b3261e;--tl-paper:var(--bg,#fff)}\
.tl text{fill:currentColor}\
.tl .tl-head{font-weight:600;font-size:13px}\
.tl .tl-name{paint-order:stroke;stroke:var(--tl-paper);stroke-width:3px;stroke-linejoin:round}\
.tl .tl-soft{opacity:.8}\
.tl .tl-on{fill:#111;text-anchor:middle;font-size:11px}\
.tl .tl-alarm{fill:var(--tl-alarm);font-weight:600}\
.tl .tl-bar{stroke:currentColor;stroke-width:1}\
.tl .tl-band{fill:currentColor;opacity:.07}\
.tl .tl-tick{stroke:currentColor;opacity:.2}\
.tl .tl-wait{stroke:currentColor;stroke-width:1.5;opacity:.65}\
.tl .tl-none{stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-dasharray:.1 5;opacity:.8}\
.tl .tl-ready{stroke:currentColor;stroke-width:1}\
.tl .tl-wake{stroke:currentColor;stroke-width:1.25;fill:none}\
.tl .tl-tip{fill:currentColor;stroke:none}\
.tl .tl-mark{stroke:currentColor;stroke-width:2.25;fill:none;stroke-linecap:round}\
.tl .tl-bad{stroke:var(--tl-alarm)}\
.tl .tl-hold{stroke:var(--tl-alarm);stroke-width:1.5;stroke-dasharray:4 3}\
.tl .tl-held{stroke:var(--tl-alarm);stroke-width:3}\
.tl .tl-span{stroke:currentColor;stroke-width:3}\
.tl .tl-stripe{stroke:currentColor;stroke-width:1.5}\
.tl .tl-red{stroke:var(--tl-alarm);stroke-width:1.5;opacity:.35}\
.coal .tl,.navy .tl,.ayu .tl{--tl-alarm:#ff8a80}\
svg.tl:root{color:#1b1b1b;background:#fff;margin:0 auto}\
@media(prefers-color-scheme:dark){svg.tl:root{color:#e6e6e6;background:#16181d;--tl-paper:#16181d;--tl-alarm:#ff8a80}html:not(.js) .tl{--tl-alarm:#ff8a80}}\
@media(max-width:700px){.tl:not(:root){max-width:480px;aspect-ratio:var(--tl-narrow)}.tl:not(:root) .tl-w{display:none}.tl:not(:root) .tl-n{display:inline}}";

impl Timeline {
    /// A picture: one self-contained `<svg>` element, a tag a line and without blank lines, so
    /// that a Markdown page can include it inline.
    ///
    /// It is drawn twice, for pages and for phones, and inside a page it shows the one that
    /// fits. Alone, in an `<img>`, and in programs that know no style sheets it shows the wide
    /// one. Light and dark follow the page (`currentColor` and the class names of mdBook's
    /// themes), or the reader's system where the file stands alone. Screen readers get the
    /// title, and the record in sentences. At most the first 600 events are drawn, and
    /// rows for the first 30 tasks.
    pub fn to_svg(&self, options: &Options) -> String {
        let (head, cut) = self.head(MOST_EVENTS);
        let axis = match options.axis {
            Axis::Auto if self.is_virtual() || head.is_crowded() && !cut => Axis::Steps,
            Axis::Auto => Axis::Time,
            axis => axis,
        };
        let polled: BTreeSet<usize> = head.polls().iter().map(|poll| poll.lane).collect();
        let view = match options.view {
            View::Auto if polled.len() > 1 => View::Both,
            View::Auto => View::Tasks,
            view => view,
        };
        let mut words = vec![self.in_a_sentence()];
        words.extend(
            (0..self.tasks.len().min(30)).map(|task| self.task_in_a_sentence(task)),
        );
        words.extend(self.blocked_in_words(options.blocked));
        let mut notes = self.not_shown(head.events.len());
        if let Some(left_out) = self.left_out.in_words() {
            notes.push(format!("Left out because the record was full: {left_out}."));
        }
        words.extend(notes.clone());
        let words = words.join(" ");
        let id = format!(
            "tl{:08x}",
            hash(&format!("{}{words}{axis:?}{view:?}", options.title))
        );
        let drawn = |narrow: bool| {
            let mut drawing = Drawing::new(&head, options, axis, view, narrow, &id);
            drawing.picture(&notes);
            drawing
        };
        let (wide, narrow) = (drawn(false), drawn(true));
        let (high, tall) = (wide.y, narrow.y.max(wide.y / 2 + 1));

        let mut svg = String::new();
        let mut line = |text: String| svg.push_str(&(text + "\n"));
        line(format!(
            r#"<svg class="tl" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" preserveAspectRatio="xMinYMin meet" role="img" aria-labelledby="{id}-t" aria-describedby="{id}-d" style="--tl-narrow:{NARROW}/{tall}">"#
        ));
        line(format!(r#"<title id="{id}-t">{}</title>"#, escaped(&options.title)));
        line(format!(r#"<desc id="{id}-d">{}</desc>"#, escaped(&words)));
        line(format!("<style>{STYLE}</style>"));
        line("<defs>".into());
        line(format!(
            r#"<pattern id="{id}-r" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="tl-stripe" x1="1" y1="0" x2="1" y2="5"/></pattern>"#
        ));
        line(format!(
            r#"<pattern id="{id}-b" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><line class="tl-red" x1="1" y1="0" x2="1" y2="7"/></pattern>"#
        ));
        line("</defs>".into());
        line(r#"<g class="tl-w">"#.into());
        line(wide.svg.trim_end().into());
        line("</g>".into());
        let scale = WIDE as f64 / NARROW as f64;
        line(format!(r#"<g class="tl-n" display="none" transform="scale({scale:.4})">"#));
        line(narrow.svg.trim_end().into());
        line("</g>".into());
        line("</svg>".into());
        svg
    }
}

impl Timeline {
    /// Whether most bars could not be told from the one before in a picture drawn to scale.
    fn is_crowded(&self) -> bool {
        let apart = self.elapsed() / (WIDE as u32 / 12);
        let polls = self.polls();
        let near = polls.iter().filter(|poll| {
            let mut before = polls.iter().take_while(|other| other.start <= poll.start);
            before.any(|other| {
                (other.task, other.nth + 1) == (poll.task, poll.nth)
                    && poll.start - other.end < apart
            })
        });
        near.count() * 2 > polls.len()
    }
}

/// What a row of the picture is about.
#[derive(Clone, Copy, PartialEq)]
enum About {
    Task(usize),
    Lane(usize),
}

struct Drawing<'a> {
    timeline: &'a Timeline,
    options: &'a Options,
    view: View,
    narrow: bool,
    id: &'a str,
    width: usize,
    /// Where the tape begins; names stand left of it, or above it where the picture is narrow.
    left: usize,
    unit: usize,
    tape: Tape,
    polls: Vec<Poll>,
    blocked: Vec<Poll>,
    lives: Vec<Vec<Stretch>>,
    used: BTreeSet<Sign>,
    y: usize,
    svg: String,
}

impl<'a> Drawing<'a> {
    fn new(
        timeline: &'a Timeline,
        options: &'a Options,
        axis: Axis,
        view: View,
        narrow: bool,
        id: &'a str,
    ) -> Drawing<'a> {
        let width = if narrow { NARROW } else { WIDE };
        let room = |name: &str| text_width(&shortened(name, LONGEST_NAME));
        let named = timeline.tasks.iter().take(MOST_TASKS);
        let names = named.map(|task| room(&task.name));
        let lanes = (0..timeline.lanes.len()).map(|lane| room(&timeline.lane_name(lane)));
        let longest = match view {
            View::Tasks => names.max(),
            View::Threads => lanes.max(),
            _ => names.chain(lanes).max(),
        };
        let left = match narrow {
            true => 4,
            false => 32 + longest.unwrap_or(0),
        };
        let (unit, tape) = match axis {
            // The marks of ends stand beyond the last moment.
            Axis::Time => (1, Tape::of_time(timeline, width - left - 14)),
            _ => {
                let tape = Tape::of_steps(timeline, options.blocked);
                let fits = |unit: &usize| tape.len() * unit <= width - left - 4;
                (CELLS.into_iter().find(fits).unwrap_or(7), tape)
            }
        };
        Drawing {
            timeline,
            options,
            view,
            narrow,
            id,
            width,
            left,
            unit,
            tape,
            polls: timeline.polls(),
            blocked: timeline.blocked(options.blocked),
            lives: (0..timeline.tasks.len())
                .map(|task| timeline.stretches(task))
                .collect(),
            used: BTreeSet::new(),
            y: 0,
            svg: String::new(),
        }
    }

    fn picture(&mut self, notes: &[String]) {
        self.y = 4;
        self.words(&self.options.title, "tl-head");
        self.y += 4;
        for piece in self.tape.pieces((self.width - self.left - 4) / self.unit) {
            self.piece(&piece);
        }
        self.legend();
        let axis = match (self.tape.to_scale, self.timeline.is_virtual()) {
            (true, _) => "To scale; a bar is never narrower than 3 pixels.",
            (false, true) => {
                "The clock is paused: a shaded band is one instant, and its steps follow from left to right."
            }
            (false, false) => "Not to scale: each step has the same width.",
        };
        self.words(axis, "tl-soft");
        for note in notes {
            self.words(note, "tl-alarm");
        }
        self.y += 4;
    }

    fn rows(&self) -> Vec<About> {
        let tasks = (0..self.timeline.tasks.len().min(MOST_TASKS)).map(About::Task);
        let lanes = (0..self.timeline.lanes.len())
            .map(About::Lane)
            .filter(|lane| self.polls.iter().any(|poll| About::Lane(poll.lane) == *lane));
        match self.view {
            View::Tasks | View::Auto => tasks.collect(),
            View::Threads => lanes.collect(),
            View::Both => tasks.chain(lanes).collect(),
        }
    }

    fn piece(&mut self, piece: &Range<usize>) {
        let top = self.y;
        let mut rows: Vec<(About, usize)> = Vec::new();
        let mut y = top + 20;
        let all = self.rows();
        for (index, about) in all.iter().enumerate() {
            if all.len() > 8 && !self.is_there(*about, piece) {
                continue;
            }
            let first_lane = matches!(about, About::Lane(_))
                && index > 0
                && matches!(all[index - 1], About::Task(_));
            y += if first_lane { 10 } else { 0 };
            y += if self.narrow { LINE + 6 } else { 6 };
            rows.push((*about, y));
            y += BAR;
            if let About::Task(task) = about {
                y += self.remarks(*task, piece, y, false);
            }
            y += if self.narrow { 5 } else { 4 };
        }
        let bottom = y + 2;

        self.bands(piece, top, bottom);
        self.holds(piece, &rows, bottom);
        for (about, y) in &rows {
            match about {
                About::Task(task) => self.task(*task, piece, *y),
                About::Lane(lane) => self.lane(*lane, piece, *y),
            }
        }
        self.wakes(piece, &rows);
        for (about, y) in &rows {
            self.name(*about, *y);
            if let About::Task(task) = about {
                self.remarks(*task, piece, y + BAR, true);
            }
        }
        self.y = bottom + 14;
    }

    /// Whether a row has anything to show in a piece.
    fn is_there(&self, about: About, piece: &Range<usize>) -> bool {
        let x = &self.tape.x;
        let touches =
            |first: usize, last: usize| clip(&(x[first]..x[last] + 1), piece).is_some();
        match about {
            About::Task(task) => self.lives[task]
                .iter()
                .any(|stretch| touches(stretch.first_event, stretch.last_event)),
            About::Lane(lane) => self.polls.iter().any(|poll| {
                poll.lane == lane && touches(poll.first_event, poll.last_event)
            }),
        }
    }

    fn bands(&mut self, piece: &Range<usize>, top: usize, bottom: usize) {
        let mut free = 0;
        for index in 0..self.tape.bands.len() {
            let band = &self.tape.bands[index];
            let Some(cells) = clip(&band.cells, piece) else { continue };
            let (x, width) = self.place(&cells);
            let goes_on = band.cells.start < piece.start;
            let label = match goes_on {
                true if self.tape.to_scale => String::new(),
                true => format!("… {}", band.label),
                false => band.label.clone(),
            };
            if self.tape.to_scale {
                let y = top + 16;
                self.put(format!(r#"<path class="tl-tick" d="M{x} {y}V{bottom}"/>"#));
            } else {
                let (y, height) = (top, bottom - top);
                self.put(format!(
                    r#"<rect class="tl-band" x="{x}" y="{y}" width="{width}" height="{height}" rx="3"/>"#
                ));
            }
            let room = text_width(&label);
            if x >= free && x + room <= self.width {
                self.text(x + 3, top + 13, "", &label);
                free = x + room + 6;
            }
        }
    }

    /// Where a poll keeps all others waiting: across all rows.
    fn holds(&mut self, piece: &Range<usize>, rows: &[(About, usize)], bottom: usize) {
        let lanes = &self.timeline.lanes;
        let others = lanes.iter().enumerate().any(|(index, lane)| {
            lane.is_worker() && index > 0
                || matches!(lane, Lane::Thread { .. })
                    && self.polls.iter().any(|poll| poll.lane == index)
        });
        let Some((_, first)) = rows.first() else { return };
        for poll in self.blocked.clone() {
            let Some(cells) = clip(&self.cells(&poll), piece) else { continue };
            let (x, width) = self.place(&cells);
            let worker = self.timeline.lane_name(poll.lane);
            let (y, height, what) = match others {
                false => {
                    let y = first - 3;
                    (y, bottom - y, "no other task can be polled")
                }
                true => {
                    let row =
                        rows.iter().find(|(about, _)| *about == About::Lane(poll.lane));
                    let Some((_, y)) = row else { continue };
                    (y - 3, BAR + 6, "no other task can be polled on it")
                }
            };
            self.used.insert(Sign::Blocked);
            let title = format!(
                "{} holds {worker} for {}: {what}",
                self.timeline.tasks[poll.task].name,
                time(poll.duration())
            );
            self.put(format!(
                r#"<rect class="tl-hold" x="{x}" y="{y}" width="{width}" height="{height}" fill="url(#{}-b)"><title>{}</title></rect>"#,
                self.id,
                escaped(&title)
            ));
        }
    }

    fn name(&mut self, about: About, y: usize) {
        let both = self.view == View::Both || self.view == View::Threads;
        let (name, key) = match about {
            About::Task(task) => {
                let key = if both { self.timeline.key(task) } else { String::new() };
                (self.timeline.tasks[task].name.clone(), Some((task, key)))
            }
            About::Lane(lane) => (self.timeline.lane_name(lane), None),
        };
        let (x, base) = if self.narrow { (self.left, y - 9) } else { (2, y + 13) };
        let mut left = x;
        if let Some((task, key)) = key {
            let color = COLORS[task % COLORS.len()];
            let side = if key.is_empty() { 10 } else { 15 };
            let top = base - if key.is_empty() { 9 } else { 12 };
            let wide = side + 5 * key.chars().count().saturating_sub(1);
            self.put(format!(
                r#"<rect class="tl-bar" x="{left}" y="{top}" width="{wide}" height="{side}" rx="2" fill="{color}"/>"#
            ));
            self.text(left + wide / 2, base, "tl-on", &key);
            left += wide + 5;
        }
        let most = match self.narrow {
            true => 40,
            false => LONGEST_NAME,
        };
        let class = if self.narrow { "tl-name" } else { "" };
        self.text(left, base, class, &shortened(&name, most));
    }

    fn task(&mut self, task: usize, piece: &Range<usize>, y: usize) {
        let middle = y + BAR / 2;
        let name = &self.timeline.tasks[task].name;
        for stretch in self.lives[task].clone() {
            let (first, last) = (stretch.first_event, stretch.last_event);
            let whole = self.tape.x[first]..self.tape.x[last];
            let from = time(self.timeline.time(first));
            let until = match last < self.timeline.events.len() {
                true => time(self.timeline.time(last)),
                false => "the end of the record".into(),
            };
            let when = match from == until {
                true => format!("at {from}"),
                false => format!("from {from} to {until}"),
            };
            if let Doing::Polled(poll) = stretch.doing {
                let poll = self.polls[poll].clone();
                let label = match self.timeline.tasks[task].kind {
                    TaskKind::Blocking => "runs".into(),
                    _ => poll.nth.to_string(),
                };
                self.bar(&poll, piece, y, 0, &label);
                continue;
            }
            let Some(cells) = clip(&whole, piece) else { continue };
            let (x, width) = self.place(&cells);
            let (sign, shape, title) = match stretch.doing {
                Doing::Unpolled => (
                    Sign::Unpolled,
                    format!(
                        r#"<path class="tl-none" d="M{} {middle}h{}">"#,
                        x + 2,
                        width.max(3) - 2
                    ),
                    format!("{name} is there {when}, and nobody polls it"),
                ),
                Doing::Ready => (
                    Sign::Ready,
                    format!(
                        r#"<rect class="tl-ready" x="{x}" y="{}" width="{width}" height="10" fill="url(#{}-r)">"#,
                        middle - 5,
                        self.id
                    ),
                    format!("{name} is ready {when}, and waits for its turn"),
                ),
                _ => (
                    Sign::Waiting,
                    format!(r#"<path class="tl-wait" d="M{x} {middle}h{width}">"#),
                    format!("{name} waits to be woken {when}"),
                ),
            };
            self.used.insert(sign);
            let close = if shape.starts_with("<rect") { "</rect>" } else { "</path>" };
            self.put(format!("{shape}<title>{}</title>{close}", escaped(&title)));
        }
        for (index, event) in self.timeline.events.iter().enumerate() {
            self.end(task, index, event, piece, middle);
        }
    }

    /// How a task ends.
    fn end(
        &mut self,
        task: usize,
        index: usize,
        event: &Event,
        piece: &Range<usize>,
        middle: usize,
    ) {
        let (end, by) = match event.kind {
            Kind::PollEnd { task: of, outcome: Outcome::Ready, .. } if of == task => {
                (End::Finished, None)
            }
            Kind::PollEnd { task: of, outcome: Outcome::Panicked, .. } if of == task => {
                (End::Panicked, None)
            }
            Kind::Dropped { task: of, early: true, by } if of == task => {
                (End::Dropped, by)
            }
            _ => return,
        };
        let cell = self.tape.x[index];
        let Some(cells) = clip(&(cell..cell + 1), piece) else { return };
        let x = self.place(&cells).0 + 3;
        let name = &self.timeline.tasks[task].name;
        let at = time(event.at);
        let (sign, shape, title) = match end {
            End::Finished => {
                (Sign::Finished, check(x, middle), format!("{name} finished at {at}"))
            }
            End::Panicked => {
                (Sign::Panicked, bang(x + 1, middle), format!("{name} panicked at {at}"))
            }
            End::Dropped => {
                let by = by.map(|by| format!(" by {}", self.timeline.tasks[by].name));
                let by = by.unwrap_or_default();
                (
                    Sign::Dropped,
                    cross(x + 1, middle),
                    format!("{name} was dropped{by} at {at}, before its end"),
                )
            }
        };
        self.used.insert(sign);
        self.put(format!("<g>{shape}<title>{}</title></g>", escaped(&title)));
    }

    fn lane(&mut self, lane: usize, piece: &Range<usize>, y: usize) {
        let (x, width) = self.place(&(0..piece.len()));
        let middle = y + BAR / 2;
        self.put(format!(r#"<path class="tl-tick" d="M{x} {middle}h{width}"/>"#));
        for poll in self.polls.clone() {
            if poll.lane == lane {
                let around = |other: &&Poll| {
                    other.lane == lane
                        && other.first_event < poll.first_event
                        && other.last_event > poll.first_event
                };
                let depth = self.polls.iter().filter(around).count();
                let key = self.timeline.key(poll.task);
                self.bar(&poll, piece, y, depth.min(3), &key);
            }
        }
    }

    fn bar(
        &mut self,
        poll: &Poll,
        piece: &Range<usize>,
        y: usize,
        depth: usize,
        label: &str,
    ) {
        let Some(cells) = clip(&self.cells(poll), piece) else { return };
        let (x, width) = self.place(&cells);
        let width = width.max(3);
        let is_blocked = self.blocked.contains(poll);
        let color = COLORS[poll.task % COLORS.len()];
        let (top, height) = (y + 2 * depth, BAR - 4 * depth);
        let class = if is_blocked { "tl-bar tl-held" } else { "tl-bar" };
        let task = &self.timeline.tasks[poll.task];
        let how = match poll.outcome {
            Some(Outcome::Pending) => ", then pending",
            Some(Outcome::Ready) => ", then finished",
            Some(Outcome::Panicked) => ", panicked",
            None => ", still going on",
        };
        let what = match task.kind {
            TaskKind::Blocking => format!("{} runs", task.name),
            _ => format!("{}: poll {}", task.name, poll.nth),
        };
        let title = format!(
            "{what} on {}, at {} for {}{how}",
            self.timeline.lane_name(poll.lane),
            time(poll.start),
            time(poll.duration()),
        );
        self.used.insert(Sign::Polled);
        self.put(format!(
            r#"<rect class="{class}" x="{x}" y="{top}" width="{width}" height="{height}" rx="2" fill="{color}"><title>{}</title></rect>"#,
            escaped(&title)
        ));
        let starts_here = self.cells(poll).start >= piece.start;
        let long = time(poll.duration());
        let words = [
            format!("{label}: blocks for {long}"),
            format!("blocks for {long}"),
            label.to_owned(),
        ];
        let fits = |words: &&String| text_width(words) <= width;
        let words = words.iter().skip(if is_blocked { 0 } else { 2 }).find(fits);
        // A bar around others has its label in its first cells.
        let inner = self.polls.iter().find(|inner| {
            inner.lane == poll.lane
                && inner.first_event > poll.first_event
                && inner.last_event < poll.last_event
        });
        let own = match inner {
            Some(inner) if label.starts_with(|key: char| key.is_ascii_uppercase()) => {
                let until = clip(
                    &(self.cells(poll).start..self.tape.x[inner.first_event]),
                    piece,
                );
                until.map_or(0, |cells| self.place(&cells).1)
            }
            _ => width,
        };
        if let Some(words) = words
            && (starts_here || is_blocked)
            && text_width(words) <= own
        {
            self.text(x + own / 2, y + 13, "tl-on", words);
        }
    }

    /// Notes and spans below a task's row; returns how much room they take.
    fn remarks(
        &mut self,
        task: usize,
        piece: &Range<usize>,
        y: usize,
        draw: bool,
    ) -> usize {
        let mut lines = Rows::default();
        let remarks = self.timeline.remarks(task);
        let high = if remarks.iter().any(|remark| remark.is_span) { 21 } else { 14 };
        for remark in remarks {
            let first = self.tape.x[remark.first_event];
            let last = self.tape.x[remark.last_event].max(first + 1);
            let Some(cells) = clip(&(first..last), piece) else { continue };
            let (x, width) = self.place(&cells);
            let room = text_width(remark.text);
            let mut text = if remark.is_span { x } else { x + 10 };
            text = text.min(self.width.saturating_sub(room));
            let taken = x.min(text)..(x + width).max(text + room);
            let top = y + lines.place(&taken) * high;
            if !draw {
                continue;
            }
            if remark.is_span {
                let line = top + 3;
                self.put(format!(
                    r#"<path class="tl-span" d="M{x} {line}h{width}"><title>{}</title></path>"#,
                    escaped(remark.text)
                ));
            } else {
                let (x, line) = (x + 3, top + 1);
                self.put(format!(r#"<path class="tl-wake" d="M{x} {line}v8h4"/>"#));
            }
            let base = top + if remark.is_span { 17 } else { 13 };
            self.text(text, base, "tl-name", remark.text);
        }
        lines.count() * high
    }

    /// Arrows from who wakes to who is woken.
    fn wakes(&mut self, piece: &Range<usize>, rows: &[(About, usize)]) {
        let row =
            |task: usize| rows.iter().find(|(about, _)| *about == About::Task(task));
        for (index, event) in self.timeline.events.iter().enumerate() {
            let Kind::Wake { task, by, lane } = event.kind else { continue };
            let cell = self.tape.x[index];
            let Some(cells) = clip(&(cell..cell + 1), piece) else { continue };
            let Some((_, to)) = row(task) else { continue };
            let x = self.place(&cells).0 + if self.tape.to_scale { 0 } else { 3 };
            let name = &self.timeline.tasks[task].name;
            let by_whom = self.timeline.waker(by, lane, None);
            let title = format!("{name} is woken by {by_whom} at {}", time(event.at));
            let from = by.filter(|by| *by != task).and_then(row);
            let shape = match from {
                Some((_, from)) if from < to => {
                    let (from, tip) = (from + BAR, to - 1);
                    arrow(x, from, tip)
                }
                Some((_, from)) => arrow(x, from - 1, to + BAR + 1),
                None => format!(
                    r#"<circle class="tl-tip" cx="{x}" cy="{}" r="2.5"/>{}"#,
                    to - 5,
                    arrow(x, to - 5, to + 4)
                ),
            };
            match (from, by) {
                (Some(_), _) => _ = self.used.insert(Sign::Wake),
                // By a task without a row: the title says which.
                (None, Some(by)) if by >= MOST_TASKS => {}
                (None, _) => _ = self.used.insert(Sign::Outside),
            }
            self.put(format!("<g>{shape}<title>{}</title></g>", escaped(&title)));
        }
    }

    fn legend(&mut self) {
        let mut x = 2;
        self.y += 2;
        for sign in self.used.clone() {
            let words = sign.words();
            let width = 26 + text_width(words) + 14;
            if x > 2 && x + width > self.width {
                x = 2;
                self.y += 19;
            }
            let (y, middle) = (self.y, self.y + 8);
            let shape = match sign {
                Sign::Polled => format!(
                    r#"<rect class="tl-bar" x="{x}" y="{y}" width="20" height="16" rx="2" fill="{}"/>"#,
                    COLORS[0]
                ),
                Sign::Blocked => format!(
                    r#"<rect class="tl-hold" x="{x}" y="{y}" width="20" height="16" fill="url(#{}-b)"/>"#,
                    self.id
                ),
                Sign::Ready => format!(
                    r#"<rect class="tl-ready" x="{x}" y="{}" width="20" height="10" fill="url(#{}-r)"/>"#,
                    y + 3,
                    self.id
                ),
                Sign::Waiting => {
                    format!(r#"<path class="tl-wait" d="M{x} {middle}h20"/>"#)
                }
                Sign::Unpolled => {
                    format!(r#"<path class="tl-none" d="M{} {middle}h18"/>"#, x + 2)
                }
                Sign::Wake => arrow(x + 10, y, y + 15),
                Sign::Outside => format!(
                    r#"<circle class="tl-tip" cx="{}" cy="{}" r="2.5"/>{}"#,
                    x + 10,
                    y + 3,
                    arrow(x + 10, y + 3, y + 13)
                ),
                Sign::Finished => check(x + 8, middle),
                Sign::Panicked => bang(x + 10, middle),
                Sign::Dropped => cross(x + 10, middle),
            };
            self.put(shape);
            self.text(x + 26, y + 12, "", words);
            x += width;
        }
        self.y += 24;
    }

    fn cells(&self, poll: &Poll) -> Range<usize> {
        let start = self.tape.x[poll.first_event];
        start..self.tape.x[poll.last_event].max(start + 1)
    }

    /// From where, and how wide.
    fn place(&self, cells: &Range<usize>) -> (usize, usize) {
        (self.left + cells.start * self.unit, cells.len() * self.unit)
    }

    fn put(&mut self, shape: String) {
        self.svg += &shape;
        self.svg.push('\n');
    }

    fn text(&mut self, x: usize, y: usize, class: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let class = match class {
            "" => String::new(),
            class => format!(r#" class="{class}""#),
        };
        self.put(format!(r#"<text{class} x="{x}" y="{y}">{}</text>"#, escaped(text)));
    }

    /// A paragraph as wide as the picture.
    fn words(&mut self, text: &str, class: &str) {
        let mut line = String::new();
        let mut lines = Vec::new();
        for word in text.split_whitespace() {
            let wider = if class == "tl-head" { 125 } else { 100 };
            let width = text_width(&format!("{line} {word}")) * wider / 100;
            if !line.is_empty() && width > self.width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line += word;
        }
        lines.push(line);
        for line in lines {
            self.text(2, self.y + 12, class, &line);
            self.y += LINE + 1;
        }
    }
}

/// What the legend explains, in its order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Polled,
    Blocked,
    Ready,
    Waiting,
    Unpolled,
    Wake,
    Outside,
    Finished,
    Panicked,
    Dropped,
}

impl Sign {
    fn words(self) -> &'static str {
        match self {
            Sign::Polled => "polled",
            Sign::Blocked => "blocks its worker: nobody else has a turn",
            Sign::Ready => "ready, waits for its turn",
            Sign::Waiting => "waits to be woken",
            Sign::Unpolled => "not polled yet",
            Sign::Wake => "wakes",
            Sign::Outside => "woken by the runtime: a timer, a socket…",
            Sign::Finished => "finished",
            Sign::Panicked => "panicked",
            Sign::Dropped => "dropped before its end",
        }
    }
}

fn arrow(x: usize, from: usize, to: usize) -> String {
    let (tip, back) = if from < to { (to, to - 5) } else { (to, to + 5) };
    format!(
        r#"<path class="tl-wake" d="M{x} {from}V{back}"/><path class="tl-tip" d="M{x} {tip}L{} {back}H{}Z"/>"#,
        x.saturating_sub(3),
        x + 3
    )
}

fn check(x: usize, y: usize) -> String {
    format!(r#"<path class="tl-mark" d="M{x} {y}l3 4 5 -9"/>"#)
}

fn cross(x: usize, y: usize) -> String {
    let (left, top) = (x.saturating_sub(4), y - 4);
    format!(
        r#"<path class="tl-mark tl-bad" d="M{left} {top}l8 8M{left} {}l8 -8"/>"#,
        top + 8
    )
}

fn bang(x: usize, y: usize) -> String {
    format!(r#"<path class="tl-mark tl-bad" d="M{x} {}v6M{x} {}v.1"/>"#, y - 6, y + 5)
}

/// How wide a text is at 12 px in most fonts, or a little less.
fn text_width(text: &str) -> usize {
    let tenths = text.chars().map(|letter| match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '!' | '\'' | '|' | ' ' => 36,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '"' => 46,
        'm' | 'w' | 'M' | 'W' | '…' | '@' | '%' => 110,
        'A'..='Z' | '_' => 82,
        _ => 73,
    });
    tenths.sum::<usize>().div_ceil(10) + 2
}

fn shortened(name: &str, most: usize) -> String {
    match name.chars().count() > most {
        true => name.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

/// Text for XML that neither Markdown nor mdBook takes for their own.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '{' | '}' => _ = write!(safe, "&#{};", u32::from(letter)),
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

/// FNV-1a: names a picture's parts, so that several can stand on one page.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

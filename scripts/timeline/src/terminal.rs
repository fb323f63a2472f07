//! The record as rows of plain characters.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use crate::BLOCKED;
use crate::record::{Doing, Kind, Outcome, Timeline, thousands};
use crate::tape::{Rows, Tape, clip};

/// How many events a picture shows at most.
pub(crate) const MOST_EVENTS: usize = 600;

/// How many tasks have a row of their own in a picture at most.
pub(crate) const MOST_TASKS: usize = 30;

/// No row of a picture begins a new piece below this line.
const LONGEST: usize = 60;

/// Names longer than this are cut.
pub(crate) const LONGEST_NAME: usize = 30;

/// The ANSI colors of tasks, in turn.
const COLORS: [u8; 6] = [36, 33, 32, 35, 34, 31];

impl Timeline {
    /// A picture in plain ASCII for a terminal of `width` characters, folded where it is
    /// longer. At least 40 characters are used. At most the first 600 events are shown, or as
    /// many as fit in about 60 lines, and the first 30 tasks.
    ///
    /// With `color` each task has an ANSI color; nothing is told by color alone.
    pub fn to_terminal(&self, width: usize, color: bool) -> String {
        let (head, _) = self.head(MOST_EVENTS);
        let mut picture = Picture::new(&head, width.max(40), color);
        let mut end = 0;
        for piece in picture.tape.pieces(picture.width) {
            if picture.text.lines().count() >= LONGEST {
                break;
            }
            picture.piece(&piece);
            end = piece.end;
        }
        picture.legend();
        let places = &picture.tape.x[..head.events.len()];
        let shown = match end == picture.tape.len() {
            true => places.len(),
            false => places.partition_point(|x| *x < end),
        };
        let mut text = picture.text;
        for note in self.not_shown(shown) {
            _ = writeln!(text, "{note}");
        }
        if let Some(left_out) = self.left_out.in_words() {
            _ = writeln!(text, "Left out because the record was full: {left_out}.");
        }
        text
    }
}

impl Timeline {
    /// What a picture of the first `shown` events leaves out, a sentence each.
    pub(crate) fn not_shown(&self, shown: usize) -> Vec<String> {
        let mut notes = Vec::new();
        let rest = self.events.len().saturating_sub(shown);
        if rest > 0 {
            notes
                .push(format!("The picture ends here; {rest} more events are recorded."));
        }
        match self.tasks.len().saturating_sub(MOST_TASKS) as u64 {
            0 => {}
            1 => notes.push("1 more task has no row.".into()),
            others => {
                notes.push(format!("{} more tasks have no row.", thousands(others)))
            }
        }
        notes
    }
}

const LEGEND: [(char, &str); 8] = [
    ('#', "# polled"),
    ('B', "B polled, and blocks its thread"),
    ('~', "~ ready, waits for its turn"),
    ('-', "- waits to be woken"),
    ('.', ". not polled yet"),
    ('|', "| finished"),
    ('X', "X dropped before its end"),
    ('!', "! panicked"),
];

struct Picture<'a> {
    timeline: &'a Timeline,
    tape: Tape,
    /// Of the part beside the names.
    width: usize,
    names: usize,
    color: bool,
    /// What the legend has to explain.
    used: BTreeSet<char>,
    text: String,
}

impl<'a> Picture<'a> {
    fn new(timeline: &'a Timeline, width: usize, color: bool) -> Picture<'a> {
        let named = timeline.tasks.iter().take(MOST_TASKS);
        let names = named.map(|task| task.name.chars().count()).max();
        let names = names.unwrap_or(0).min(LONGEST_NAME).min(width / 3);
        let tape = Tape::of_steps(timeline, BLOCKED);
        let width = width - names - 2;
        let (used, text) = (BTreeSet::new(), String::new());
        Picture { timeline, tape, width, names, color, used, text }
    }

    fn piece(&mut self, piece: &Range<usize>) {
        let mut times = vec![' '; piece.len()];
        for band in &self.tape.bands {
            if piece.contains(&band.cells.start) {
                write_at(&mut times, band.cells.start - piece.start, &band.label);
            }
        }
        self.row("", &times, None);
        for task in 0..self.timeline.tasks.len().min(MOST_TASKS) {
            let (marks, notes) = self.task(task, piece);
            if marks.iter().any(|mark| *mark != ' ') || self.timeline.tasks.len() <= 6 {
                let name = self.timeline.tasks[task].name.clone();
                self.used.extend(&marks);
                self.row(&name, &marks, Some(task));
                for row in notes {
                    self.row("", &row, None);
                }
            }
        }
        self.text.push('\n');
    }

    fn task(&self, task: usize, piece: &Range<usize>) -> (Vec<char>, Vec<Vec<char>>) {
        let events = &self.timeline.events;
        let mut marks = vec![' '; piece.len()];
        let mut put = |cells: Range<usize>, mark: char| {
            if let Some(cells) = clip(&cells, piece) {
                marks[cells].fill(mark);
            }
        };
        let x = &self.tape.x;
        let polls = self.timeline.polls();
        let blocked = self.timeline.blocked(BLOCKED);
        for stretch in self.timeline.stretches(task) {
            let mark = match stretch.doing {
                Doing::Unpolled => '.',
                Doing::Ready => '~',
                Doing::Waiting => '-',
                Doing::Polled(poll) if blocked.contains(&polls[poll]) => 'B',
                Doing::Polled(_) => '#',
            };
            put(x[stretch.first_event]..x[stretch.last_event], mark);
        }
        for (index, event) in events.iter().enumerate() {
            let mark = match event.kind {
                Kind::PollEnd { task: of, outcome: Outcome::Ready, .. } if of == task => {
                    '|'
                }
                Kind::PollEnd { task: of, outcome: Outcome::Panicked, .. }
                    if of == task =>
                {
                    '!'
                }
                Kind::Dropped { task: of, early: true, .. } if of == task => 'X',
                _ => continue,
            };
            put(x[index]..x[index] + 1, mark);
        }
        let mut rows = Rows::default();
        let mut notes: Vec<Vec<char>> = Vec::new();
        for remark in self.timeline.remarks(task) {
            let cells = x[remark.first_event]
                ..x[remark.last_event].max(x[remark.first_event] + 1);
            let Some(cells) = clip(&cells, piece) else { continue };
            let words: Vec<char> = format!("{} ", remark.text).chars().collect();
            let mark = if remark.is_span { '=' } else { '^' };
            let room = cells.start..cells.end.max(cells.start + 1 + words.len());
            let room = match room.end > piece.len() {
                true => piece.len().saturating_sub(room.len()).min(cells.start)..room.end,
                false => room,
            };
            let row = rows.place(&room);
            notes.resize(rows.count(), vec![' '; piece.len()]);
            let line = &mut notes[row];
            line[cells.clone()].fill(mark);
            let after = match remark.is_span {
                true if cells.len() > words.len() => cells.start + 1,
                _ if cells.end + words.len() <= piece.len() => cells.end,
                _ => cells.start.saturating_sub(words.len()),
            };
            write_at(line, after, remark.text);
        }
        (marks, notes)
    }

    /// As many explanations a line as fit.
    fn legend(&mut self) {
        let width = self.names + 2 + self.width;
        let mut line = String::new();
        for (_, words) in LEGEND.iter().filter(|(mark, _)| self.used.contains(mark)) {
            if !line.is_empty() && line.len() + 3 + words.len() > width {
                _ = writeln!(self.text, "{line}");
                line.clear();
            }
            line += if line.is_empty() { "" } else { "   " };
            line += words;
        }
        _ = writeln!(self.text, "{line}");
    }

    fn row(&mut self, name: &str, marks: &[char], task: Option<usize>) {
        let mut label: String = name.chars().take(self.names).collect();
        if name.chars().count() > self.names && self.names > 2 {
            label = name.chars().take(self.names - 2).chain("..".chars()).collect();
        }
        let line: String = marks.iter().collect();
        let line = line.trim_end();
        let mut row = format!("{label:names$}  ", names = self.names);
        match task.filter(|_| self.color && !line.is_empty()) {
            Some(task) => {
                let color = COLORS[task % COLORS.len()];
                _ = write!(row, "\x1b[{color}m{line}\x1b[0m");
            }
            None => row += line,
        }
        _ = writeln!(self.text, "{}", row.trim_end());
    }
}

/// Writes as much of `text` as has room.
fn write_at(row: &mut [char], at: usize, text: &str) {
    for (cell, letter) in row.iter_mut().skip(at).zip(text.chars()) {
        *cell = letter;
    }
}

//! The record in words.

use std::fmt::Write;
use std::time::Duration;

use crate::BLOCKED;
use crate::record::{End, Kind, Lane, Outcome, TaskKind, Timeline, counted, time};

impl Timeline {
    /// The record in words: a sentence on the whole, a line for each thing that happened, a
    /// line for each task.
    ///
    /// A program can compare it with a recording if the runtime is a current-thread one with a
    /// paused clock: then it is the same in every run.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.in_a_sentence());
        let width = self.events.iter().map(|event| time(event.at).chars().count()).max();
        let width = width.unwrap_or(0) + 2;
        let several = self.lanes.len() > 1;
        let mut shown = None;
        let mut depth = vec![0_usize; self.lanes.len()];
        let mut polls = vec![0; self.tasks.len()];
        let mut ended = vec![None; self.tasks.len()];
        let mut spans: Vec<(usize, &str)> = Vec::new();
        for (index, event) in self.events.iter().enumerate() {
            // A poll in which nothing happens takes one line, that of its end.
            let whole = |other: usize| {
                let before =
                    index.checked_sub(1).and_then(|index| self.events.get(index));
                let neighbor =
                    if other > index { self.events.get(other) } else { before };
                matches!(
                    (neighbor.map(|event| &event.kind), &event.kind),
                    (Some(Kind::PollEnd { task: a, .. }), Kind::PollStart { task: b, .. })
                    | (Some(Kind::PollStart { task: a, .. }), Kind::PollEnd { task: b, .. })
                        if a == b
                ) && neighbor.is_some_and(|neighbor| neighbor.at == event.at)
            };
            let mut indent: usize = match event.kind {
                Kind::PollStart { lane, .. } | Kind::PollEnd { lane, .. } => depth[lane],
                Kind::Wake { lane, .. } => depth[lane],
                _ => depth.iter().copied().max().unwrap_or(0),
            };
            let on = |lane: usize| match several {
                true => format!(" on {}", self.lane_name(lane)),
                false => String::new(),
            };
            let line = match &event.kind {
                Kind::Created { task, by } => {
                    let by = by.map(|by| format!(" by {}", self.tasks[by].name));
                    let by = by.unwrap_or_default();
                    match self.tasks[*task].kind {
                        TaskKind::Wrapped => format!("made{by}, not polled yet"),
                        TaskKind::Spawned => format!("spawned{by}"),
                        TaskKind::BlockOn => "given to block_on".into(),
                        TaskKind::Blocking => format!("given to the blocking pool{by}"),
                    }
                }
                Kind::PollStart { task, lane } => {
                    polls[*task] += 1;
                    depth[*lane] += 1;
                    if whole(index + 1) {
                        continue;
                    }
                    format!("poll {} begins{}", polls[*task], on(*lane))
                }
                Kind::PollEnd { task, lane, outcome } => {
                    depth[*lane] = depth[*lane].saturating_sub(1);
                    indent = indent.saturating_sub(1);
                    let how = match outcome {
                        Outcome::Pending => "pending",
                        Outcome::Ready => "finished",
                        Outcome::Panicked => "panicked",
                    };
                    if *outcome != Outcome::Pending {
                        ended[*task] = Some("end");
                    }
                    match whole(index - 1) {
                        true => format!("poll {}{}: {how}", polls[*task], on(*lane)),
                        false => format!("poll {} ends: {how}", polls[*task]),
                    }
                }
                Kind::Wake { by, lane, .. } => {
                    let ended = by.and_then(|by| ended[by]);
                    format!("woken by {}", self.waker(*by, *lane, ended))
                }
                Kind::Dropped { early: false, .. } => continue,
                Kind::Dropped { task, by, .. } => {
                    ended[*task] = Some("drop");
                    let by = by.map(|by| format!(" by {}", self.tasks[by].name));
                    format!("dropped{} before its end", by.unwrap_or_default())
                }
                Kind::Note { text, .. } => format!("\"{text}\""),
                Kind::SpanStart { span, name, .. } => {
                    spans.push((*span, name));
                    format!("\"{name}\" begins")
                }
                Kind::SpanEnd { span, .. } => {
                    let name = spans.iter().find(|(open, _)| open == span);
                    format!("\"{}\" ends", name.map_or("", |(_, name)| *name))
                }
            };
            let at = time(event.at);
            let at = if shown == Some(event.at) { "" } else { &at };
            shown = Some(event.at);
            let name =
                event.kind.task().map(|task| format!("{}: ", self.tasks[task].name));
            let name = name.unwrap_or_default();
            _ = writeln!(
                text,
                "{at:>width$}  {:indent$}{name}{line}",
                "",
                indent = indent * 2
            );
        }
        text.push('\n');
        for task in 0..self.tasks.len() {
            _ = writeln!(text, "{}", self.task_in_a_sentence(task));
        }
        for line in self.blocked_in_words(BLOCKED) {
            _ = writeln!(text, "{line}");
        }
        if let Some(left_out) = self.left_out.in_words() {
            _ = writeln!(text, "Left out because the record was full: {left_out}.");
        }
        text
    }

    /// How much is in the record.
    pub(crate) fn in_a_sentence(&self) -> String {
        let polls: u64 = self.tasks.iter().map(|task| task.polls).sum();
        let clock = if self.is_virtual() { " of virtual time" } else { "" };
        let workers = self.lanes.iter().filter(|lane| lane.is_worker()).count() as u64;
        let others = self.lanes.len() as u64 - workers;
        let threads = match (workers, others) {
            (0, others) => counted(others, "thread"),
            (workers, 0) => counted(workers, "worker"),
            (workers, others) => {
                format!(
                    "{} and {}",
                    counted(workers, "worker"),
                    counted(others, "other thread")
                )
            }
        };
        format!(
            "{}, {}, {threads}, {}{clock}.",
            counted(self.tasks.len() as u64 + self.left_out.tasks, "future"),
            counted(polls, "poll"),
            time(self.elapsed()),
        )
    }

    /// How often a task was polled and woken, and how it ended.
    pub(crate) fn task_in_a_sentence(&self, task: usize) -> String {
        let Self { events, tasks, .. } = self;
        let about = |event: &&crate::Event| event.kind.task() == Some(task);
        let wakes = events.iter().filter(about);
        let wakes = wakes.filter(|event| matches!(event.kind, Kind::Wake { .. })).count();
        let ended = events.iter().filter(about).rfind(|event| {
            matches!(
                event.kind,
                Kind::PollEnd { outcome: Outcome::Ready | Outcome::Panicked, .. }
                    | Kind::Dropped { early: true, .. }
            )
        });
        let at = ended.map(|event| format!(" at {}", time(event.at))).unwrap_or_default();
        let end = match tasks[task].end {
            Some(End::Finished) => format!("finished{at}"),
            Some(End::Panicked) => format!("panicked{at}"),
            Some(End::Dropped) => format!("dropped before its end{at}"),
            None => "still there at the end of the record".into(),
        };
        let polls = match tasks[task].polls {
            0 => "never polled".into(),
            1 => "polled once".into(),
            2 => "polled twice".into(),
            polls => format!("polled {polls} times"),
        };
        let wakes = match wakes {
            0 => String::new(),
            1 => ", woken once".into(),
            2 => ", woken twice".into(),
            wakes => format!(", woken {wakes} times"),
        };
        format!("{}: {polls}{wakes}, {end}.", tasks[task].name)
    }

    /// A sentence for each poll that held a worker for at least `after`.
    pub(crate) fn blocked_in_words(&self, after: Duration) -> Vec<String> {
        let sentence = |poll: &crate::Poll| {
            format!(
                "Blocked: poll {} of {} held {} for {}, from {} to {}.",
                poll.nth,
                self.tasks[poll.task].name,
                self.lane_name(poll.lane),
                time(poll.duration()),
                time(poll.start),
                time(poll.end),
            )
        };
        self.blocked(after).iter().map(sentence).collect()
    }

    /// Who woke: `ended` says how `by` was over by then, if it was.
    pub(crate) fn waker(
        &self,
        by: Option<usize>,
        lane: usize,
        ended: Option<&str>,
    ) -> String {
        match (by, &self.lanes[lane]) {
            (Some(by), _) => match ended {
                Some(ended) => format!("the {ended} of {}", self.tasks[by].name),
                None => self.tasks[by].name.clone(),
            },
            (None, Lane::Worker { .. }) => "the runtime".into(),
            _ => self.lane_name(lane),
        }
    }
}

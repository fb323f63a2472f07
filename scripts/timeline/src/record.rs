use std::time::Duration;

/// A finished record: plain data, in the order in which things happened.
///
/// Tasks and lanes are named by their index in [`tasks`](Timeline::tasks) and
/// [`lanes`](Timeline::lanes).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// What was recorded, in order of creation.
    pub tasks: Vec<Task>,
    /// The threads that polled or woke, in order of appearance.
    pub lanes: Vec<Lane>,
    /// What happened. The order is exact even where many events have the same time.
    pub events: Vec<Event>,
    /// What happened after the record was full.
    pub left_out: LeftOut,
}

/// A recorded future or blocking closure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The name it was given; several may have the same.
    pub name: String,
    /// How it was started.
    pub kind: TaskKind,
    /// How often it was polled, polls that were left out included.
    pub polls: u64,
    /// How it ended; `None` if it was still there when the record was taken.
    pub end: Option<End>,
}

/// How a recorded future was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// It was wrapped only: it waits until somebody polls it.
    Wrapped,
    /// It was spawned: the runtime polls it as soon as it can.
    Spawned,
    /// It was given to `block_on`.
    BlockOn,
    /// It is a closure on the blocking pool.
    Blocking,
}

/// How a recorded future ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It returned `Poll::Ready`, or the closure returned.
    Finished,
    /// It panicked.
    Panicked,
    /// It was dropped before it finished.
    Dropped,
}

/// A thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A worker of the runtime; the one worker of a current-thread runtime has the index 0.
    /// Two lanes have the same index if `block_in_place` handed the worker to another thread.
    Worker {
        /// Tokio's number of the worker.
        index: usize,
    },
    /// A thread of the blocking pool that ran a recorded closure.
    Blocking {
        /// Its number in order of appearance, from 1.
        nth: usize,
    },
    /// Any other thread, such as the one that `block_on` of a multi-thread runtime uses.
    Thread {
        /// The thread's name.
        name: String,
    },
}

impl Lane {
    pub(crate) fn is_blocking(&self) -> bool {
        matches!(self, Lane::Blocking { .. })
    }

    pub(crate) fn is_worker(&self) -> bool {
        matches!(self, Lane::Worker { .. })
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, on Tokio's clock, since the first event. Never less than that of the event before.
    pub at: Duration,
    /// What.
    pub kind: Kind,
}

/// What happened.
///
/// `by` is always the recorded task whose code was running at that moment on that thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The future was made, and scheduled too unless it was only wrapped.
    Created {
        /// Which.
        task: usize,
        /// Who made it.
        by: Option<usize>,
    },
    /// A poll began.
    PollStart {
        /// Of which task.
        task: usize,
        /// On which thread.
        lane: usize,
    },
    /// A poll ended. Polls of one lane nest: a future polls the futures that are part of it.
    PollEnd {
        /// Of which task.
        task: usize,
        /// On which thread.
        lane: usize,
        /// How.
        outcome: Outcome,
    },
    /// The task's waker was woken.
    Wake {
        /// Whose.
        task: usize,
        /// Who woke it, or whose end did. `None`: the runtime for a timer or a socket, or
        /// something that is not recorded.
        by: Option<usize>,
        /// On which thread.
        lane: usize,
    },
    /// The future was dropped: the memory is gone.
    Dropped {
        /// Which.
        task: usize,
        /// Who dropped it.
        by: Option<usize>,
        /// Whether it had neither finished nor panicked.
        early: bool,
    },
    /// A program's own note.
    Note {
        /// In which task.
        task: Option<usize>,
        /// What it says.
        text: String,
    },
    /// A program's own stretch began.
    SpanStart {
        /// In which task.
        task: usize,
        /// The number of the stretch.
        span: usize,
        /// Its name.
        name: String,
    },
    /// A program's own stretch ended.
    SpanEnd {
        /// In which task.
        task: usize,
        /// The number of the stretch.
        span: usize,
    },
}

impl Kind {
    /// The task that this is about.
    pub fn task(&self) -> Option<usize> {
        match *self {
            Kind::Created { task, .. }
            | Kind::PollStart { task, .. }
            | Kind::PollEnd { task, .. }
            | Kind::Wake { task, .. }
            | Kind::Dropped { task, .. }
            | Kind::SpanStart { task, .. }
            | Kind::SpanEnd { task, .. } => Some(task),
            Kind::Note { task, .. } => task,
        }
    }
}

/// How a poll ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// `Poll::Pending`.
    Pending,
    /// `Poll::Ready`.
    Ready,
    /// A panic.
    Panicked,
}

/// How much happened after the record was full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Tasks without a line of their own.
    pub tasks: u64,
    /// Polls.
    pub polls: u64,
    /// Wakes.
    pub wakes: u64,
    /// Notes and spans.
    pub notes: u64,
}

impl LeftOut {
    /// In words; `None` if nothing was left out.
    pub fn in_words(&self) -> Option<String> {
        let parts = [
            (self.tasks, "task"),
            (self.polls, "poll"),
            (self.wakes, "wake"),
            (self.notes, "note"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| counted(*count, what))
            .collect();
        let (last, others) = parts.split_last()?;
        Some(match others {
            [] => last.clone(),
            _ => format!("{} and {last}", others.join(", ")),
        })
    }
}

/// One poll of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Of which task.
    pub task: usize,
    /// On which thread.
    pub lane: usize,
    /// The how manieth of its task, from 1.
    pub nth: usize,
    /// When it began.
    pub start: Duration,
    /// When it ended; the end of the record if it was still going on.
    pub end: Duration,
    /// How it ended; `None` if it was still going on.
    pub outcome: Option<Outcome>,
    /// The index of the event that began it.
    pub first_event: usize,
    /// The index of the event that ended it; the number of events if it was still going on.
    pub last_event: usize,
}

impl Poll {
    /// How long it held its thread, on Tokio's clock.
    pub fn duration(&self) -> Duration {
        self.end - self.start
    }
}

/// What a task is doing for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It is there, and nobody has polled it yet.
    Unpolled,
    /// It was woken, or spawned, and waits for its turn.
    Ready,
    /// It is being polled; which poll of [`Timeline::polls`].
    Polled(usize),
    /// It waits to be woken.
    Waiting,
}

/// A stretch of a task's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// What the task is doing.
    pub doing: Doing,
    /// The index of the event that began it.
    pub first_event: usize,
    /// The index of the event that ended it; the number of events if it was still going on.
    pub last_event: usize,
}

impl Timeline {
    /// The time of the last event, since the first.
    pub fn elapsed(&self) -> Duration {
        self.events.last().map_or(Duration::ZERO, |event| event.at)
    }

    /// The time of an event by its index; of the last one if there is no such event.
    pub fn time(&self, event: usize) -> Duration {
        self.events.get(event).map_or_else(|| self.elapsed(), |event| event.at)
    }

    /// Whether the clock was paused: more than half of the polls took no time at all.
    pub fn is_virtual(&self) -> bool {
        let polls = self.polls();
        let instant = polls.iter().filter(|poll| poll.duration().is_zero()).count();
        instant * 2 >= polls.len()
    }

    /// All polls, in the order in which they began.
    pub fn polls(&self) -> Vec<Poll> {
        let mut polls: Vec<Poll> = Vec::new();
        let mut counts = vec![0; self.tasks.len()];
        let mut open = vec![None; self.tasks.len()];
        let (count, elapsed) = (self.events.len(), self.elapsed());
        for (index, event) in self.events.iter().enumerate() {
            match event.kind {
                Kind::PollStart { task, lane } => {
                    counts[task] += 1;
                    open[task] = Some(polls.len());
                    polls.push(Poll {
                        task,
                        lane,
                        nth: counts[task],
                        start: event.at,
                        end: elapsed,
                        outcome: None,
                        first_event: index,
                        last_event: count,
                    });
                }
                Kind::PollEnd { task, outcome, .. } => {
                    if let Some(poll) = open[task].take() {
                        let poll: &mut Poll = &mut polls[poll];
                        (poll.end, poll.outcome) = (event.at, Some(outcome));
                        poll.last_event = index;
                    }
                }
                _ => {}
            }
        }
        polls
    }

    /// The polls that held a worker for at least `after`: each of them kept other tasks of that
    /// worker from being polled. Of polls inside each other only the innermost; none of the
    /// blocking pool's, and none in which `block_in_place` handed the worker to another thread.
    pub fn blocked(&self, after: Duration) -> Vec<Poll> {
        let polls = self.polls();
        let handed_over = |poll: &Poll| {
            let during = poll.first_event..poll.last_event;
            let meanwhile =
                polls.iter().filter(|other| during.contains(&other.first_event));
            let lane = &self.lanes[poll.lane];
            lane.is_worker() && { meanwhile }
                .any(|other| other.lane != poll.lane && self.lanes[other.lane] == *lane)
        };
        let long: Vec<&Poll> = polls
            .iter()
            .filter(|poll| poll.duration() >= after && !after.is_zero())
            .filter(|poll| !self.lanes[poll.lane].is_blocking())
            .filter(|poll| !handed_over(poll))
            .collect();
        let inside = |inner: &Poll, outer: &Poll| {
            inner.lane == outer.lane
                && inner.first_event > outer.first_event
                && inner.last_event <= outer.last_event
        };
        let innermost = |outer: &&&Poll| !long.iter().any(|inner| inside(inner, outer));
        long.iter().filter(innermost).map(|poll| (*poll).clone()).collect()
    }

    /// What a task did, from its creation to its end, without gaps.
    pub fn stretches(&self, task: usize) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut now: Option<(Doing, usize)> = None;
        let mut woken = false;
        let mut poll = 0;
        for (index, event) in self.events.iter().enumerate() {
            if let Kind::PollStart { .. } = event.kind {
                poll += 1;
            }
            if event.kind.task() != Some(task) {
                continue;
            }
            let doing = match &event.kind {
                Kind::Created { .. } if self.tasks[task].kind == TaskKind::Wrapped => {
                    Some(Doing::Unpolled)
                }
                Kind::Created { .. } => Some(Doing::Ready),
                Kind::Wake { .. } => match now {
                    Some((Doing::Waiting, _)) => Some(Doing::Ready),
                    _ => {
                        woken = true;
                        continue;
                    }
                },
                Kind::PollStart { .. } => {
                    woken = false;
                    Some(Doing::Polled(poll - 1))
                }
                Kind::PollEnd { outcome: Outcome::Pending, .. } => {
                    Some(if woken { Doing::Ready } else { Doing::Waiting })
                }
                Kind::PollEnd { .. } | Kind::Dropped { .. } => None,
                _ => continue,
            };
            if let Some((doing, first_event)) = now {
                stretches.push(Stretch { doing, first_event, last_event: index });
            }
            now = doing.map(|doing| (doing, index));
        }
        if let Some((doing, first_event)) = now {
            let last_event = self.events.len();
            stretches.push(Stretch { doing, first_event, last_event });
        }
        stretches
    }

    /// A thread's name in pictures and texts.
    pub fn lane_name(&self, lane: usize) -> String {
        match &self.lanes[lane] {
            Lane::Worker { index } => {
                let same = self.lanes[..=lane]
                    .iter()
                    .filter(|other| **other == self.lanes[lane]);
                match same.count() {
                    1 => format!("worker {index}"),
                    nth => format!("worker {index} (thread {nth})"),
                }
            }
            Lane::Blocking { nth } => format!("blocking thread {nth}"),
            Lane::Thread { name } => format!("thread {name}"),
        }
    }

    /// The letter that stands for a task in pictures: A, B, … Z, A2, B2, …
    pub(crate) fn key(&self, task: usize) -> String {
        let letter = char::from(b'A' + (task % 26) as u8);
        match task / 26 {
            0 => letter.to_string(),
            round => format!("{letter}{}", round + 1),
        }
    }

    /// The first `count` events alone, and whether that is less than all.
    pub(crate) fn head(&self, count: usize) -> (Timeline, bool) {
        let mut head = self.clone();
        let cut = head.events.len() > count;
        head.events.truncate(count);
        (head, cut)
    }
}

/// `1 poll`, `2 polls`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// `12,345`
pub(crate) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time as people write it: `0 ms`, `350 µs`, `12.4 ms`, `100 ms`, `90 s`. What is shorter
/// than 1 µs is called 1 µs.
pub(crate) fn time(at: Duration) -> String {
    let micros = (at.as_nanos() + 500) / 1_000;
    if at.as_secs() >= 10 {
        return format!("{} s", trimmed(format!("{:.3}", at.as_secs_f64())));
    }
    match micros {
        0 if at.is_zero() => "0 ms".into(),
        0 => "1 µs".into(),
        1..1_000 => format!("{micros} µs"),
        _ if micros.is_multiple_of(1_000) => format!("{} ms", micros / 1_000),
        1_000..10_000 => format!("{:.2} ms", micros as f64 / 1e3),
        10_000..100_000 => format!("{:.1} ms", micros as f64 / 1e3),
        _ => format!("{:.0} ms", micros as f64 / 1e3),
    }
}

fn trimmed(number: String) -> String {
    number.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a program itself said about a task: a note, or a span.
pub(crate) struct Remark<'a> {
    pub text: &'a str,
    pub is_span: bool,
    pub first_event: usize,
    pub last_event: usize,
}

impl Timeline {
    /// A task's notes and spans in order.
    pub(crate) fn remarks(&self, of: usize) -> Vec<Remark<'_>> {
        let mut remarks: Vec<Remark<'_>> = Vec::new();
        let mut open = Vec::new();
        for (index, event) in self.events.iter().enumerate() {
            match &event.kind {
                Kind::Note { task: Some(task), text } if *task == of => {
                    remarks.push(Remark {
                        text,
                        is_span: false,
                        first_event: index,
                        last_event: index,
                    });
                }
                Kind::SpanStart { task, span, name } if *task == of => {
                    open.push((*span, remarks.len()));
                    remarks.push(Remark {
                        text: name,
                        is_span: true,
                        first_event: index,
                        last_event: self.events.len(),
                    });
                }
                Kind::SpanEnd { span, .. } => {
                    if let Some((_, remark)) = open.iter().find(|(open, _)| open == span)
                    {
                        remarks[*remark].last_event = index;
                    }
                }
                _ => {}
            }
        }
        remarks
    }
}

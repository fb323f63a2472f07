//! The parent: starts the child, watches it to its end, and explains that end.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use process_wrap::std::{ChildWrapper, CommandWrap};

use crate::run::{CHILD, DEADLINE, TICK};
use crate::words::{SHOWN, cut_note};
use crate::{Finding, Picture};

/// How many bytes an answer may print before it is stopped.
const OUTPUT_LIMIT: usize = 16 << 20;

/// What became of a check.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Cases that passed.
    pub passed: usize,
    /// The case that failed, and why.
    pub failed: Option<(String, Finding)>,
    /// Why nothing can be said of the answer.
    pub none: Option<String>,
    /// What the answer printed, cut.
    pub output: String,
}

/// Starts this program again as the child and watches it to its end.
pub(crate) fn supervise() -> Outcome {
    match start() {
        Ok((child, report)) => follow(child, report),
        Err(err) => Outcome {
            none: Some(format!(
                "the process that runs the cases could not be started: {err}"
            )),
            ..Outcome::default()
        },
    }
}

/// The child, in a group of its own, and what it reports through its standard input: the one
/// channel that every system has besides the answer's own output, and that needs no file.
fn start() -> io::Result<(Box<dyn ChildWrapper>, io::PipeReader)> {
    let (report, reports_to) = io::pipe()?;
    let mut command = Command::new(env::current_exe()?);
    command
        .args(env::args_os().skip(1))
        .env(CHILD, "1")
        .stdin(reports_to)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut command = CommandWrap::from(command);
    #[cfg(unix)]
    command.wrap(process_wrap::std::ProcessGroup::leader());
    #[cfg(windows)]
    command.wrap(process_wrap::std::JobObject);
    // Its end drops the command, and with it our copy of the child's end of the pipe.
    Ok((command.spawn()?, report))
}

fn follow(mut child: Box<dyn ChildWrapper>, report: io::PipeReader) -> Outcome {
    let (output, told) =
        (Arc::<Mutex<Output>>::default(), Arc::<Mutex<String>>::default());
    let (wake, events) = mpsc::channel();
    listen(child.stdout().take().expect("it is piped"), &output, &wake);
    listen(child.stderr().take().expect("it is piped"), &output, &wake);
    read_report(report, &told, wake);
    let end = watch(&mut *child, &events);
    // Its last words may still be in the pipes: when all of them are closed, nobody sends events any more. A
    // process that left the group may keep them open, and on a busy machine a reader may come late.
    while events.recv_timeout(Duration::from_secs(2)).is_ok() {}
    let output = output.lock().unwrap_or_else(PoisonError::into_inner).text();
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    judge(&told, &end, output)
}

#[derive(Debug)]
enum Event {
    /// The child lives.
    Tick,
    /// Nothing more will be reported: it has ended, or is about to.
    Closed,
    /// It printed too much.
    TooMuch,
}

/// The beginning of what was printed, and how much it was.
#[derive(Debug, Default)]
struct Output {
    kept: Vec<u8>,
    total: usize,
}

impl Output {
    fn text(&self) -> String {
        let text = String::from_utf8_lossy(&self.kept);
        match self.total - self.kept.len() {
            0 => text.into_owned(),
            // The cut may have gone through a character.
            more => text.trim_end_matches('\u{fffd}').to_owned() + &cut_note(more),
        }
    }
}

/// Reads one of the child's pipes to its end, keeps the beginning, and says when it is too much.
fn listen(
    mut pipe: impl Read + Send + 'static,
    output: &Arc<Mutex<Output>>,
    events: &mpsc::Sender<Event>,
) {
    let (output, events) = (output.clone(), events.clone());
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(n @ 1..) = pipe.read(&mut buffer) {
            let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
            let room = SHOWN.saturating_sub(output.kept.len());
            output.kept.extend_from_slice(&buffer[..n.min(room)]);
            output.total += n;
            if output.total > OUTPUT_LIMIT {
                let _ = events.send(Event::TooMuch);
            }
        }
    });
}

/// Collects the lines that the child reports. An empty one says that it lives.
fn read_report(
    pipe: io::PipeReader,
    told: &Arc<Mutex<String>>,
    events: mpsc::Sender<Event>,
) {
    let told = told.clone();
    thread::spawn(move || {
        let (mut pipe, mut line) = (BufReader::new(pipe), String::new());
        // A line that does not end was not written to its end.
        while pipe.read_line(&mut line).is_ok() && line.ends_with('\n') {
            if line == "\n" {
                let _ = events.send(Event::Tick);
            } else {
                told.lock().unwrap_or_else(PoisonError::into_inner).push_str(&line);
            }
            line.clear();
        }
        let _ = events.send(Event::Closed);
    });
}

#[derive(Debug)]
enum ChildEnd {
    Exited(ExitStatus),
    Lost(io::Error),
    Hung(Option<Hang>),
    TooMuch,
}

/// What a child that did not end was seen to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hang {
    Spins,
    Waits,
}

/// Waits until the child ends, ends it when it takes too long or prints too much, and with it
/// whatever it has started.
fn watch(child: &mut dyn ChildWrapper, events: &mpsc::Receiver<Event>) -> ChildEnd {
    // The child's own ticks are the clock: none comes while the machine sleeps, or while the child or
    // this process is stopped. Ours end a child that never ticks, and do not count such a time either.
    let needed = DEADLINE.as_millis() / TICK.as_millis();
    let (mut ticks, mut awake, mut last) = (0, Duration::ZERO, Instant::now());
    let mut before = None;
    let end = loop {
        let event = events.recv_timeout(TICK);
        awake += last.elapsed().min(2 * TICK);
        last = Instant::now();
        match event {
            Ok(Event::TooMuch) => break Some(ChildEnd::TooMuch),
            Ok(Event::Tick) => ticks += 1,
            Ok(Event::Closed) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                // Cases of ours do not close it, so the end is near: its status is to be seen.
                for _ in 0..100 {
                    if has_ended(child) {
                        break;
                    }
                    thread::sleep(Duration::from_millis(5));
                }
                break None;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        if has_ended(child) {
            break None;
        }
        if before.is_none() && ticks >= needed - 20 {
            before = look_at(child.id());
        }
        if ticks >= needed || awake >= 8 * DEADLINE {
            let seen = before.zip(look_at(child.id()));
            let hang = seen.and_then(|(before, now)| what_it_did(&before, &now));
            break Some(ChildEnd::Hung(hang));
        }
    };
    // Before it is waited for: until then, its number is the group's and nobody else's.
    let _ = child.start_kill();
    let status = child.wait();
    end.unwrap_or(match status {
        Ok(status) => ChildEnd::Exited(status),
        Err(err) => ChildEnd::Lost(err),
    })
}

/// Whether the child has ended, without waiting for it in the sense of the system.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn has_ended(child: &mut dyn ChildWrapper) -> bool {
    use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
    let Ok(pid) = i32::try_from(child.id()) else { return false };
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    !matches!(
        waitid(Id::Pid(nix::unistd::Pid::from_raw(pid)), flags),
        Ok(WaitStatus::StillAlive)
    )
}

/// A job keeps its members, so that a leader may be waited for first.
#[cfg(windows)]
fn has_ended(child: &mut dyn ChildWrapper) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// Elsewhere the closed report is what tells.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    windows
)))]
fn has_ended(_: &mut dyn ChildWrapper) -> bool {
    false
}

/// The threads of a process at one moment.
#[derive(Debug)]
struct Look {
    at: Instant,
    /// By number: how long each has run, and how long it waited for a core, in nanoseconds.
    threads: BTreeMap<String, (u64, u64)>,
}

/// Only Linux shows it, and not each Linux does.
fn look_at(pid: u32) -> Option<Look> {
    let mut threads = BTreeMap::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let thread = thread.ok()?;
        // Where it cannot be read, the thread has ended, or there is no such file at all.
        let Ok(times) = fs::read_to_string(thread.path().join("schedstat")) else {
            continue;
        };
        let mut times = times.split_whitespace().map_while(|n| n.parse::<u64>().ok());
        let name = thread.file_name().to_string_lossy().into_owned();
        threads.insert(name, (times.next()?, times.next()?));
    }
    (!threads.is_empty()).then(|| Look { at: Instant::now(), threads })
}

/// A thread that would always run, were there always a core for it, spins. One that does
/// next to nothing waits. What is in between has no name.
fn what_it_did(before: &Look, now: &Look) -> Option<Hang> {
    let time = now.at.duration_since(before.at).as_nanos().max(1);
    let percent = |nanos: u64| u128::from(nanos) * 100 / time;
    let shares = now.threads.iter().map(|(name, (ran, queued))| {
        let (ran_before, queued_before) =
            before.threads.get(name).copied().unwrap_or_default();
        let (ran, queued) =
            (ran.saturating_sub(ran_before), queued.saturating_sub(queued_before));
        (percent(ran), percent(ran.saturating_add(queued)))
    });
    let shares: Vec<_> = shares.collect();
    if shares.iter().any(|(ran, wanted)| *ran >= 2 && *wanted >= 50) {
        Some(Hang::Spins)
    } else if shares.iter().all(|(ran, _)| *ran < 10) {
        Some(Hang::Waits)
    } else {
        None
    }
}

/// Puts the child's report and the way it ended together.
fn judge(report: &str, end: &ChildEnd, output: String) -> Outcome {
    let mut outcome = Outcome { output, ..Outcome::default() };
    let (mut case, mut ended) = (None, false);
    let (mut spins, mut waits, mut picture) = (None, None, None);
    for line in report.lines() {
        let fields: Vec<String> = line.split('\t').map(unescape).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        match fields[..] {
            ["case", name] => (case, spins, waits) = (Some(name.to_owned()), None, None),
            ["ok"] => outcome.passed += 1,
            ["picture", drawing, svg] => {
                let (drawing, svg) = (drawing.into(), svg.into());
                picture = Some(Box::new(Picture { drawing, svg }));
            }
            [what, id, title, saw, because, read] => {
                let finding = Finding {
                    id: (!id.is_empty()).then(|| id.into()),
                    title: title.into(),
                    saw: saw.into(),
                    because: because.into(),
                    read: read.into(),
                    picture: picture.take(),
                };
                match what {
                    "spins" => spins = Some(finding),
                    "waits" => waits = Some(finding),
                    _ => {
                        outcome.failed = Some((case.clone().unwrap_or_default(), finding))
                    }
                }
            }
            ["end"] => ended = true,
            _ => {}
        }
    }
    if outcome.failed.is_some() {
        return outcome;
    }
    let Some(case) = case else {
        let how = match end {
            ChildEnd::Exited(status) => format!("ended ({status})"),
            ChildEnd::Lost(err) => format!("was lost ({err})"),
            ChildEnd::Hung(_) | ChildEnd::TooMuch => "did not get on".into(),
        };
        if !ended {
            outcome.none = Some(format!(
                "the process that runs the cases {how} before the first of them"
            ));
        }
        return outcome;
    };
    let spoken = case.replace('_', " ");
    let finding = match end {
        ChildEnd::Exited(_) if ended => return outcome,
        ChildEnd::Lost(err) => {
            outcome.none = Some(format!("how the process ended is not known: {err}"));
            return outcome;
        }
        ChildEnd::Exited(status) => match how_it_ended(*status) {
            Ok(how) => Finding::mistake("ended").saw(format!("{how} during “{spoken}”")),
            Err(how) => {
                outcome.none = Some(format!("{how} during “{spoken}”"));
                return outcome;
            }
        },
        ChildEnd::Hung(seen) => {
            let (meaning, seen) = match seen {
                Some(Hang::Spins) => (spins, "a thread was busy all the time"),
                Some(Hang::Waits) => {
                    (waits, "its threads were waiting, and none was busy")
                }
                None if spins == waits => (spins, "its thread was blocked or busy"),
                None => (None, "its thread was blocked or busy"),
            };
            let mut finding = meaning.unwrap_or_else(|| Finding::mistake("hung"));
            if !finding.saw.is_empty() {
                finding.saw += "; ";
            }
            finding.saw += &format!(
                "“{spoken}” had not ended after {} seconds of real time: {seen}",
                DEADLINE.as_secs()
            );
            finding
        }
        ChildEnd::TooMuch => Finding::mistake("flooded").saw(format!(
            "more than {} MiB were printed during “{spoken}”",
            OUTPUT_LIMIT >> 20
        )),
    };
    outcome.failed = Some((case, finding));
    outcome
}

/// How a process ended that was not at its end: by itself, or (an error) by somebody's wish.
fn how_it_ended(status: ExitStatus) -> Result<String, String> {
    #[cfg(unix)]
    {
        use nix::sys::signal::Signal;
        use std::os::unix::process::ExitStatusExt;
        let signal = status.signal().and_then(|signal| Signal::try_from(signal).ok());
        match signal {
            Some(Signal::SIGINT | Signal::SIGTERM | Signal::SIGHUP) => {
                return Err(format!("the process was asked to end ({status})"));
            }
            Some(Signal::SIGKILL) => {
                return Ok(format!(
                    "the process was killed ({status}), as the system does where memory runs out,"
                ));
            }
            Some(Signal::SIGSEGV | Signal::SIGBUS) => {
                return Ok(format!(
                    "the process used memory that it did not have ({status}), as a recursion \
                     without end does,"
                ));
            }
            Some(Signal::SIGABRT) => {
                return Ok(format!("the process aborted ({status})"));
            }
            _ => {}
        }
    }
    Ok(format!("the process ended by itself ({status})"))
}

/// The other way round from what the child's `tell` does.
fn unescape(field: &str) -> String {
    let mut text = String::new();
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            (_, Some('n')) => text.push('\n'),
            (_, Some('t')) => text.push('\t'),
            (_, Some(escaped)) => text.push(escaped),
            (c, None) => text.push(c),
        }
    }
    text
}

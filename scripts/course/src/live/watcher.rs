//! Saves, as names of exercises.
//!
//! Editors save in many ways: they truncate and write, they write another file and rename it,
//! they do it twice in a row. So an event of the file system is only taken as a hint that
//! something happened. Once it is quiet again, the files themselves say what did.
//!
//! Some file systems send no events at all (network drives, folders shared with a virtual
//! machine), and a folder that was removed and put back is watched no more. That is why the
//! files are looked at every second, too.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep_until};

use crate::repo::workspace::Course;

/// How long nothing must have happened before the files are looked at.
const QUIET: Duration = Duration::from_millis(40);
/// The same after an event that ends a save: a file was closed, or renamed into its place.
const SAVED: Duration = Duration::from_millis(8);
/// How long a file that is written to without a pause is waited for.
const PATIENCE: Duration = Duration::from_millis(400);
/// How often the files are looked at without any event.
const LOOK: Duration = Duration::from_secs(1);

/// What has happened since the last look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The exercises whose file was written, removed, or put back, in the order of the course.
    pub exercises: BTreeSet<usize>,
    /// Whether the file with the reader's progress has changed.
    pub progress: bool,
}

/// Watches the folders of the exercises, and the one with the reader's progress.
pub struct Watcher {
    course: Arc<Course>,
    /// The files in the order of the course, and the progress last.
    files: Vec<PathBuf>,
    stamps: Vec<Option<Stamp>>,
    hints: mpsc::UnboundedReceiver<Hint>,
    looks: Interval,
    /// Which files had an event since the last look, and when that look is due.
    pending: BTreeSet<usize>,
    due: Option<Due>,
    notify: Option<RecommendedWatcher>,
}

/// When to look, and how late at most.
struct Due {
    at: Instant,
    latest: Instant,
}

/// Something happened to this path, and maybe that was all.
struct Hint {
    paths: Vec<PathBuf>,
    ends: bool,
}

/// What tells one content of a file from the next, as far as the file system knows.
type Stamp = (Option<SystemTime>, u64);

impl Watcher {
    /// Begins to watch. Also says what keeps it from hearing of changes at once, if something
    /// does.
    pub fn new(course: Arc<Course>) -> (Watcher, Option<String>) {
        let mut files: Vec<PathBuf> =
            course.exercises().map(|(_, one)| one.file.clone()).collect();
        files.push(course.state_dir().join("progress.json"));
        let stamps = files.iter().map(|file| stamp(file)).collect();
        let (sender, hints) = mpsc::unbounded_channel();
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (notify, trouble) = match subscribe(&course, sender) {
            Ok(notify) => (Some(notify), None),
            Err(error) => (None, Some(error)),
        };
        let notice = trouble.map(|error| {
            format!(
                "The folders of the exercises cannot be watched ({error}); their files are \
                 looked at every second instead."
            )
        });
        let pending = BTreeSet::new();
        let watcher =
            Watcher { course, files, stamps, hints, looks, pending, due: None, notify };
        (watcher, notice)
    }

    /// What happens next. Cancel safe.
    pub async fn next(&mut self) -> Seen {
        loop {
            let due = self.due.as_ref().map(|due| due.at);
            tokio::select! {
                biased;
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    self.due = None;
                    let seen = self.look();
                    if seen != Seen::default() {
                        return seen;
                    }
                }
                Some(hint) = self.hints.recv() => self.take(&hint),
                _ = self.looks.tick() => {
                    // A save that is under way is not looked at in the middle.
                    if self.due.is_none() {
                        let seen = self.look();
                        if seen != Seen::default() {
                            return seen;
                        }
                    }
                }
            }
        }
    }

    fn take(&mut self, hint: &Hint) {
        for path in &hint.paths {
            self.pending.extend(self.index(path));
        }
        let now = Instant::now();
        let latest = self.due.as_ref().map_or(now + PATIENCE, |due| due.latest);
        let at = latest.min(now + if hint.ends { SAVED } else { QUIET });
        self.due = Some(Due { at, latest });
    }

    /// Which of the files this is. (The system may name it by another path than we do, through
    /// a link for instance, so only the end of it counts.)
    fn index(&self, path: &Path) -> Option<usize> {
        self.files.iter().position(|file| {
            let inside = file.strip_prefix(&self.course.root).unwrap_or(file);
            path.ends_with(inside)
        })
    }

    /// Compares the files with what they were at the last look. A file that had an event counts
    /// as changed even if its stamp is the same: it may have been saved as it was.
    fn look(&mut self) -> Seen {
        let mut changed = std::mem::take(&mut self.pending);
        for (index, file) in self.files.iter().enumerate() {
            let now = stamp(file);
            if self.stamps[index] != now {
                self.stamps[index] = now;
                changed.insert(index);
            }
        }
        let progress = changed.remove(&(self.files.len() - 1));
        if !changed.is_empty() {
            self.watch_again();
        }
        Seen { exercises: changed, progress }
    }

    /// Watches folders again that were removed and put back.
    fn watch_again(&mut self) {
        let Some(notify) = &mut self.notify else { return };
        for folder in folders(&self.course).filter(|folder| folder.is_dir()) {
            // To watch a folder twice is to watch it once.
            let _ = notify.watch(&folder, RecursiveMode::Recursive);
        }
    }
}

/// The folders to watch, with all that is in them.
fn folders(course: &Course) -> impl Iterator<Item = PathBuf> {
    let chapters = course.chapters.iter().filter(|chapter| !chapter.exercises.is_empty());
    chapters.map(|chapter| chapter.dir.join("exercises"))
}

fn subscribe(
    course: &Course,
    sender: mpsc::UnboundedSender<Hint>,
) -> notify::Result<RecommendedWatcher> {
    let mut watcher =
        notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // An error, or too many events at once: the next look finds out.
            let Ok(event) = event else { return };
            if let Some(ends) = ends_a_save(&event.kind) {
                let _ = sender.send(Hint { paths: event.paths, ends });
            }
        })?;
    for folder in folders(course) {
        watcher.watch(&folder, RecursiveMode::Recursive)?;
    }
    // What another terminal does to the progress is seen at the next look at the latest.
    let state_dir = course.state_dir();
    if fs::create_dir_all(&state_dir).is_ok() {
        let _ = watcher.watch(&state_dir, RecursiveMode::NonRecursive);
    }
    Ok(watcher)
}

/// Whether a change is complete with this event; nothing if it is no change. (Cargo's own
/// reading is an event, too.)
fn ends_a_save(kind: &EventKind) -> Option<bool> {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(true),
        EventKind::Modify(ModifyKind::Name(RenameMode::To | RenameMode::Both)) => {
            Some(true)
        }
        EventKind::Access(_) => None,
        _ => Some(false),
    }
}

fn stamp(file: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok(), metadata.len()))
}

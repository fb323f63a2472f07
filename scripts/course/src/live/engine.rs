//! The one task that owns the state of the living course.
//!
//! At any time at most one check is under way. What was saved last comes first: a save of the
//! exercise that is being checked ends that check and begins it again, a save of another one
//! puts it off.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::future::pending;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anstream::adapter::strip_str;
use anyhow::{Result, anyhow, ensure};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::learn::editor::Editor;
use crate::learn::hint;
use crate::learn::verdict::{self, Told};
use crate::live::state::{
    Busy, ChapterView, Doing, ExerciseView, Hint, MistakeView, PredictionView, Snapshot,
    StateName, Verdict,
};
use crate::live::watcher::{Seen, Watcher};
use crate::repo::catalogue::{Catalogue, Mistake};
use crate::repo::predictions::{self, Prediction};
use crate::repo::progress::{Progress, State, hash, is_as_shipped};
use crate::repo::sources;
use crate::repo::workspace::{Chapter, Course, Exercise};
use crate::run::check::{self, Checked, Event, Outcome};
use crate::text::{self, RED};

/// What to do on the whole.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether to check an exercise when its file is saved.
    pub watch: bool,
}

/// Something that a reader asks for by a key or a click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Check this exercise, even if nothing has changed.
    Check(String),
    /// Show one more hint of this exercise.
    Hint(String),
    /// Remember what the reader predicts, given the question's id, or forget it.
    Predict(String, Option<String>),
}

/// A handle on the engine. Clones are handles on the same one.
#[derive(Clone, Debug)]
pub struct Live {
    course: Arc<Course>,
    wishes: mpsc::Sender<Wish>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
}

#[derive(Debug)]
enum Wish {
    Act(Action),
    /// The pages of the book have changed, and with them what they ask.
    Look,
    /// An editor was started, or has ended: what is to be said of it.
    Editor(Option<String>),
    End,
}

impl Live {
    /// Starts the engine.
    ///
    /// With `watch`, answers that were edited while nobody watched are checked first: so a
    /// state that was lost is found again.
    ///
    /// # Errors
    ///
    /// Fails if what is remembered of the reader's progress cannot be read.
    pub async fn start(course: Arc<Course>, options: Options) -> Result<Live> {
        let (progress, lost) = Progress::read(&course)?;
        let mut notices = Vec::new();
        let is_lost = lost.is_some();
        if let Some(lost) = lost {
            let found_again = if options.watch {
                "They are checked now, to find again which of them pass."
            } else {
                "`cargo course check` finds again which of them pass."
            };
            notices.push(format!("{lost} {found_again}"));
        }
        let mut watcher = None;
        if options.watch {
            let (watching, trouble) = Watcher::new(course.clone());
            watcher = Some(watching);
            notices.extend(trouble);
        }
        let (wishes, heard) = mpsc::channel(16);
        let (snapshots, shown) = watch::channel(Arc::default());
        let (said, events) = mpsc::unbounded_channel();
        let mut engine = Engine {
            course: course.clone(),
            progress,
            questions: Vec::new(),
            verdicts: BTreeMap::new(),
            queue: VecDeque::new(),
            running: None,
            runs: 0,
            said,
            snapshot: Snapshot {
                notices,
                watching: options.watch,
                root: course.root.display().to_string(),
                ..Snapshot::default()
            },
            snapshots,
        };
        engine.read_the_book();
        engine.look_at_everything();
        if options.watch {
            engine.queue_what_is_unchecked(!is_lost);
        }
        engine.publish();
        tokio::spawn(engine.serve(heard, events, watcher));
        Ok(Live { course, wishes, snapshots: shown })
    }

    /// The course.
    pub fn course(&self) -> &Arc<Course> {
        &self.course
    }

    /// The snapshots: the newest one at once, and then each that follows. Ends when the engine
    /// does.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.clone()
    }

    /// Asks for something. Returns when it is noted, not when it is done: what comes of it is
    /// in the snapshots.
    ///
    /// # Errors
    ///
    /// Fails if there is no such exercise or question, if the question has no such answer, or if the
    /// engine has ended.
    pub async fn act(&self, action: Action) -> Result<()> {
        match &action {
            Action::Check(name) | Action::Hint(name) => {
                let known = self.course.exercises().any(|(_, one)| one.name == *name);
                ensure!(known, "no exercise is called `{name}`");
            }
            Action::Predict(id, said) => {
                let questions = predictions::all(&self.course.root)?;
                let question = questions.iter().find(|one| one.id == *id);
                let question =
                    question.ok_or_else(|| anyhow!("no question is called `{id}`"))?;
                let fits = |said: &String| {
                    let given = question.given(said);
                    given.and_then(|given| question.judge(given)).is_some()
                };
                let fits = said.as_ref().is_none_or(fits);
                ensure!(fits, "{id} has no such answer");
            }
        }
        let sent = self.wishes.send(Wish::Act(action)).await;
        sent.map_err(|_| anyhow!("the course is closing"))
    }

    /// Looks again at all that the course consists of: the pages of the book have changed.
    pub async fn look(&self) {
        let _ = self.wishes.send(Wish::Look).await;
    }

    /// The file of an exercise, given by its name, or one that a page names.
    pub fn file(&self, what: &str) -> Option<PathBuf> {
        let exercise = self.course.exercises().find(|(_, one)| one.name == what);
        exercise.map(|(_, one)| one.file.clone()).or_else(|| {
            let named = sources::files_named(&self.course.root);
            named.contains(what).then(|| self.course.root.join(what))
        })
    }

    /// Opens a file in an editor with a window of its own. If that fails later, it is in the
    /// snapshots.
    ///
    /// # Errors
    ///
    /// Fails if the editor cannot be started.
    pub fn open(&self, editor: &Editor, file: &Path) -> Result<()> {
        let ended = editor.open(file)?;
        let wishes = self.wishes.clone();
        tokio::spawn(async move {
            // What the one before had to complain of is not to be said of this one.
            let _ = wishes.send(Wish::Editor(None)).await;
            if let Err(error) = ended.await {
                let _ = wishes.send(Wish::Editor(Some(format!("{error:#}")))).await;
            }
        });
        Ok(())
    }

    /// Ends the engine: a running check is killed, children and all, before this returns.
    pub async fn shutdown(&self) {
        let _ = self.wishes.send(Wish::End).await;
        self.wishes.closed().await;
    }
}

struct Engine {
    course: Arc<Course>,
    progress: Progress,
    /// What the book asks, as its pages were when they were read last.
    questions: Vec<Prediction>,
    /// How the last check of an exercise ended, and of which answer it speaks.
    verdicts: BTreeMap<String, (String, Verdict)>,
    queue: VecDeque<String>,
    running: Option<Running>,
    /// How many checks were started. Tells what a check says from what the one before it said.
    runs: u64,
    said: mpsc::UnboundedSender<(u64, Event)>,
    snapshot: Snapshot,
    snapshots: watch::Sender<Arc<Snapshot>>,
}

/// A check that is under way.
struct Running {
    run: u64,
    exercise: Exercise,
    /// The answer that is checked, by its hash.
    answer: String,
    doing: Doing,
    detail: Option<String>,
    /// What Cargo and rustc have said that matters if there is no verdict.
    complaints: String,
    cancel: oneshot::Sender<()>,
    task: JoinHandle<Result<Option<Checked>>>,
}

impl Engine {
    async fn serve(
        mut self,
        mut wishes: mpsc::Receiver<Wish>,
        mut events: mpsc::UnboundedReceiver<(u64, Event)>,
        mut watcher: Option<Watcher>,
    ) {
        loop {
            self.start_the_next();
            self.publish();
            let seen = async {
                match &mut watcher {
                    Some(watcher) => watcher.next().await,
                    None => pending().await,
                }
            };
            let ended = async {
                match &mut self.running {
                    Some(running) => (&mut running.task).await,
                    None => pending().await,
                }
            };
            // All of these are cancel safe.
            tokio::select! {
                // What a check says comes before its end.
                biased;
                wish = wishes.recv() => match wish {
                    Some(Wish::Act(action)) => self.act(action).await,
                    Some(Wish::Look) => {
                        self.read_the_book();
                        self.look_at_everything();
                    }
                    Some(Wish::Editor(trouble)) => self.snapshot.editor_trouble = trouble,
                    Some(Wish::End) | None => break,
                },
                seen = seen => self.take(seen).await,
                Some((run, event)) = events.recv() => self.hear(run, event),
                ended = ended => {
                    let ended = ended.unwrap_or_else(|error| Err(error.into()));
                    self.conclude(ended);
                }
            }
        }
        self.stop().await;
    }

    async fn act(&mut self, action: Action) {
        match action {
            Action::Check(name) => self.check(name).await,
            Action::Hint(name) => {
                let course = self.course.clone();
                let (_, exercise) = find(&course, &name);
                let total = hints(exercise).len();
                let saved = self.progress.change(exercise, |record| {
                    record.hints = (record.hints + 1).min(total);
                });
                self.remember(saved);
                self.look_at_everything();
            }
            Action::Predict(id, said) => {
                let saved = self.progress.predict(&id, said.as_deref());
                self.remember(saved);
                self.look_at_everything();
            }
        }
    }

    async fn take(&mut self, seen: Seen) {
        if seen.progress {
            self.progress.reload();
        }
        let course = self.course.clone();
        let exercises: Vec<&Exercise> = course.exercises().map(|(_, one)| one).collect();
        let here = |name: &String| {
            let shown = [&self.snapshot.current, &self.snapshot.next];
            shown.into_iter().any(|one| one.as_ref() == Some(name))
        };
        // What touches all files, as `git checkout` does, has not touched what is as shipped. Of
        // several, the one that the reader is at comes last, and so is checked first.
        let mut saved: Vec<String> = seen
            .exercises
            .into_iter()
            .map(|index| exercises[index])
            .filter(|one| {
                here(&one.name) || self.progress.state(one) != State::NotStarted
            })
            .map(|one| one.name.clone())
            .collect();
        saved.sort_by_key(|name| self.snapshot.current.as_ref() == Some(name));
        for name in saved {
            self.check(name).await;
        }
        self.look_at_everything();
    }

    /// Puts an exercise at the head of the queue, before the one that is being checked.
    async fn check(&mut self, name: String) {
        let course = self.course.clone();
        let (_, exercise) = find(&course, &name);
        self.snapshot.current = Some(name.clone());
        self.queue.retain(|waiting| *waiting != name);
        let answer = answer(exercise);
        if let Some(running) = &self.running {
            let same = running.exercise.name == name;
            if same && answer.as_ref() == Some(&running.answer) {
                return;
            }
            let put_off = (!same).then(|| running.exercise.name.clone());
            self.stop().await;
            self.queue.extend(put_off);
        }
        if answer.is_some() {
            self.queue.push_front(name);
        } else {
            self.verdicts.remove(&name);
        }
    }

    /// Ends the check that is under way, and waits until it is gone.
    async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = running.cancel.send(());
            let _ = running.task.await;
        }
    }

    fn start_the_next(&mut self) {
        while self.running.is_none() {
            let Some(name) = self.queue.pop_front() else { return };
            let (_, exercise) = find(&self.course, &name);
            let exercise = exercise.clone();
            // It may have been removed while it waited.
            let Some(answer) = answer(&exercise) else { continue };
            let (cancel, mut cancelled) = oneshot::channel();
            self.runs += 1;
            let (run, said) = (self.runs, self.said.clone());
            let (course, to_check) = (self.course.clone(), exercise.clone());
            let task = tokio::spawn(async move {
                let mut tell = move |event| {
                    let _ = said.send((run, event));
                };
                check::check(&course, &to_check, &mut tell, &mut cancelled).await
            });
            self.running = Some(Running {
                run,
                exercise,
                answer,
                doing: Doing::Building,
                detail: None,
                complaints: String::new(),
                cancel,
                task,
            });
        }
    }

    /// Hears what a check says of itself.
    fn hear(&mut self, run: u64, event: Event) {
        let Some(running) = self.running.as_mut().filter(|one| one.run == run) else {
            return;
        };
        match event {
            Event::Running => (running.doing, running.detail) = (Doing::Running, None),
            Event::Complaint(words) => running.complaints += &ended_line(words),
            Event::Cargo { line, routine } => {
                let words = text::harmless(&strip_str(&line).to_string());
                let words = words.trim();
                running.doing = if words.starts_with("Blocking waiting for") {
                    Doing::WaitingForCargo
                } else {
                    Doing::Building
                };
                if routine {
                    running.detail = None;
                    return;
                }
                // Once Cargo complains, all that follows belongs to it.
                let complains =
                    ["error", "warning"].iter().any(|word| words.starts_with(word));
                if complains || !running.complaints.is_empty() {
                    running.complaints += &ended_line(line);
                } else {
                    running.detail = Some(words.to_string());
                }
            }
        }
    }

    /// Takes the end of the check that was under way.
    fn conclude(&mut self, ended: Result<Option<Checked>>) {
        let Some(running) = self.running.take() else { return };
        let name = running.exercise.name.clone();
        let (answer, verdict) = match ended {
            Ok(None) => return,
            Ok(Some(checked)) => (checked.answer.clone(), self.judge(&running, &checked)),
            Err(error) => (running.answer.clone(), no_verdict(&running, &error)),
        };
        let verdict = Verdict { run: running.run, ..verdict };
        self.verdicts.insert(name, (answer, verdict));
        self.look_at_everything();
    }

    /// Remembers how a check ended, and puts it in words.
    fn judge(&mut self, running: &Running, checked: &Checked) -> Verdict {
        let exercise = &running.exercise;
        let catalogue = Catalogue::open(&self.course.root).unwrap_or_default();
        let outcome = &checked.outcome;
        let answer = checked.answer.clone();
        let untouched = is_as_shipped(exercise, &answer);
        let mut told = Told::of(outcome, &self.course, exercise, &catalogue, untouched);
        let saved = self
            .progress
            .change(exercise, |record| told.remember(record, answer, outcome));
        self.remember(saved);
        let passed = matches!(outcome, Outcome::Passed { .. });
        let mut learned = Vec::new();
        if passed {
            let met = self.progress.of(exercise).met;
            told.meaning = verdict::learned(exercise, &catalogue, &met);
            let about = verdict::about(exercise, &catalogue, &met);
            learned = about.into_iter().map(view_of_a_mistake).collect();
        }
        Verdict {
            mistake: told
                .mistake
                .as_deref()
                .and_then(|id| catalogue.get(id))
                .map(view_of_a_mistake),
            picture: checked.picture.clone(),
            learned,
            build_ms: milliseconds(checked.build),
            run_ms: milliseconds(checked.run),
            ..verdict(passed, told)
        }
    }

    /// Says once that something could not be saved.
    fn remember(&mut self, saved: Result<()>) {
        if let Err(error) = saved {
            let notice = format!("Your progress is not remembered: {error:#}");
            if !self.snapshot.notices.contains(&notice) {
                self.snapshot.notices.push(notice);
            }
        }
    }

    /// What was edited while nobody watched, or is not remembered any more. What was edited last
    /// comes first, and if `show`, it is what the reader sees.
    fn queue_what_is_unchecked(&mut self, show: bool) {
        let unchecked = self.snapshot.exercises().filter(|one| {
            matches!(one.state, StateName::Changed | StateName::DoneChangedSince)
        });
        let mut unchecked: Vec<String> = unchecked.map(|one| one.name.clone()).collect();
        let saved_at = |name: &String| {
            let file = &find(&self.course, name).1.file;
            fs::metadata(file).and_then(|about| about.modified()).ok()
        };
        unchecked.sort_by_key(|name| Reverse(saved_at(name)));
        if show {
            self.snapshot.current = unchecked.first().cloned();
        }
        self.queue = unchecked.into();
    }

    /// Reads what the book asks and names. It changes only when its pages do, and to read all of them
    /// takes too long to be done at every save.
    fn read_the_book(&mut self) {
        self.questions = predictions::all(&self.course.root).unwrap_or_default();
        self.snapshot.files =
            sources::files_named(&self.course.root).into_iter().collect();
    }

    /// Reads all that the snapshot says of the exercises.
    fn look_at_everything(&mut self) {
        self.snapshot.chapters =
            self.course.chapters.iter().map(|chapter| self.chapter(chapter)).collect();
        let next = self.snapshot.exercises().find(|one| !one.state.is_done());
        self.snapshot.next = next.map(|one| one.name.clone());
        self.snapshot.predictions = self.predictions();
    }

    fn chapter(&self, chapter: &Chapter) -> ChapterView {
        let deeper = format!("{}-deeper", chapter.slug);
        let source = self.course.root.join(format!("book/src/{deeper}.md"));
        let source = fs::read_to_string(source).unwrap_or_default();
        let page = format!("{}.html", chapter.slug);
        let exercises: Vec<ExerciseView> = chapter
            .exercises
            .iter()
            .map(|one| {
                let is_deeper = source.contains(&format!("id=\"exercise-{}\"", one.slug));
                let page =
                    if is_deeper { format!("{deeper}.html") } else { page.clone() };
                ExerciseView { page, ..self.exercise(one) }
            })
            .collect();
        ChapterView {
            slug: chapter.slug.clone(),
            number: chapter.number,
            title: chapter.title.clone(),
            page,
            done: exercises.iter().filter(|one| one.state.is_done()).count(),
            exercises,
        }
    }

    fn exercise(&self, exercise: &Exercise) -> ExerciseView {
        let record = self.progress.of(exercise);
        let (state, mistake) = match self.progress.state(exercise) {
            State::Missing => (StateName::Missing, None),
            State::Unreadable => (StateName::Unreadable, None),
            State::NotStarted => (StateName::NotStarted, None),
            State::Changed => (StateName::Changed, None),
            State::Failing(mistake) => (StateName::Failing, mistake),
            State::DoesNotCompile(mistake) => (StateName::DoesNotCompile, mistake),
            State::Done => (StateName::Done, None),
            State::DoneChangedSince => (StateName::DoneChangedSince, None),
        };
        let hints = hints(exercise);
        let verdict = self.verdicts.get(&exercise.name);
        let answer = answer(exercise);
        ExerciseView {
            name: exercise.name.clone(),
            slug: exercise.slug.clone(),
            title: exercise.title.clone(),
            minutes: exercise.minutes,
            page: String::new(),
            file: with_slashes(&self.course.shown(&exercise.file)),
            path: exercise.file.display().to_string(),
            state,
            mistake,
            verdict: verdict.map(|(_, verdict)| verdict.clone()),
            verdict_is_fresh: verdict.is_some_and(|(of, _)| answer.as_ref() == Some(of)),
            hints_total: hints.len(),
            hints: hints.into_iter().take(record.hints).collect(),
            solution_open: record.passed.is_some(),
            running: false,
        }
    }

    fn predictions(&self) -> Vec<PredictionView> {
        let catalogue = Catalogue::open(&self.course.root).unwrap_or_default();
        let view = |question: &Prediction| {
            let id = question.id.clone();
            let Some((said, judged)) = self.progress.predicted(question) else {
                return PredictionView { id, ..PredictionView::default() };
            };
            let mistake = judged.mistake.and_then(|id| catalogue.get(&id));
            let happened =
                question.right().first().map(|index| &question.answers[*index]);
            PredictionView {
                id,
                said: Some(said.to_string()),
                right: judged.right,
                happened: happened.map(|answer| answer.says.clone()),
                outcome: Some(judged.outcome),
                mistake: mistake.map(view_of_a_mistake),
            }
        };
        self.questions.iter().map(view).collect()
    }

    /// Shows the newest state, if it is another than the one before.
    fn publish(&mut self) {
        let running = self.running.as_ref();
        self.snapshot.busy = running.map(|running| Busy {
            exercise: running.exercise.name.clone(),
            doing: running.doing,
            detail: running.detail.clone(),
        });
        for chapter in &mut self.snapshot.chapters {
            for one in &mut chapter.exercises {
                one.running = self.queue.contains(&one.name)
                    || running.is_some_and(|running| running.exercise.name == one.name);
            }
        }
        if self.snapshot.revision == 0 || **self.snapshots.borrow() != self.snapshot {
            self.snapshot.revision += 1;
            self.snapshots.send_replace(Arc::new(self.snapshot.clone()));
        }
    }
}

/// The exercise with this name, and its chapter.
fn find<'a>(course: &'a Course, name: &str) -> (&'a Chapter, &'a Exercise) {
    let found = course.exercises().find(|(_, one)| one.name == name);
    found.expect("names are checked at the door")
}

/// The hash of the answer as it is now, if there is one.
fn answer(exercise: &Exercise) -> Option<String> {
    fs::read(&exercise.file).ok().map(|content| hash(&content))
}

/// All hints of an exercise.
fn hints(exercise: &Exercise) -> Vec<Hint> {
    let source = fs::read_to_string(&exercise.hints).unwrap_or_default();
    let hints = hint::split(&source).into_iter();
    hints
        .map(|(heading, body)| Hint {
            heading: heading.to_string(),
            markdown: body.trim().to_string(),
        })
        .collect()
}

fn verdict(passed: bool, mut told: Told) -> Verdict {
    for text in [&mut told.headline, &mut told.words, &mut told.meaning, &mut told.aside]
        .into_iter()
        .chain(&mut told.saw)
    {
        *text = text::harmless(text);
    }
    let ansi = told.all();
    Verdict {
        passed,
        headline: told.headline.clone(),
        text: strip_str(&ansi).to_string(),
        ansi,
        saw: told.saw.clone(),
        told,
        ..Verdict::default()
    }
}

/// What to say if the check could not be run.
fn no_verdict(running: &Running, error: &anyhow::Error) -> Verdict {
    let said = format!("{RED}error:{RED:#} {error:#}");
    let told = Told {
        headline: format!("{} was not checked", running.exercise.name),
        words: running.complaints.clone(),
        meaning: text::wrapped("", &said),
        ..Told::default()
    };
    verdict(false, told)
}

fn view_of_a_mistake(mistake: &Mistake) -> MistakeView {
    MistakeView {
        id: mistake.id.clone(),
        title: mistake.title.clone(),
        belief: mistake.belief.clone(),
        because: mistake.because.clone(),
        read_text: mistake.read.clone(),
        read_href: mistake.href.clone(),
    }
}

fn ended_line(mut words: String) -> String {
    if !words.ends_with('\n') {
        words.push('\n');
    }
    words
}

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn with_slashes(path: &str) -> String {
    path.replace(std::path::MAIN_SEPARATOR, "/")
}

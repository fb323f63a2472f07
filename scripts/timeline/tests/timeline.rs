//! Records are right, and pictures show them.

#[path = "../examples/timeline/scenes.rs"]
mod scenes;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use timeline::{
    Axis, BLOCKED, Doing, End, Event, Kind, Lane, LeftOut, Options, Outcome, Recorder,
    Task, TaskKind, Timeline, View, block_for,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{sleep, timeout};

use scenes::{REAL, SCENES, record};

const MS: Duration = Duration::from_millis(1);

// ---- what a record promises ----

/// Everything that holds for each record, whatever it is of.
fn sound(timeline: &Timeline) {
    let Timeline { tasks, lanes, events, left_out } = timeline;
    let mut created = vec![0; tasks.len()];
    let mut dropped = vec![0; tasks.len()];
    let mut ended = vec![false; tasks.len()];
    let mut polled = vec![false; tasks.len()];
    let mut nested = vec![Vec::new(); lanes.len()];
    let mut spans = BTreeSet::new();
    let mut last = Duration::ZERO;
    let full = *left_out != LeftOut::default();
    for (index, event) in events.iter().enumerate() {
        assert!(event.at >= last, "event {index} is earlier than the one before");
        last = event.at;
        if let Some(task) = event.kind.task() {
            assert!(task < tasks.len(), "event {index} is of an unknown task");
            assert_eq!(
                created[task],
                usize::from(!matches!(event.kind, Kind::Created { .. })),
                "event {index}: a task is made once, and first"
            );
            assert_eq!(dropped[task], 0, "event {index}: nothing comes after a drop");
        }
        match event.kind {
            Kind::Created { task, by } => {
                created[task] += 1;
                assert!(by.is_none_or(|by| polled[by] || ended[by]));
            }
            Kind::PollStart { task, lane } => {
                assert!(
                    !polled[task] && !ended[task],
                    "event {index}: one poll at a time"
                );
                polled[task] = true;
                nested[lane].push(task);
            }
            Kind::PollEnd { task, lane, outcome } => {
                assert_eq!(nested[lane].pop(), Some(task), "event {index}: polls nest");
                polled[task] = false;
                ended[task] = outcome != Outcome::Pending;
            }
            Kind::Wake { task, by, lane } => {
                assert!(!ended[task], "event {index}: who has ended is not woken");
                assert!(by.is_none_or(|by| by < tasks.len()) && lane < lanes.len());
            }
            Kind::Dropped { task, by, early } => {
                dropped[task] += 1;
                assert!(early != ended[task] || full);
                assert!(!polled[task]);
                assert!(by.is_none_or(|by| by < tasks.len()));
            }
            Kind::SpanStart { span, .. } => assert!(spans.insert(span)),
            Kind::SpanEnd { span, .. } => assert!(spans.remove(&span)),
            Kind::Note { .. } => {}
        }
    }
    for (index, task) in tasks.iter().enumerate() {
        assert_eq!(created[index], 1);
        assert!(dropped[index] <= 1);
        let end = match (ended[index], dropped[index]) {
            (true, _) => [Some(End::Finished), Some(End::Panicked)].contains(&task.end),
            (false, 1) => task.end == Some(End::Dropped) || full,
            (false, _) => task.end.is_none() || full,
        };
        assert!(end, "{} has the wrong end: {:?}", task.name, task.end);
        let stretches = timeline.stretches(index);
        for pair in stretches.windows(2) {
            assert_eq!(pair[0].last_event, pair[1].first_event, "a life has no gaps");
            assert_ne!((pair[0].doing, pair[1].doing), (Doing::Waiting, Doing::Waiting));
        }
    }
    let polls = timeline.polls();
    for poll in &polls {
        assert!(poll.end >= poll.start && poll.last_event > poll.first_event);
        assert!(poll.nth as u64 <= tasks[poll.task].polls);
    }
    let kept = tasks.iter().map(|task| task.polls).sum::<u64>() - left_out.polls;
    assert_eq!(polls.len() as u64, kept);
    drawable(timeline);
}

/// Every picture of a record is well made.
fn drawable(timeline: &Timeline) {
    for view in [View::Tasks, View::Threads, View::Both] {
        for axis in [Axis::Steps, Axis::Time] {
            well_formed(&timeline.to_svg(&Options { view, axis, ..Options::default() }));
        }
    }
    for width in [40, 80, 133] {
        let plain = timeline.to_terminal(width, false);
        let words =
            |line: &&str| !line.starts_with("The picture ") && !line.starts_with("Left ");
        for line in plain.lines().filter(words) {
            assert!(line.chars().count() <= width, "wider than {width}: {line}");
        }
        assert_eq!(without_colors(&timeline.to_terminal(width, true)), plain);
    }
    assert!(!timeline.to_text().is_empty());
}

/// Tags match, nothing ends Markdown's block, names are prefixed, nothing comes from elsewhere.
fn well_formed(svg: &str) {
    let first = svg.lines().next().expect("a picture has lines");
    assert!(
        first.starts_with("<svg ")
            && first.ends_with('>')
            && first.matches('<').count() == 1
    );
    assert!(svg.ends_with("</svg>\n"));
    assert!(svg.lines().all(|line| !line.trim().is_empty()), "no blank lines");
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag is closed");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().expect("a tag has a name"));
        }
    }
    assert_eq!(open, Vec::<&str>::new());
    for attribute in ["class", "id"] {
        for value in svg.split(&format!(" {attribute}=\"")).skip(1) {
            let (value, _) = value.split_once('"').expect("an attribute is closed");
            assert!(value.split(' ').all(|name| name.starts_with("tl")), "{value}");
        }
    }
    let ids = svg.matches(" id=\"").count();
    let unique: BTreeSet<_> =
        svg.split(" id=\"").skip(1).map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids, unique.len());
    for foreign in ["http:", "https:", "@import", "<script", "href"] {
        let svg = svg.replace("http://www.w3.org/2000/svg", "");
        assert!(!svg.contains(foreign), "{foreign}");
    }
    for number in [" width=\"-", " height=\"-", "NaN", "inf"] {
        assert!(!svg.contains(number), "{number}");
    }
}

fn without_colors(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain += part.split_once('m').expect("a color ends with m").1;
    }
    plain
}

// ---- the scenes, byte for byte ----

fn recorded(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(name)
}

/// Compares with the recording, or makes it with `RECORD=1`.
fn same_as_recorded(name: &str, now: &str) {
    let path = recorded(name);
    if env::var_os("RECORD").is_some() {
        fs::write(&path, now).expect("a recording can be written");
    }
    let then = fs::read_to_string(&path).unwrap_or_default();
    let line = then.lines().zip(now.lines()).position(|(then, now)| then != now);
    assert!(
        then.replace("\r\n", "\n") == now,
        "{} is stale from line {} on; `RECORD=1 cargo test --test timeline` makes it again\n{now}",
        path.display(),
        line.unwrap_or(0) + 1,
    );
}

#[test]
fn every_scene_is_as_recorded() {
    for (name, title, scene) in SCENES {
        let timeline = scene();
        same_as_recorded(&format!("{name}.txt"), &timeline.to_text());
        same_as_recorded(
            &format!("{name}.terminal.txt"),
            &timeline.to_terminal(90, false),
        );
        let options = Options { title: title.into(), ..Options::default() };
        same_as_recorded(&format!("{name}.svg"), &timeline.to_svg(&options));
    }
}

#[test]
fn a_record_of_a_paused_clock_is_the_same_each_time() {
    for (name, _, scene) in SCENES {
        let first = scene();
        sound(&first);
        assert!(first.is_virtual());
        for _ in 0..20 {
            assert_eq!(scene(), first, "{name}");
        }
    }
}

#[test]
fn records_of_real_threads_are_sound() {
    for (name, title, scene) in REAL {
        let timeline = scene();
        sound(&timeline);
        assert!(!timeline.is_virtual());
        // Each run has its own times, so the recording only has to be of this scene.
        let path = recorded(&format!("{name}.svg"));
        if env::var_os("RECORD").is_some() {
            let options = Options { title: title.into(), ..Options::default() };
            fs::write(&path, timeline.to_svg(&options)).expect("it can be written");
        }
        let then = fs::read_to_string(&path).expect("`RECORD=1` makes it");
        for words in timeline.tasks.iter().map(|task| task.name.as_str()).chain([title]) {
            assert!(then.contains(words), "{} says nothing of {words}", path.display());
        }
    }
}

/// Two workers, the second with a poll that blocks it: made by hand, since real ones differ from
/// run to run.
fn two_workers() -> Timeline {
    let task = |name: &str, polls| Task {
        name: name.into(),
        kind: TaskKind::Spawned,
        polls,
        end: Some(End::Finished),
    };
    let start =
        |at: u32, task, lane| Event { at: at * MS, kind: Kind::PollStart { task, lane } };
    let end = |at: u32, task, lane, outcome| Event {
        at: at * MS,
        kind: Kind::PollEnd { task, lane, outcome },
    };
    let made =
        |task| Event { at: Duration::ZERO, kind: Kind::Created { task, by: None } };
    Timeline {
        tasks: vec![task("quick", 2), task("slow", 1)],
        lanes: vec![Lane::Worker { index: 0 }, Lane::Worker { index: 1 }],
        events: vec![
            made(0),
            made(1),
            start(1, 0, 0),
            start(2, 1, 1),
            end(4, 0, 0, Outcome::Pending),
            Event { at: 30 * MS, kind: Kind::Wake { task: 0, by: Some(1), lane: 1 } },
            start(31, 0, 0),
            end(33, 0, 0, Outcome::Ready),
            end(42, 1, 1, Outcome::Ready),
        ],
        left_out: LeftOut::default(),
    }
}

#[test]
fn two_workers_stand_below_their_tasks() {
    let timeline = two_workers();
    sound(&timeline);
    let title = "One worker is blocked, the other is not".to_owned();
    let svg = timeline.to_svg(&Options { title, ..Options::default() });
    same_as_recorded("two-workers.svg", &svg);
    assert!(
        svg.contains(">worker 1</text>") && svg.contains("slow holds worker 1 for 40 ms")
    );
    let blocked = timeline.blocked(BLOCKED);
    assert_eq!((blocked.len(), blocked[0].task, blocked[0].duration()), (1, 1, 40 * MS));
    assert!(timeline.blocked(41 * MS).is_empty());
}

#[test]
fn a_worker_that_is_handed_over_is_not_blocked() {
    let mut timeline = two_workers();
    timeline.lanes[0] = Lane::Worker { index: 1 };
    assert_eq!(timeline.blocked(BLOCKED), []);
    assert_eq!(timeline.lane_name(0), "worker 1");
    assert_eq!(timeline.lane_name(1), "worker 1 (thread 2)");
    drawable(&timeline);
}

// ---- polls, wakes, ends ----

fn paused() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().expect("a runtime can be built")
}

fn kinds(timeline: &Timeline, task: usize) -> Vec<&Kind> {
    let kinds = timeline.events.iter().map(|event| &event.kind);
    kinds.filter(|kind| kind.task() == Some(task)).collect()
}

fn find(timeline: &Timeline, name: &str) -> usize {
    let task = timeline.tasks.iter().position(|task| task.name == name);
    task.unwrap_or_else(|| panic!("no task is called {name}"))
}

#[test]
fn a_future_that_nobody_polls_is_dropped_unpolled() {
    let timeline = record(|recorder| async move {
        drop(recorder.wrap("never", pending::<()>()));
    });
    sound(&timeline);
    let never = find(&timeline, "never");
    assert_eq!(
        kinds(&timeline, never),
        [
            &Kind::Created { task: never, by: Some(0) },
            &Kind::Dropped { task: never, by: Some(0), early: true },
        ]
    );
    assert_eq!(timeline.tasks[never].end, Some(End::Dropped));
    assert_eq!(timeline.stretches(never)[0].doing, Doing::Unpolled);
}

#[test]
fn a_spawned_task_is_ready_until_its_first_poll() {
    let timeline = record(|recorder| async move {
        let first = recorder.spawn("first", async {});
        let mut set = JoinSet::new();
        set.spawn(recorder.spawned("second", async {}));
        _ = first.await;
        set.join_next().await;
    });
    sound(&timeline);
    for name in ["first", "second"] {
        let doing: Vec<Doing> =
            timeline.stretches(find(&timeline, name)).iter().map(|s| s.doing).collect();
        assert!(matches!(doing[..], [Doing::Ready, Doing::Polled(_)]), "{doing:?}");
    }
}

#[test]
fn a_wake_says_who_woke_whom() {
    let timeline = record(|recorder| async move {
        let (sender, receiver) = oneshot::channel::<()>();
        let receiving = recorder.spawn("receiver", receiver);
        recorder.spawn("sender", async move { _ = sender.send(()) });
        _ = receiving.await;
    });
    sound(&timeline);
    let (receiver, sender) = (find(&timeline, "receiver"), find(&timeline, "sender"));
    let wakes: Vec<&Kind> = timeline
        .events
        .iter()
        .map(|event| &event.kind)
        .filter(|kind| matches!(kind, Kind::Wake { .. }))
        .collect();
    assert_eq!(
        wakes,
        [
            &Kind::Wake { task: receiver, by: Some(sender), lane: 0 },
            &Kind::Wake { task: 0, by: Some(receiver), lane: 0 },
        ]
    );
    assert!(timeline.to_text().contains("main: woken by the end of receiver"));
}

#[test]
fn a_wake_from_another_thread_has_that_threads_lane_and_virtual_time() {
    let timeline = record(|_| async move {
        let (sender, receiver) = oneshot::channel::<()>();
        let name = "waker".to_owned();
        let waker = thread::Builder::new().name(name).spawn(move || {
            thread::sleep(30 * MS); // so that it would show if this were real time
            sender.send(())
        });
        _ = receiver.await;
        _ = waker.expect("a thread can be spawned").join();
    });
    sound(&timeline);
    assert_eq!(timeline.lanes[1], Lane::Thread { name: "waker".into() });
    assert_eq!(timeline.elapsed(), Duration::ZERO);
    assert!(timeline.to_text().contains("main: woken by thread waker"));
}

#[test]
fn time_is_virtual_also_for_futures_made_before_their_runtime() {
    let recorder = Recorder::new();
    let early = recorder.wrap("early", sleep_later(50));
    thread::sleep(5 * MS);
    let runtime = paused();
    thread::sleep(5 * MS);
    runtime.block_on(early);
    let timeline = recorder.finish();
    sound(&timeline);
    assert_eq!(timeline.elapsed(), 50 * MS);
    assert_eq!(timeline.lanes, [Lane::Worker { index: 0 }]);
}

/// A sleep that asks for the runtime only when it is polled.
async fn sleep_later(millis: u32) {
    sleep(millis * MS).await;
}

#[test]
fn a_panic_ends_the_poll_and_all_around_it() {
    let recorder = Recorder::new();
    let inside = recorder.clone();
    let caught = record_into(&recorder, async move {
        let outer = inside.clone();
        let joined = inside.spawn("outer", async move {
            outer.wrap("inner", async { panic!("as the test wants it") }).await
        });
        joined.await.expect_err("it panicked").is_panic()
    });
    assert!(caught);
    let timeline = recorder.finish();
    sound(&timeline);
    for name in ["outer", "inner"] {
        assert_eq!(timeline.tasks[find(&timeline, name)].end, Some(End::Panicked));
    }
    assert!(timeline.to_text().contains("inner: polled once, panicked at 0 ms."));
    assert!(timeline.to_terminal(80, false).contains("! panicked"));
}

fn record_into<F: Future>(recorder: &Recorder, future: F) -> F::Output {
    recorder.block_on(&paused(), "main", future)
}

#[test]
fn a_panic_in_block_on_leaves_the_thread_as_it_was() {
    let recorder = Recorder::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        record_into(&recorder, async { panic!("as the test wants it") })
    }));
    assert!(panicked.is_err());
    record_into(&recorder, async {});
    let timeline = recorder.finish();
    sound(&timeline);
    let by = |task| kinds(&timeline, task)[0];
    assert_eq!(
        by(1),
        &Kind::Created { task: 1, by: None },
        "nobody is being polled any more"
    );
}

#[test]
fn what_a_drop_wakes_is_woken_by_it() {
    let timeline = record(|recorder| async move {
        let lock = Arc::new(tokio::sync::Mutex::new(()));
        let (first, second) = (lock.clone(), lock.clone());
        let holder = recorder.spawn("holder", async move {
            let _guard = first.lock().await;
            pending::<()>().await;
        });
        let waiter = recorder.spawn("waiter", async move { drop(second.lock().await) });
        yield_now().await;
        holder.abort();
        _ = waiter.await;
        assert!(holder.await.expect_err("it was aborted").is_cancelled());
    });
    sound(&timeline);
    let (holder, waiter) = (find(&timeline, "holder"), find(&timeline, "waiter"));
    assert_eq!(timeline.tasks[holder].end, Some(End::Dropped));
    let woken = Kind::Wake { task: waiter, by: Some(holder), lane: 0 };
    assert!(kinds(&timeline, waiter).contains(&&woken));
    assert!(timeline.to_text().contains("waiter: woken by the drop of holder"));
}

#[test]
fn a_span_lasts_across_awaits_and_a_note_stands_where_it_was_made() {
    let timeline = record(|recorder| async move {
        let span = recorder.span("asleep");
        sleep(10 * MS).await;
        drop(span);
        recorder.note("awake");
    });
    sound(&timeline);
    let text = timeline.to_text();
    assert!(text.contains("main: \"asleep\" begins") && text.contains("main: \"awake\""));
    let picture = timeline.to_terminal(60, false);
    assert!(picture.contains("asleep") && picture.contains("awake ^"), "{picture}");

    let recorder = Recorder::new();
    drop(recorder.span("nobody's"));
    recorder.note("nobody's");
    let outside = recorder.finish();
    sound(&outside);
    assert_eq!(outside.events.len(), 1, "a span belongs to a task");
}

#[test]
fn a_blocked_thread_is_seen_and_a_blocking_pool_is_not_blamed() {
    let timeline = record(|recorder| async move {
        let outer = recorder.clone();
        outer
            .wrap("outer", async {
                recorder.wrap("inner", async { block_for(50 * MS) }).await
            })
            .await;
    });
    sound(&timeline);
    let blocked = timeline.blocked(BLOCKED);
    assert_eq!(blocked.len(), 1, "only the innermost");
    assert_eq!(blocked[0].task, find(&timeline, "inner"));
    assert!(
        timeline.to_text().contains("Blocked: poll 1 of inner held worker 0 for 50 ms")
    );
    assert!(timeline.to_terminal(80, false).contains("B polled, and blocks its thread"));
    assert!(timeline.to_svg(&Options::default()).contains("blocks for 50 ms"));

    let recorder = Recorder::new();
    recorder.block_on(&paused(), "main", async {
        let job = recorder.spawn_blocking("job", || ());
        job.await.expect("the job does not panic");
    });
    let timeline = recorder.finish();
    sound(&timeline);
    let job = find(&timeline, "job");
    let mut long = two_workers();
    long.tasks[1].kind = TaskKind::Blocking;
    assert_eq!(
        long.blocked(BLOCKED).len(),
        1,
        "a closure that a worker runs is in the way"
    );
    long.lanes[1] = Lane::Blocking { nth: 1 };
    assert_eq!(long.blocked(BLOCKED), []);
    assert_eq!(timeline.tasks[job].kind, TaskKind::Blocking);
    assert_eq!(timeline.lanes[timeline.polls()[1].lane], Lane::Blocking { nth: 1 });
    assert!(timeline.to_text().contains("main: woken by the end of job"));
}

#[test]
fn a_blocking_closure_that_never_ran_was_dropped() {
    let recorder = Recorder::new();
    let runtime = Builder::new_current_thread().max_blocking_threads(1).build();
    let runtime = runtime.expect("a runtime can be built");
    let (release, held) = std::sync::mpsc::channel::<()>();
    let _inside = runtime.enter();
    let (started, starts) = std::sync::mpsc::channel();
    let first = recorder.spawn_blocking("first", move || {
        _ = started.send(());
        _ = held.recv();
    });
    starts.recv().expect("the first starts");
    let second = recorder.spawn_blocking("second", || ());
    second.abort();
    drop(release);
    runtime.block_on(async {
        _ = first.await;
        assert!(second.await.expect_err("it was aborted").is_cancelled());
    });
    let timeline = recorder.finish();
    sound(&timeline);
    assert_eq!(timeline.tasks[find(&timeline, "first")].end, Some(End::Finished));
    assert_eq!(timeline.tasks[find(&timeline, "second")].end, Some(End::Dropped));
}

#[test]
fn tasks_that_a_runtime_ends_with_it_are_dropped() {
    let recorder = Recorder::new();
    record_into(&recorder, async {
        recorder.spawn("detached", pending::<()>());
        yield_now().await;
    });
    let timeline = recorder.finish();
    sound(&timeline);
    assert_eq!(timeline.tasks[find(&timeline, "detached")].end, Some(End::Dropped));
}

// ---- wakers ----

/// Remembers the wakers it was polled with, and ends at the third poll.
fn collects(wakers: Arc<Mutex<Vec<Waker>>>) -> impl Future<Output = ()> {
    poll_fn(move |cx| {
        let mut wakers = wakers.lock().expect("no poll panics");
        wakers.push(cx.waker().clone());
        cx.waker().wake_by_ref();
        if wakers.len() < 3 { Poll::Pending } else { Poll::Ready(()) }
    })
}

#[test]
fn a_future_sees_the_same_waker_at_each_poll_and_may_keep_it() {
    let wakers = Arc::default();
    let recorder = Recorder::new();
    record_into(&recorder, recorder.wrap("collector", collects(Arc::clone(&wakers))));
    let timeline = recorder.snapshot();
    sound(&timeline);
    let kept = wakers.lock().expect("no poll panics");
    assert!(kept.iter().all(|waker| waker.will_wake(&kept[0])));
    kept[0].wake_by_ref();
    let doing: Vec<Doing> = timeline.stretches(0).iter().map(|s| s.doing).collect();
    assert_eq!(
        doing[1..4],
        [Doing::Polled(1), Doing::Ready, Doing::Polled(3)],
        "{doing:?}"
    );
    sound(&recorder.finish());
    kept[1].wake_by_ref();
    assert_eq!(recorder.finish(), Timeline::default(), "the record was over");
}

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn a_wake_goes_to_the_task_of_the_last_poll() {
    let (first, second) = (Arc::<Count>::default(), Arc::<Count>::default());
    let recorder = Recorder::new();
    let (sender, receiver) = oneshot::channel();
    let mut future = recorder.wrap("moved", receiver);
    for task in [&first, &second] {
        let waker = Waker::from(task.clone());
        assert!(
            Pin::new(&mut future).poll(&mut Context::from_waker(&waker)).is_pending()
        );
    }
    sender.send(()).expect("the receiver is there");
    assert_eq!((first.0.load(SeqCst), second.0.load(SeqCst)), (0, 1));
    sound(&recorder.finish());
}

#[test]
fn a_future_polled_by_hand_has_real_time() {
    let recorder = Recorder::new();
    let mut future = recorder.wrap("by hand", yield_now());
    let mut poll = || {
        let state = Pin::new(&mut future).poll(&mut Context::from_waker(Waker::noop()));
        thread::sleep(5 * MS);
        state
    };
    assert!(poll().is_pending() && poll().is_ready());
    drop(future);
    let timeline = recorder.finish();
    sound(&timeline);
    assert!(!timeline.is_virtual() && timeline.elapsed() >= 10 * MS);
    assert_eq!(timeline.events[0].at, Duration::ZERO);
}

#[test]
fn a_poll_past_the_end_is_no_second_end() {
    let recorder = Recorder::new();
    let mut future = recorder.wrap("over", async {});
    let mut poll = || Pin::new(&mut future).poll(&mut Context::from_waker(Waker::noop()));
    assert!(poll().is_ready());
    assert!(catch_unwind(AssertUnwindSafe(poll)).is_err());
    drop(future);
    let timeline = recorder.finish();
    sound(&timeline);
    assert_eq!(
        (timeline.tasks[0].polls, timeline.tasks[0].end),
        (1, Some(End::Finished))
    );
}

/// A task of a hand-made executor: it owns its future, and its waker owns it.
struct OwnTask(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

impl Wake for OwnTask {
    fn wake(self: Arc<Self>) {}
}

#[test]
fn a_recorded_future_does_not_keep_its_own_task_alive() {
    let recorder = Recorder::new();
    let future = recorder.wrap("task", pending::<()>());
    let task = Arc::new(OwnTask(Mutex::new(Some(Box::pin(future)))));
    let waker = Waker::from(task.clone());
    if let Some(future) = &mut *task.0.lock().expect("no poll panics") {
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    drop(waker);
    assert_eq!(Arc::strong_count(&task), 1);
    drop(task);
    let timeline = recorder.finish();
    sound(&timeline);
    assert_eq!(timeline.tasks[0].end, Some(End::Dropped));
}

#[test]
fn many_threads_wake_and_drop_and_panic_in_any_order() {
    for seed in 1..=8_u64 {
        let recorder = Recorder::new();
        let runtime = Builder::new_multi_thread().worker_threads(3).enable_all().build();
        recorder.block_on(&runtime.expect("a runtime can be built"), "main", async {
            let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut tasks = Vec::new();
            let (sender, mut receiver) = mpsc::channel(1);
            for n in 0..40 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let (kind, inside, sender) =
                    (random >> 60, recorder.clone(), sender.clone());
                tasks.push(recorder.spawn(format!("task {n}"), async move {
                    match kind {
                        0..4 => _ = sender.send(n).await,
                        4..7 => {
                            let (tx, rx) = oneshot::channel();
                            thread::spawn(move || tx.send(()));
                            _ = inside.wrap("reply", rx).await;
                        }
                        7..10 => {
                            let never = inside.wrap("never", pending::<()>());
                            let soon = inside.wrap("soon", yield_now());
                            tokio::select! { () = never => {}, () = soon => {} }
                        }
                        10..12 => panic!("as the test wants it"),
                        12..14 => {
                            _ = inside.spawn_blocking("job", yield_thread).await;
                        }
                        _ => _ = timeout(MS, inside.wrap("late", sleep(50 * MS))).await,
                    }
                }));
                if kind == 15 {
                    tasks[n].abort();
                }
            }
            drop(sender);
            while receiver.recv().await.is_some() {}
            for task in tasks {
                _ = task.await;
            }
        });
        sound(&recorder.finish());
    }
}

fn yield_thread() {
    thread::yield_now();
}

// ---- recorders come and go ----

#[test]
fn a_future_outlives_its_recorder() {
    let recorder = Recorder::new();
    let future = recorder.wrap("orphan", async { yield_now().await });
    drop(recorder);
    paused().block_on(future);
}

#[test]
fn a_record_may_be_taken_in_the_middle_of_a_poll() {
    let recorder = Recorder::new();
    let (middle, rest) = record_into(&recorder, async {
        let task = recorder.spawn("task", async { sleep(MS).await });
        yield_now().await;
        let copy = recorder.snapshot();
        let middle = recorder.finish();
        assert_eq!(copy, middle);
        assert!(!recorder.is_recording());
        let new = recorder.spawn("too late", async {});
        _ = (task.await, new.await);
        (middle, recorder.finish())
    });
    sound(&middle);
    assert_eq!(middle.polls().iter().filter(|poll| poll.outcome.is_none()).count(), 1);
    assert!(middle.to_text().contains("still there at the end of the record"));
    assert_eq!(rest, Timeline::default());
    drawable(&rest);
}

#[test]
fn a_recorder_that_is_off_records_nothing() {
    let recorder = Recorder::off();
    record_into(&recorder, async {
        let _span = recorder.span("span");
        recorder.note("note");
        _ = recorder.spawn("task", async {}).await;
        _ = recorder.spawn_blocking("job", || ()).await;
    });
    assert!(!recorder.is_recording());
    assert_eq!(recorder.finish(), Timeline::default());
}

#[test]
fn a_hundred_thousand_polls_are_counted_and_the_first_of_them_kept() {
    const LIMIT: usize = 2_000;
    let recorder = Recorder::with_limit(LIMIT);
    record_into(&recorder, async {
        for _ in 0..100_000 {
            yield_now().await;
        }
        for n in 0..5_000 {
            _ = recorder.spawn(format!("late {n}"), async {}).await;
        }
        recorder.note("late");
    });
    let timeline = recorder.finish();
    sound(&timeline);
    assert!(timeline.events.len() <= LIMIT + 2 && timeline.tasks.len() == 1);
    assert!(size_of::<Event>() <= 72, "an event has {} bytes", size_of::<Event>());
    assert!(timeline.tasks[0].polls > 100_000);
    assert_eq!(timeline.left_out.tasks, 5_000);
    let left_out = timeline.left_out.in_words().expect("something was left out");
    assert!(left_out.starts_with("5,000 tasks, 1"), "{left_out}");
    for text in [
        timeline.to_text(),
        timeline.to_terminal(80, false),
        timeline.to_svg(&Options::default()),
    ] {
        assert!(text.contains("Left out because the record was full: 5,000 tasks"));
        assert!(text.len() < 500_000);
    }
    assert!(timeline.to_terminal(80, false).contains("The picture ends here;"));
}

// ---- pictures ----

#[test]
fn a_name_cannot_break_a_picture() {
    let timeline = record(|recorder| async move {
        for name in [
            "</title><script>alert(1)</script>",
            "{{#include Cargo.toml}} & \"quotes\"",
            "two\n\nlines",
            "",
            "a name that is a good deal longer than there is room for in any picture",
            "übergröße 🦀",
        ] {
            recorder.wrap(name, async { recorder.note(name) }).await;
        }
    });
    sound(&timeline);
    let svg = timeline
        .to_svg(&Options { title: "</title> {{#x}}".into(), ..Options::default() });
    well_formed(&svg);
    assert!(!svg.contains("{{#"));
}

#[test]
fn a_picture_speaks_to_those_who_cannot_see_it() {
    let timeline = record(|recorder| async move {
        recorder.wrap("job", sleep(MS)).await;
    });
    let svg = timeline.to_svg(&Options { title: "A job".into(), ..Options::default() });
    assert!(svg.contains(">A job</title>"));
    assert!(svg.contains(
        "2 futures, 4 polls, 1 worker, 1 ms of virtual time. main: polled twice"
    ));
    assert!(svg.contains("job waits to be woken from 0 ms to 1 ms</title>"));
}

#[test]
fn letters_are_at_least_11_pixels_high_on_a_phone() {
    let svg = two_workers().to_svg(&Options::default());
    let sizes = svg.split("font-size:").skip(1).map(|rest| rest.split("px").next());
    for size in
        sizes.chain(svg.split("font:").skip(1).map(|rest| rest.split("px").next()))
    {
        let size: u32 =
            size.and_then(|size| size.parse().ok()).expect("a size in pixels");
        assert!(size >= 11);
    }
    // A phone of 390 pixels leaves 356 beside the margins of the page.
    assert!(svg.contains("--tl-narrow:356/"));
}

#[test]
fn a_real_clock_is_drawn_to_scale_and_a_paused_one_in_steps() {
    assert!(two_workers().to_svg(&Options::default()).contains("To scale;"));
    let (_, _, scene) = SCENES[0];
    assert!(scene().to_svg(&Options::default()).contains("The clock is paused:"));
}

// ---- from a command ----

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

#[test]
fn the_last_clone_writes_the_file() {
    let folder = folder("last-clone");
    for name in ["picture.svg", "words.txt"] {
        let path = folder.join(name);
        let recorder = Recorder::new().save_to(&path);
        let clone = recorder.clone();
        record_into(&recorder, async {});
        drop(recorder);
        assert!(!path.exists());
        drop(clone);
        let text = fs::read_to_string(&path).expect("the file is there");
        assert!(text.contains("main: polled once, finished at 0 ms."));
    }
    let names = fs::read_dir(&folder).expect("the folder is there");
    assert_eq!(names.count(), 2, "nothing else is left");

    let recorder = Recorder::new().save_to(folder.join("picture.gif"));
    let error = recorder.save().expect_err("pictures are SVG");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

/// Not a test: what the next one runs as another program, since its environment is its own.
#[test]
#[ignore = "run by the_environment_says_where_the_record_goes"]
fn a_program_that_records_if_it_is_told_to() {
    let recorder = Recorder::from_env();
    record_into(&recorder, async { recorder.note("recorded") });
    println!("recording: {}", recorder.is_recording());
}

#[test]
fn the_environment_says_where_the_record_goes() {
    let program = |out: Option<&Path>| {
        let mut command =
            Command::new(env::current_exe().expect("tests know themselves"));
        command.args(["--exact", "a_program_that_records_if_it_is_told_to", "--ignored"]);
        command
            .arg("--nocapture")
            .env_remove("TIMELINE_OUT")
            .env("TIMELINE_TITLE", "A <title>");
        if let Some(out) = out {
            command.env("TIMELINE_OUT", out);
        }
        let output = command.output().expect("a test can be run");
        assert!(output.status.success());
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
        (text(output.stdout), text(output.stderr))
    };

    let (stdout, _) = program(None);
    assert!(stdout.contains("recording: false"));

    let folder = folder("from-env");
    let (stdout, stderr) = program(Some(&folder.join("picture.svg")));
    assert!(stdout.contains("recording: true") && stderr.is_empty());
    let svg =
        fs::read_to_string(folder.join("picture.svg")).expect("the picture is there");
    well_formed(&svg);
    assert!(svg.contains(">A &lt;title&gt;</title>"));

    let (_, stderr) = program(Some(Path::new("-")));
    assert!(stderr.contains("# polled"), "{stderr}");

    let (_, stderr) = program(Some(&folder.join("no/such/folder.svg")));
    assert!(
        stderr.starts_with("cannot write the timeline to ")
            && stderr.lines().count() == 1
    );
}

#[test]
fn a_picture_of_many_tasks_is_bounded_and_says_so() {
    let timeline = record(|recorder| async move {
        let tasks: Vec<_> = (1..=200)
            .map(|n| recorder.spawn(format!("task {n}"), sleep(MS * n)))
            .collect();
        for task in tasks {
            _ = task.await;
        }
    });
    let drawing = timeline.to_terminal(100, false);
    assert!(drawing.lines().count() < 110, "{drawing}");
    assert!(
        drawing.contains(" more events are recorded.\n171 more tasks have no row.\n")
    );
    let svg = timeline.to_svg(&Options::default());
    assert!(svg.contains("171 more tasks have no row."));
    assert!(svg.len() < 500_000, "{}", svg.len());
}

#[test]
fn one_runtime_after_the_other_has_its_own_clock() {
    let recorder = Recorder::new();
    for name in ["first", "second"] {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        recorder.block_on(&runtime, name, async { sleep(100 * MS).await });
    }
    let timeline = recorder.finish();
    let starts: Vec<Duration> = timeline
        .polls()
        .iter()
        .filter(|poll| poll.nth == 1)
        .map(|poll| poll.start)
        .collect();
    assert_eq!((starts[0], timeline.elapsed()), (Duration::ZERO, 200 * MS));
    assert_eq!(starts[1], 100 * MS);
}

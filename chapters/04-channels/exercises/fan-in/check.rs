//! Sensors with a script deliver readings at known times. When the answer is stuck, what the
//! sensors have delivered says what it waits for.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/fan-in/solution.rs"
)]
mod exercise;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use probe::words::duration;
use probe::{End, Finding, Run, Stats, Verdict, virtual_time};
use tokio::runtime::Builder;
use tokio::time::sleep;

probe::main!(
    "04-fan-in",
    [
        three_sensors_fill_a_roomy_channel,
        room_for_one_is_enough,
        a_sensor_may_pause_for_half_an_hour,
        sensors_end_when_they_like,
        readings_that_come_at_once_are_not_lost,
        without_sensors_there_is_nothing_to_wait_for,
        threads_lose_nothing_either,
    ]
);

/// Delivers a reading after each of its pauses, and says after one more that there are no more.
struct Scripted {
    number: u32,
    delivered: u32,
    pauses: VecDeque<Duration>,
    end: Duration,
    record: Record,
}

/// What all sensors of a run have done. Clones share it.
#[derive(Clone, Default)]
struct Record(Arc<Mutex<Done>>);

#[derive(Clone, Default)]
struct Done {
    /// The readings, in the order in which they arrived.
    arrived: Vec<u32>,
    /// How many readings had arrived at the end of each sensor that has come to its end.
    ends: Vec<usize>,
    /// How many sensors are being asked for a reading, and the most there were at a time.
    asked: usize,
    most_asked: usize,
    /// Where a sensor was dropped, something panicked.
    panicked: bool,
}

impl Record {
    fn with<T>(&self, change: impl FnOnce(&mut Done) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl exercise::Sensor for Scripted {
    async fn next(&mut self) -> Option<u32> {
        struct Asked<'a>(&'a Record);
        impl Drop for Asked<'_> {
            fn drop(&mut self) {
                self.0.with(|done| done.asked -= 1);
            }
        }
        self.record.with(|done| {
            done.asked += 1;
            done.most_asked = done.most_asked.max(done.asked);
        });
        let _asked = Asked(&self.record);
        let pause = self.pauses.front().copied().unwrap_or(self.end);
        if !pause.is_zero() {
            sleep(pause).await;
        }
        if self.pauses.pop_front().is_none() {
            self.record.with(|done| done.ends.push(done.arrived.len()));
            return None;
        }
        self.delivered += 1;
        let reading = self.number * 1000 + self.delivered;
        self.record.with(|done| done.arrived.push(reading));
        Some(reading)
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        let panicking = std::thread::panicking();
        self.record.with(|done| done.panicked |= panicking);
    }
}

/// The pauses before a sensor's readings, and the one before its end, all in milliseconds.
type Plan = (Vec<u64>, u64);

fn sensors(plans: &[Plan], record: &Record) -> Vec<Scripted> {
    let sensor = |(number, (pauses, end)): (usize, &Plan)| Scripted {
        number: number as u32 + 1,
        delivered: 0,
        pauses: pauses.iter().copied().map(Duration::from_millis).collect(),
        end: Duration::from_millis(*end),
        record: record.clone(),
    };
    plans.iter().enumerate().map(sensor).collect()
}

/// Runs the answer; also returns what the sensors had done by then.
fn run(plans: &[Plan], capacity: usize) -> (End<Vec<u32>>, Stats, Done) {
    let record = Record::default();
    let sensors = sensors(plans, &record);
    let run = virtual_time(|| exercise::collect(sensors, capacity));
    (run.end, run.stats, record.with(|done| done.clone()))
}

/// Three sensors, 10 ms apart; each delivers three times, with `pause` (ms) in between.
fn in_turns(pause: u64) -> Vec<Plan> {
    [10, 20, 30].map(|first| (vec![first, pause, pause], 0)).into()
}

/// Judges a run in which no two readings arrive in the same moment.
fn judge(plans: &[Plan], capacity: usize) -> Verdict {
    let of = |plan: &Plan| plan.0.iter().sum::<u64>() + plan.1;
    let last = Duration::from_millis(plans.iter().map(of).max().unwrap_or(0));
    let all: usize = plans.iter().map(|plan| plan.0.len()).sum();
    let (end, stats, done) = run(plans, capacity);
    let running = plans.len() - done.ends.len();
    let roomy = || self::run(plans, 1000);
    let readings = match end {
        End::Done(readings) => readings,
        End::Stuck if running == 0 && stats.alive_tasks == 0 => {
            return Err(Finding::mistake("kept-sender").saw(
                "all three sensors have ended, and so have the tasks that read them; \
                 the list still waits for the next reading",
            ));
        }
        End::Stuck if running > 0 && matches!(roomy().0, End::Done(_)) => {
            return Err(Finding::mistake("bounded-self-deadlock").saw(format!(
                "with room for 1000 readings it returns; with room for {capacity} it waits \
                 forever, and {running} of the {} sensors cannot get rid of theirs",
                plans.len()
            )));
        }
        other => return Run { end: other, stats }.done().map(drop),
    };
    let took = stats.elapsed;
    if running > 0 || readings.len() < all {
        return Err(missing(plans, &readings, &done, &stats));
    }
    let mut by_sensor = readings.clone();
    by_sensor.sort_unstable();
    if took > last && by_sensor == readings && done.most_asked == 1 {
        return Err(Finding::mistake("await-in-sequence").saw(format!(
            "sensors that run for {} were read for {}: one after the other",
            duration(last),
            duration(took)
        )));
    }
    if took > last {
        let saw = format!(
            "the last sensor could end after {}, and the list was returned after {}",
            duration(last),
            duration(took)
        );
        let (_, with_room, asked) = roomy();
        if asked.most_asked == 1 && plans.len() > 1 {
            return Err(Finding::mistake("tokio-mutex-always").saw(format!(
                "{saw}: no two sensors were ever waited for at the same time"
            )));
        }
        if with_room.elapsed == last {
            return Err(Finding::unnamed("Sensors waited for each other")
                .saw(format!(
                    "{saw}; with room for 1000 readings it is on time, and with room for \
                     {capacity} fewer sensors were waited for at a time"
                ))
                .because(
                    "a place in the channel was taken before there was a reading for it, and the \
                     other sensors were not asked until that place was free",
                ));
        }
        // Whoever guesses the end waits as long after the last reading whenever that comes.
        let late = took - last;
        let slower = in_turns(170);
        let as_late =
            self::run(&slower, capacity).1.elapsed == Duration::from_millis(370) + late;
        let paused = self::run(&in_turns(1_790_000), capacity).0;
        return Err(match paused {
            End::Done(all) if as_late && all.len() < 9 => {
                Finding::mistake("kept-sender").saw(format!(
                    "{saw}; with pauses of half an hour it was returned with {} of 9 readings",
                    all.len()
                ))
            }
            _ => Finding::unnamed("The list is returned late").saw(saw),
        });
    }
    if readings == done.arrived {
        return Ok(());
    }
    let saw = format!("they arrived as {:?}, and the list is {readings:?}", done.arrived);
    let mut arrived = done.arrived;
    arrived.sort_unstable();
    Err(match arrived == by_sensor {
        true => Finding::unnamed("The readings are not in order of arrival").saw(saw),
        false => Finding::unnamed("The list holds what no sensor delivered").saw(saw),
    })
}

/// The list came back too early, or without some of what had arrived.
fn missing(plans: &[Plan], readings: &[u32], done: &Done, stats: &Stats) -> Finding {
    if done.panicked {
        return Finding::mistake("panicked")
            .saw("a task panicked, and its sensor was dropped with it");
    }
    let all: usize = plans.iter().map(|plan| plan.0.len()).sum();
    let (took, sensors) = (stats.elapsed, plans.len());
    let ended = done.ends.len();
    let saw = format!(
        "{sensors} sensors deliver {all} readings; the list was returned after {}, when \
         {ended} of the sensors had come to their end, and holds {}",
        duration(took),
        readings.len()
    );
    if ended < sensors && ended > 0 && readings == &done.arrived[..done.ends[0]] {
        let at = done.ends[0];
        return Finding::mistake("first-end-ends-all")
            .saw(format!("{saw}: the {at} that came before the first of them ended"));
    }
    if ended < sensors {
        return Finding::mistake("spawn-and-return").saw(saw);
    }
    let saw = format!("{saw}: {:?} of {:?}", readings, done.arrived);
    match done.arrived.starts_with(readings) {
        true => Finding::mistake("closed-is-not-empty").saw(saw),
        false => Finding::unnamed("Readings are missing").saw(saw),
    }
}

fn three_sensors_fill_a_roomy_channel() -> Verdict {
    judge(&in_turns(100), 100)
}

fn room_for_one_is_enough() -> Verdict {
    judge(&in_turns(100), 1)
}

fn a_sensor_may_pause_for_half_an_hour() -> Verdict {
    judge(&in_turns(1_790_000), 1)
}

/// One has nothing to say, one ends first, and one ends long after its last reading.
fn sensors_end_when_they_like() -> Verdict {
    let plans = [
        (vec![], 45),
        (vec![10, 20, 3], 5),
        (vec![7, 50, 50, 1, 1, 1], 0),
        (vec![21], 1_800_000),
    ];
    for capacity in [1, 2, 3, 100] {
        judge(&plans, capacity)?;
        judge(&plans[..3], capacity)?;
    }
    Ok(())
}

/// Without a pause, nobody else gets a turn to make room, and a sensor ends in the moment of its
/// last reading. Many times, since a `select!` decides by chance.
fn readings_that_come_at_once_are_not_lost() -> Verdict {
    const ROUNDS: usize = 100;
    let plans: Vec<Plan> = [10, 20, 20].map(|first| (vec![first, 0, 0], 0)).into();
    let list = |capacity| -> Result<(Vec<u32>, Done), Finding> {
        let (end, stats, done) = run(&plans, capacity);
        let (mut readings, _) = Run { end, stats }.done()?;
        // Which sensor is first among those that wait for room is nobody's business here.
        readings.sort_unstable();
        Ok((readings, done))
    };
    let expected = [1001, 1002, 1003, 2001, 2002, 2003, 3001, 3002, 3003];
    let (mut short, mut finding) = ([0, 0], None);
    for _ in 0..ROUNDS {
        let ((one, _), (many, done)) = (list(1)?, list(1000)?);
        if one == expected && many == expected {
            continue;
        }
        let saw = format!(
            "each of three sensors delivered three readings at once; with room for 1 the list is \
             {one:?}, and with room for 1000 it is {many:?}"
        );
        if one.len().max(many.len()) > expected.len() {
            return Err(
                Finding::unnamed("The list holds what no sensor delivered").saw(saw)
            );
        }
        short[0] += usize::from(one.len() < expected.len());
        short[1] += usize::from(many.len() < expected.len());
        finding = Some((saw, done.ends.len()));
    }
    let Some((saw, ended)) = finding else { return Ok(()) };
    Err(match short {
        [ROUNDS, 0] => Finding::mistake("send-always-arrives").saw(saw),
        [one, many] => {
            let id = if ended < 3 { "spawn-and-return" } else { "closed-is-not-empty" };
            let saw = format!(
                "{saw}; in {ROUNDS} runs of each, the list was short {one} and {many} times"
            );
            Finding::mistake(id).saw(saw)
        }
    })
}

fn without_sensors_there_is_nothing_to_wait_for() -> Verdict {
    let run = virtual_time(|| exercise::collect(Vec::<Scripted>::new(), 1));
    match run.end {
        End::Stuck => Err(Finding::mistake("kept-sender")
            .saw("there is no sensor, and the list waits for a reading")),
        _ => run.done().map(drop),
    }
}

/// The most time for trying the answer on two threads.
const ENOUGH: Duration = Duration::from_millis(500);

/// On two threads, a sensor can send and end while the list looks.
fn threads_lose_nothing_either() -> Verdict {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be built");
    let plans: Vec<Plan> = (0..4).map(|n| (vec![0; 3 + 5 * n], 0)).collect();
    let all: usize = plans.iter().map(|plan| plan.0.len()).sum();
    probe::if_it_hangs(
        Finding::unnamed("The list was not returned, although every sensor could end")
            .saw("four sensors delivered all they had, on two threads"),
    );
    let began = std::time::Instant::now();
    for round in 0..400 {
        // The less a busy machine lets it try, the more luck a wrong answer has.
        if round > 0 && began.elapsed() > ENOUGH {
            break;
        }
        let record = Record::default();
        let sensors = sensors(&plans, &record);
        let readings = runtime.block_on(exercise::collect(sensors, 1 + round % 50));
        if readings.len() == all {
            continue;
        }
        let ended = record.with(|done| done.ends.len());
        let id = if ended < 4 { "spawn-and-return" } else { "closed-is-not-empty" };
        return Err(Finding::mistake(id).saw(format!(
            "four sensors delivered {all} readings at once, on two threads; in run {} the list \
             was returned when {ended} of them had come to their end, and holds {}",
            round + 1,
            readings.len()
        )));
    }
    runtime.shutdown_background();
    Ok(())
}

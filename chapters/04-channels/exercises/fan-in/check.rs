//! Sensors with a script deliver readings at known times. When the answer is stuck, what the
//! sensors have delivered says what it waits for.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/04-channels/fan-in/solution.rs"
)]
mod exercise;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use probe::{End, Finding, Stats, Verdict, virtual_time};
use tokio::time::sleep;

probe::main!(
    "04-fan-in",
    [
        three_sensors_fill_a_roomy_channel,
        room_for_one_is_enough,
        a_sensor_may_pause_for_half_an_hour,
        readings_that_come_at_once_are_not_lost,
        without_sensors_there_is_nothing_to_wait_for,
    ]
);

/// Delivers its number and a count, every now and then.
struct Scripted {
    number: u32,
    delivered: u32,
    first: Duration,
    every: Duration,
    /// How many sensors have said that there are no more.
    ended: Arc<AtomicUsize>,
}

impl exercise::Sensor for Scripted {
    async fn next(&mut self) -> Option<u32> {
        if self.delivered == 3 {
            self.ended.fetch_add(1, SeqCst);
            return None;
        }
        match self.delivered {
            0 => sleep(self.first).await,
            _ if self.every.is_zero() => {} // it is there already
            _ => sleep(self.every).await,
        }
        self.delivered += 1;
        Some(self.number * 10 + self.delivered)
    }
}

/// Three sensors, 10 ms apart; each delivers every `every`, three times.
fn run(capacity: usize, every: Duration) -> (End<Vec<u32>>, Stats, usize) {
    let ended = Arc::new(AtomicUsize::new(0));
    let sensors = (1..=3).map(|number| Scripted {
        number,
        delivered: 0,
        first: Duration::from_millis(10 * u64::from(number)),
        every,
        ended: ended.clone(),
    });
    let run = virtual_time(|| exercise::collect(sensors.collect(), capacity));
    (run.end, run.stats, ended.load(SeqCst))
}

fn judge(capacity: usize, every: Duration) -> Verdict {
    let last = Duration::from_millis(30) + 2 * every;
    let (end, stats, ended) = run(capacity, every);
    let readings = match end {
        End::Done(readings) => readings,
        End::Stuck if ended == 3 && stats.alive_tasks == 0 => {
            return Err(Finding::mistake("kept-sender").saw(
                "all three sensors have ended, and so have the tasks that read them; \
                 the list still waits for the next reading",
            ));
        }
        End::Stuck if ended < 3 && matches!(self::run(1000, every).0, End::Done(_)) => {
            return Err(Finding::mistake("bounded-self-deadlock").saw(format!(
                "with room for 1000 readings it returns; with room for {capacity} it waits \
                 forever, and {} of the sensors cannot get rid of theirs",
                3 - ended
            )));
        }
        other => return probe::Run { end: other, stats }.done().map(drop),
    };
    let expected = [11, 21, 31, 12, 22, 32, 13, 23, 33];
    let took = stats.elapsed;
    if took > last * 2 && readings == [11, 12, 13, 21, 22, 23, 31, 32, 33] {
        return Err(Finding::mistake("await-in-sequence").saw(format!(
            "sensors that run for {last:?} were read for {took:?}: one after the other"
        )));
    }
    if took > last {
        let saw = format!(
            "the last sensor ended after {last:?}, and the list was returned after {took:?}"
        );
        // Whoever guesses the end waits as long after the last reading whenever that comes.
        let slower = every + Duration::from_millis(70);
        let as_late =
            self::run(capacity, slower).1.elapsed == took + 2 * (slower - every);
        let paused = self::run(capacity, Duration::from_secs(1790)).0;
        return Err(match paused {
            End::Done(all) if as_late && all.len() < 9 => Finding::mistake("kept-sender").saw(format!(
                "{saw}; with pauses of half an hour it was returned with {} of 9 readings",
                all.len()
            )),
            _ => Finding::unnamed("The list is returned late").saw(saw),
        });
    }
    let mut sorted = readings.clone();
    sorted.sort_unstable();
    if sorted == [11, 12, 13, 21, 22, 23, 31, 32, 33] && readings != expected {
        return Err(Finding::unnamed("The readings are not in order of arrival")
            .saw(format!("they arrived as {expected:?}, and the list is {readings:?}")));
    }
    if readings != expected {
        return Err(Finding::unnamed("Readings are missing, or there are too many")
            .saw(format!("they arrived as {expected:?}, and the list is {readings:?}")));
    }
    Ok(())
}

fn three_sensors_fill_a_roomy_channel() -> Verdict {
    judge(100, Duration::from_millis(100))
}

fn room_for_one_is_enough() -> Verdict {
    judge(1, Duration::from_millis(100))
}

fn a_sensor_may_pause_for_half_an_hour() -> Verdict {
    judge(1, Duration::from_secs(1790))
}

/// Three readings of each sensor, without a pause: nobody else gets a turn to make room.
fn readings_that_come_at_once_are_not_lost() -> Verdict {
    let arrived = |capacity| -> Result<Vec<u32>, Finding> {
        let (end, stats, _) = run(capacity, Duration::ZERO);
        let (mut readings, _) = probe::Run { end, stats }.done()?;
        // Which sensor is first among those that wait for room is nobody's business here.
        readings.sort_unstable();
        Ok(readings)
    };
    let expected = [11, 12, 13, 21, 22, 23, 31, 32, 33];
    let (one, many) = (arrived(1)?, arrived(1000)?);
    if one == expected && many == expected {
        return Ok(());
    }
    let saw = format!(
        "each of three sensors delivered three readings at once; with room for \
                       1 the list is {one:?}, and with room for 1000 it is {many:?}"
    );
    Err(match many == expected && one.len() < expected.len() {
        true => Finding::mistake("send-always-arrives").saw(saw),
        false => Finding::unnamed("Readings are missing, or there are too many").saw(saw),
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

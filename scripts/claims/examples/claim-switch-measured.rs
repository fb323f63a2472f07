//! "A task switch takes under 1 µs": two that take turns, as tasks and as threads.
//!
//! ```console
//! $ cargo run --release --example claim-switch-measured
//! $ cargo run --release --example claim-switch-measured -- quick
//! ```
//!
//! They hand the turn to each other in four ways: they yield; they send each other a message;
//! they wake each other and wait to be woken; they send each other a byte through a socket. A
//! switch is half of a round trip.

use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream as Blocking};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use claims::{Effort, Panel, Plot, Spread, Table, interleaved, time};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{self, Runtime};
use tokio::sync::{Notify, mpsc};
use tokio::task::yield_now;

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Yield,
    Crowd,
    Channel,
    Wake,
    Socket,
}

#[derive(Clone, Copy, PartialEq)]
enum Who {
    /// Tasks on a current-thread runtime.
    Tasks,
    /// Tasks on a multi-thread runtime with two workers.
    TasksOnWorkers,
    /// Threads that share one core.
    ThreadsOnOneCore,
    /// Threads on the cores that the system gives them.
    Threads,
}

use Way::{Channel, Crowd, Socket, Wake, Yield};
use Who::{Tasks, TasksOnWorkers, Threads, ThreadsOnOneCore};

const WAYS: [Way; 5] = [Yield, Crowd, Channel, Wake, Socket];
const WHO: [Who; 4] = [Tasks, TasksOnWorkers, ThreadsOnOneCore, Threads];

/// So many take turns in a crowd.
const CROWD: usize = 1000;

#[derive(Clone, Copy, PartialEq)]
struct Case {
    way: Way,
    who: Who,
}

impl Case {
    /// On two cores, two that yield run side by side and leave no turn to each other.
    fn all() -> Vec<Case> {
        let cases = WAYS.iter().flat_map(|&way| WHO.map(|who| Case { way, who }));
        cases
            .filter(|case| match case.way {
                Yield => matches!(case.who, Tasks | ThreadsOnOneCore),
                Crowd => case.who == Tasks,
                _ => true,
            })
            .collect()
    }

    /// How many switches are enough for a tenth of a second or more.
    fn switches(self, effort: Effort) -> usize {
        let full = match (self.way, self.who) {
            (Yield | Crowd, Tasks) => 2_000_000,
            (Socket, Tasks) => 40_000,
            (_, Tasks) => 1_000_000,
            (Socket, _) => 20_000,
            (_, TasksOnWorkers) => 200_000,
            (Yield, _) => 200_000,
            _ => 40_000,
        };
        effort.pick(full, full / 100)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Yield => "yield",
            Crowd => "yield, 1000 of them",
            Channel => "a channel",
            Wake => "a wake-up (futex)",
            Socket => "a byte in a socket",
        })
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tasks => "tasks, 1 thread",
            TasksOnWorkers => "tasks, 2 workers",
            ThreadsOnOneCore => "threads, 1 core",
            Threads => "threads",
        })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.who, self.way)
    }
}

fn main() -> Result<()> {
    let effort = Effort::from_args();
    let single = runtime::Builder::new_current_thread().enable_all().build()?;
    let multi =
        runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let cases = Case::all();
    let trials = interleaved(effort.rounds(), &cases, |case| {
        let switches = case.switches(effort);
        let took = match case.who {
            Tasks => tasks(&single, case.way, switches)?,
            TasksOnWorkers => tasks(&multi, case.way, switches)?,
            ThreadsOnOneCore => threads(true, case.way, switches)?,
            Threads => threads(false, case.way, switches)?,
        };
        Ok(took.as_nanos() as f64 / switches as f64)
    })?;

    println!(
        "{} rounds; ± is how far the farthest was from the median\n",
        effort.rounds()
    );
    let names = WHO.map(|who| who.to_string());
    let mut table =
        Table::new(["the turn goes by", &names[0], &names[1], &names[2], &names[3]]);
    let mut panel = Panel::new("one switch", time).claim("under 1 µs", 1000.0);
    for way in WAYS {
        panel.group(&way.to_string());
        let cell = |who| {
            let at = cases.iter().position(|case| *case == Case { way, who })?;
            Some(Spread::of(&trials[at], |took| *took))
        };
        for who in WHO {
            if let Some(spread) = cell(who) {
                panel.case(&who.to_string(), spread);
            }
        }
        let cells =
            WHO.map(|who| cell(who).map_or("".into(), |spread| spread.show(time)));
        table.row([way.to_string()].into_iter().chain(cells));
    }
    table.print();
    Plot::new("A switch of tasks is short where nobody asks the kernel")
        .panel(panel)
        .write()
}

fn tasks(runtime: &Runtime, way: Way, switches: usize) -> Result<Duration> {
    let rounds = switches / 2;
    runtime.block_on(async {
        let begin;
        match way {
            Yield | Crowd => {
                let many = if way == Crowd { CROWD } else { 2 };
                let turns = switches / many;
                let one = move || async move {
                    for _ in 0..turns {
                        yield_now().await;
                    }
                };
                begin = Instant::now();
                let tasks: Vec<_> = (0..many).map(|_| tokio::spawn(one())).collect();
                for task in tasks {
                    task.await?;
                }
            }
            Channel => {
                let (there, mut back) = (mpsc::channel::<()>(1), mpsc::channel::<()>(1));
                let mut received = there.1;
                begin = Instant::now();
                let other = tokio::spawn(async move {
                    while let Some(()) = received.recv().await {
                        if back.0.send(()).await.is_err() {
                            break;
                        }
                    }
                });
                let one = tokio::spawn(async move {
                    for _ in 0..rounds {
                        if there.0.send(()).await.is_err() {
                            break;
                        }
                        back.1.recv().await;
                    }
                });
                one.await?;
                other.await?;
            }
            Wake => {
                let (there, back) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
                begin = Instant::now();
                let other = tokio::spawn({
                    let (there, back) = (there.clone(), back.clone());
                    async move {
                        for _ in 0..rounds {
                            there.notified().await;
                            back.notify_one();
                        }
                    }
                });
                let one = tokio::spawn(async move {
                    for _ in 0..rounds {
                        there.notify_one();
                        back.notified().await;
                    }
                });
                one.await?;
                other.await?;
            }
            Socket => {
                let (one, other) = pair()?;
                one.set_nonblocking(true)?;
                other.set_nonblocking(true)?;
                let (mut one, mut other) =
                    (TcpStream::from_std(one)?, TcpStream::from_std(other)?);
                begin = Instant::now();
                let other = tokio::spawn(async move {
                    for _ in 0..rounds {
                        let byte = other.read_u8().await?;
                        other.write_u8(byte).await?;
                    }
                    std::io::Result::Ok(())
                });
                let one = tokio::spawn(async move {
                    for _ in 0..rounds {
                        one.write_u8(0).await?;
                        one.read_u8().await?;
                    }
                    std::io::Result::Ok(())
                });
                one.await??;
                other.await??;
            }
        }
        Ok(begin.elapsed())
    })
}

fn threads(one_core: bool, way: Way, switches: usize) -> Result<Duration> {
    let rounds = switches / 2;
    match way {
        Yield | Crowd => Ok(both(
            one_core,
            move || (0..rounds).for_each(|_| thread::yield_now()),
            move || (0..rounds).for_each(|_| thread::yield_now()),
        )),
        Channel => {
            let (send_there, there) = sync_channel::<()>(1);
            let (send_back, back) = sync_channel::<()>(1);
            Ok(both(
                one_core,
                move || {
                    for _ in 0..rounds {
                        send_there.send(()).expect("the other receives");
                        back.recv().expect("the other sends");
                    }
                },
                move || {
                    while let Ok(()) = there.recv() {
                        if send_back.send(()).is_err() {
                            return;
                        }
                    }
                },
            ))
        }
        Wake => {
            // On Linux, `park` and `unpark` are one futex each.
            let turn = Arc::new(AtomicUsize::new(0));
            let (send, handle) = sync_channel::<thread::Thread>(1);
            let (send_back, handle_back) = sync_channel::<thread::Thread>(1);
            let take_turns =
                move |mine, turn: Arc<AtomicUsize>, other: thread::Thread| {
                    for round in 0..rounds {
                        while turn.load(Acquire) != 2 * round + mine {
                            thread::park();
                        }
                        turn.store(2 * round + mine + 1, Release);
                        other.unpark();
                    }
                };
            let other_turn = turn.clone();
            Ok(both(
                one_core,
                move || {
                    let _ = send.send(thread::current());
                    let other = handle_back.recv().expect("the other sends its handle");
                    take_turns(0, turn, other);
                },
                move || {
                    let _ = send_back.send(thread::current());
                    let other = handle.recv().expect("the other sends its handle");
                    take_turns(1, other_turn, other);
                },
            ))
        }
        Socket => {
            let (mut one, mut other) = pair()?;
            Ok(both(
                one_core,
                move || {
                    for _ in 0..rounds {
                        one.write_all(&[0]).expect("the other reads");
                        one.read_exact(&mut [0]).expect("the other writes");
                    }
                },
                move || {
                    let mut byte = [0];
                    for _ in 0..rounds {
                        other.read_exact(&mut byte).expect("the other writes");
                        other.write_all(&byte).expect("the other reads");
                    }
                },
            ))
        }
    }
}

/// How long two threads take, from when both are there to the end of both.
fn both(
    one_core: bool,
    one: impl FnOnce() + Send + 'static,
    other: impl FnOnce() + Send + 'static,
) -> Duration {
    let core = core_affinity::get_core_ids().and_then(|cores| cores.first().copied());
    let there = Arc::new(Barrier::new(3));
    let start = |body: Box<dyn FnOnce() + Send>| {
        let there = there.clone();
        thread::spawn(move || {
            if let Some(core) = core.filter(|_| one_core) {
                core_affinity::set_for_current(core);
            }
            there.wait();
            body();
        })
    };
    let threads = [start(Box::new(one)), start(Box::new(other))];
    there.wait();
    let begin = Instant::now();
    for thread in threads {
        thread.join().expect("does not panic");
    }
    begin.elapsed()
}

fn pair() -> Result<(Blocking, Blocking)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let one = Blocking::connect(listener.local_addr()?)?;
    let other = listener.accept()?.0;
    one.set_nodelay(true)?;
    other.set_nodelay(true)?;
    Ok((one, other))
}

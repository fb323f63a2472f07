//! Small programs whose pictures are worth seeing. They run on a current-thread runtime with a
//! paused clock, so that each record is the same in every run.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use timeline::{Recorder, Timeline, block_for};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// A scene's name, what its picture shows, and the record of one run.
pub type Scene = (&'static str, &'static str, fn() -> Timeline);

pub const SCENES: [Scene; 10] = [
    ("lazy", "A future that nobody polls does nothing", lazy),
    ("accept-awaited", "process(socket).await: B waits until A has left", accept_awaited),
    (
        "accept-spawned",
        "tokio::spawn(process(socket)): B is served beside A",
        accept_spawned,
    ),
    ("join", "join! polls three futures in one task", join),
    ("spawn", "spawn makes three tasks, each polled by itself", spawn),
    ("mutex", "One lock for all: the tasks sleep one after the other", mutex),
    ("lock-per-key", "A lock per key: only those with the same key wait", lock_per_key),
    ("backpressure", "A full channel makes its producer wait", backpressure),
    ("select", "select! drops the branch that lost", select),
    ("blocking", "A call that blocks keeps every other task waiting", blocking),
];

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Runs a scene, recorded, on a paused clock.
pub fn record<F: Future>(scene: impl FnOnce(Recorder) -> F) -> Timeline {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a current-thread runtime can be built");
    let recorder = Recorder::new();
    recorder.block_on(&runtime, "main", scene(recorder.clone()));
    recorder.finish()
}

/// Scenes on real threads and a real clock: different in every run.
#[allow(dead_code, reason = "the tests want the order of the others")]
pub const REAL: [Scene; 3] = [
    ("workers", "Four tasks that compute, two workers", workers),
    ("blocking-pool", "spawn_blocking keeps the one worker free", blocking_pool),
    ("block-in-place", "block_in_place hands the worker to another thread", in_place),
];

fn lazy() -> Timeline {
    record(|recorder| async move {
        let fox = recorder.wrap("fetch(fox)", sleep(ms(100)));
        let owl = recorder.wrap("fetch(owl)", sleep(ms(100)));
        fox.await;
        drop(owl);
    })
}

/// A connection: questions, each with a way for its answer.
type Socket = mpsc::Receiver<oneshot::Sender<()>>;

fn accept_awaited() -> Timeline {
    record(|recorder| async move {
        let (connect, mut listener) = mpsc::channel::<(&str, Socket)>(8);
        let server = recorder.clone();
        recorder.spawn("accept loop", async move {
            while let Some((name, socket)) = listener.recv().await {
                server.wrap(format!("process({name})"), process(socket)).await;
            }
        });
        clients(&recorder, connect).await;
    })
}

fn accept_spawned() -> Timeline {
    record(|recorder| async move {
        let (connect, mut listener) = mpsc::channel::<(&str, Socket)>(8);
        let server = recorder.clone();
        recorder.spawn("accept loop", async move {
            while let Some((name, socket)) = listener.recv().await {
                server.spawn(format!("process({name})"), process(socket));
            }
        });
        clients(&recorder, connect).await;
    })
}

async fn process(mut socket: Socket) {
    while let Some(answer) = socket.recv().await {
        _ = answer.send(());
    }
}

/// A asks at 0 and 200 ms and then leaves; B asks at 100 ms.
async fn clients(recorder: &Recorder, connect: mpsc::Sender<(&'static str, Socket)>) {
    let client = |name: &'static str, first: u64, again: Option<u64>| {
        let connect = connect.clone();
        recorder.spawn(format!("client {name}"), async move {
            sleep(ms(first)).await;
            let (socket, questions) = mpsc::channel(1);
            _ = connect.send((name, questions)).await;
            ask(&socket).await;
            if let Some(pause) = again {
                sleep(ms(pause)).await;
                ask(&socket).await;
            }
        })
    };
    let (a, b) = (client("A", 0, Some(200)), client("B", 100, None));
    _ = a.await;
    _ = b.await;
}

async fn ask(socket: &mpsc::Sender<oneshot::Sender<()>>) {
    let (sender, answer) = oneshot::channel();
    _ = socket.send(sender).await;
    _ = answer.await;
}

fn join() -> Timeline {
    record(|recorder| async move {
        tokio::join!(
            recorder.wrap("job 1", sleep(ms(100))),
            recorder.wrap("job 2", sleep(ms(100))),
            recorder.wrap("job 3", sleep(ms(200))),
        );
    })
}

fn spawn() -> Timeline {
    record(|recorder| async move {
        let jobs = [100, 100, 200].into_iter().zip(1..);
        let jobs: Vec<_> = jobs
            .map(|(time, n)| recorder.spawn(format!("job {n}"), sleep(ms(time))))
            .collect();
        for job in jobs {
            _ = job.await;
        }
    })
}

fn mutex() -> Timeline {
    record(|recorder| async move {
        let lock = Arc::new(Mutex::new(()));
        let tasks: Vec<_> = (1..=3)
            .map(|n| {
                let name = format!("client {n}");
                recorder.spawn(name, with_lock(recorder.clone(), lock.clone()))
            })
            .collect();
        for task in tasks {
            _ = task.await;
        }
    })
}

fn lock_per_key() -> Timeline {
    record(|recorder| async move {
        let (fox, owl) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let tasks: Vec<_> = [("fox, 1", &fox), ("owl", &owl), ("fox, 2", &fox)]
            .into_iter()
            .map(|(name, lock)| {
                recorder.spawn(name, with_lock(recorder.clone(), lock.clone()))
            })
            .collect();
        for task in tasks {
            _ = task.await;
        }
    })
}

async fn with_lock(recorder: Recorder, lock: Arc<Mutex<()>>) {
    let _guard = lock.lock().await;
    let _held = recorder.span("has the lock");
    sleep(ms(100)).await;
}

fn backpressure() -> Timeline {
    record(|recorder| async move {
        let (sender, mut receiver) = mpsc::channel(2);
        let inside = recorder.clone();
        recorder.spawn("producer", async move {
            for n in 1..=5 {
                if sender.send(n).await.is_err() {
                    return;
                }
                inside.note(format!("{n} is in"));
            }
        });
        let consumer = recorder.spawn("consumer", async move {
            while receiver.recv().await.is_some() {
                sleep(ms(100)).await;
            }
        });
        _ = consumer.await;
    })
}

fn select() -> Timeline {
    record(|recorder| async move {
        let slow = recorder.wrap("slow", async {
            for step in 1..=3 {
                sleep(ms(15)).await;
                recorder.note(format!("step {step}"));
            }
        });
        let quick = recorder.wrap("quick", sleep(ms(20)));
        tokio::select! {
            biased;
            () = slow => {}
            () = quick => {}
        }
    })
}

fn blocking() -> Timeline {
    record(|recorder| async move {
        let inside = recorder.clone();
        let ticker = recorder.spawn("ticker", async move {
            let mut ticks = interval(ms(100));
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            for _ in 0..5 {
                let late = ticks.tick().await.elapsed().as_millis();
                if late > 0 {
                    inside.note(format!("{late} ms late"));
                }
            }
        });
        let report = recorder.spawn("report", async {
            sleep(ms(150)).await;
            block_for(ms(300));
        });
        _ = ticker.await;
        _ = report.await;
    })
}

fn real(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all().build().expect("a runtime can be built")
}

fn workers() -> Timeline {
    let recorder = Recorder::new();
    let inside = recorder.clone();
    recorder.block_on(&real(2), "main", async move {
        let tasks: Vec<_> = (1..=4)
            .map(|n| {
                inside.spawn(format!("task {n}"), async move {
                    for _ in 0..3 {
                        std::thread::sleep(ms(2 + n));
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            _ = task.await;
        }
    });
    recorder.finish()
}

async fn ticks(millis: u64, count: usize) {
    let mut ticks = interval(ms(millis));
    for _ in 0..count {
        ticks.tick().await;
    }
}

fn blocking_pool() -> Timeline {
    let recorder = Recorder::new();
    let inside = recorder.clone();
    recorder.block_on(&real(1), "main", async move {
        let ticker = inside.spawn("ticker", ticks(20, 6));
        let parent = inside.clone();
        let report = inside.spawn("report", async move {
            sleep(ms(10)).await;
            _ = parent.spawn_blocking("hash", || std::thread::sleep(ms(60))).await;
        });
        _ = ticker.await;
        _ = report.await;
    });
    recorder.finish()
}

fn in_place() -> Timeline {
    let recorder = Recorder::new();
    let inside = recorder.clone();
    recorder.block_on(&real(1), "main", async move {
        let ticker = inside.spawn("ticker", ticks(20, 6));
        let report = inside.spawn("report", async move {
            sleep(ms(10)).await;
            tokio::task::block_in_place(|| std::thread::sleep(ms(60)));
        });
        _ = ticker.await;
        _ = report.await;
    });
    recorder.finish()
}

//! What one operation on the shared map costs, by kind of lock and number of tasks.
//!
//! ```console
//! $ cargo run --release --example 03-contention-measured
//! ```
//!
//! Nine operations in ten are a `get`, the tenth is a `set`, on 1000 keys. Tasks do nothing
//! between two operations, which no server does: this is the worst case. The kinds take
//! turns, so that a slow second of the machine falls on all of them. For comparison: a
//! request to a server in the same process, and its reply.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use dashmap::DashMap;
use mini_redis::{Connection, Frame};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinSet, yield_now};

const OPERATIONS: usize = 300_000;
const ROUNDS: usize = 9;
const TASKS: [usize; 4] = [1, 2, 4, 8];
const KEYS: usize = 1000;

/// What all kinds of shared map can do.
trait Map: Clone + Default + Send + 'static {
    fn get(&self, key: &Bytes) -> impl Future<Output = Option<Bytes>> + Send;
    fn set(&self, key: Bytes, value: Bytes) -> impl Future<Output = ()> + Send;
}

#[derive(Clone, Default)]
struct StdMutex(Arc<Mutex<HashMap<Bytes, Bytes>>>);

impl Map for StdMutex {
    async fn get(&self, key: &Bytes) -> Option<Bytes> {
        self.0.lock().unwrap().get(key).cloned()
    }

    async fn set(&self, key: Bytes, value: Bytes) {
        self.0.lock().unwrap().insert(key, value);
    }
}

#[derive(Clone, Default)]
struct TokioMutex(Arc<tokio::sync::Mutex<HashMap<Bytes, Bytes>>>);

impl Map for TokioMutex {
    async fn get(&self, key: &Bytes) -> Option<Bytes> {
        self.0.lock().await.get(key).cloned()
    }

    async fn set(&self, key: Bytes, value: Bytes) {
        self.0.lock().await.insert(key, value);
    }
}

#[derive(Clone, Default)]
struct StdRwLock(Arc<RwLock<HashMap<Bytes, Bytes>>>);

impl Map for StdRwLock {
    async fn get(&self, key: &Bytes) -> Option<Bytes> {
        self.0.read().unwrap().get(key).cloned()
    }

    async fn set(&self, key: Bytes, value: Bytes) {
        self.0.write().unwrap().insert(key, value);
    }
}

#[derive(Clone, Default)]
struct Sharded {
    shards: Arc<[Mutex<HashMap<Bytes, Bytes>>; 16]>,
    hasher: RandomState,
}

impl Sharded {
    fn shard(&self, key: &Bytes) -> &Mutex<HashMap<Bytes, Bytes>> {
        &self.shards[self.hasher.hash_one(key) as usize % self.shards.len()]
    }
}

impl Map for Sharded {
    async fn get(&self, key: &Bytes) -> Option<Bytes> {
        self.shard(key).lock().unwrap().get(key).cloned()
    }

    async fn set(&self, key: Bytes, value: Bytes) {
        self.shard(&key).lock().unwrap().insert(key, value);
    }
}

#[derive(Clone, Default)]
struct Dash(Arc<DashMap<Bytes, Bytes>>);

impl Map for Dash {
    async fn get(&self, key: &Bytes) -> Option<Bytes> {
        self.0.get(key).map(|entry| entry.clone())
    }

    async fn set(&self, key: Bytes, value: Bytes) {
        self.0.insert(key, value);
    }
}

#[tokio::main]
async fn main() -> mini_redis::Result<()> {
    let keys: Arc<[Bytes]> = (0..KEYS).map(|n| Bytes::from(format!("key-{n}"))).collect();
    // Kinds, then numbers of tasks, then rounds.
    let mut times = vec![vec![Vec::new(); TASKS.len()]; 5];
    for _ in 0..ROUNDS {
        for (column, tasks) in TASKS.into_iter().enumerate() {
            times[0][column].push(run(StdMutex::default(), &keys, tasks).await);
            times[1][column].push(run(TokioMutex::default(), &keys, tasks).await);
            times[2][column].push(run(StdRwLock::default(), &keys, tasks).await);
            times[3][column].push(run(Sharded::default(), &keys, tasks).await);
            times[4][column].push(run(Dash::default(), &keys, tasks).await);
        }
    }

    let workers = tokio::runtime::Handle::current().metrics().num_workers();
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    println!("nanoseconds an operation, median (least-most) of {ROUNDS} rounds");
    println!("{workers} worker threads, {build} build\n");
    print!("{:<16}", "tasks");
    TASKS.iter().for_each(|tasks| print!("{tasks:>17}"));
    println!();
    let kinds = ["std Mutex", "tokio Mutex", "std RwLock", "16 std Mutexes", "DashMap"];
    for (kind, row) in kinds.into_iter().zip(&mut times) {
        print!("{kind:<16}");
        for cell in row {
            cell.sort();
            let ns = |time: Duration| time.as_nanos() / OPERATIONS as u128;
            let (least, most) = (ns(cell[0]), ns(cell[ROUNDS - 1]));
            print!("{:>17}", format!("{} ({least}-{most})", ns(cell[ROUNDS / 2])));
        }
        println!();
    }
    let mut requests = Vec::new();
    for _ in 0..ROUNDS {
        requests.push(round_trip().await?.as_nanos());
    }
    requests.sort();
    let (least, most) = (requests[0], requests[ROUNDS - 1]);
    println!("\none request and its reply: {} ({least}-{most})", requests[ROUNDS / 2]);
    Ok(())
}

/// How long a request and its reply take over loopback, on the mean of a thousand.
async fn round_trip() -> mini_redis::Result<Duration> {
    const REQUESTS: u32 = 1000;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = Connection::new(TcpStream::connect(listener.local_addr()?).await?);
    let mut server = Connection::new(listener.accept().await?.0);
    let serving = tokio::spawn(async move {
        while let Some(request) = server.read_frame().await? {
            server.write_frame(&request).await?;
        }
        mini_redis::Result::Ok(())
    });
    let request = Frame::Bulk(Bytes::from_static(b"a value of some twenty bytes"));
    let start = Instant::now();
    for _ in 0..REQUESTS {
        client.write_frame(&request).await?;
        client.read_frame().await?;
    }
    let mean = start.elapsed() / REQUESTS;
    drop(client);
    serving.await??;
    Ok(mean)
}

/// How long it takes that many tasks to do all operations between them.
async fn run<M: Map>(map: M, keys: &Arc<[Bytes]>, tasks: usize) -> Duration {
    let value = Bytes::from_static(b"a value of some twenty bytes");
    for key in keys.iter() {
        map.set(key.clone(), value.clone()).await;
    }
    let start = Instant::now();
    let mut running = JoinSet::new();
    for task in 0..tasks {
        let (map, keys, value) = (map.clone(), keys.clone(), value.clone());
        running.spawn(async move {
            // Lets the other tasks be spawned and taken up first.
            yield_now().await;
            for n in 0..OPERATIONS / tasks {
                // Each task walks through the keys in an order of its own.
                let key = &keys[(n * 7 + task * 131) % KEYS];
                if n % 10 == 9 {
                    map.set(key.clone(), value.clone()).await;
                } else {
                    std::hint::black_box(map.get(key).await);
                }
            }
        });
    }
    running.join_all().await;
    start.elapsed()
}

//! Eight workers, one task that blocks, and a socket that nobody looks at.
//!
//! ```console
//! $ cargo run --example 10-driver
//! ```

use std::io::{self, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;

// ANCHOR: tasks
/// Waits for a byte, and says that it has heard it.
async fn neighbor(mut socket: TcpStream, hear: Sender<()>) -> io::Result<()> {
    socket.read_u8().await?;
    hear.send(()).map_err(io::Error::other)
}

/// Waits for a byte, then blocks.
async fn in_the_task(
    mut socket: TcpStream,
    computation: Computation,
) -> io::Result<bool> {
    socket.read_u8().await?;
    computation.run()
}

struct Computation {
    to_neighbor: std::net::TcpStream,
    heard: Receiver<()>,
}

impl Computation {
    /// A byte for the neighbor arrives, and the computation goes on until it was heard, for a second at most.
    fn run(mut self) -> io::Result<bool> {
        self.to_neighbor.write_all(b"!")?;
        Ok(self.heard.recv_timeout(Duration::from_secs(1)).is_ok())
    }
}
// ANCHOR_END: tasks

async fn on_the_pool(
    mut socket: TcpStream,
    computation: Computation,
) -> io::Result<bool> {
    socket.read_u8().await?;
    spawn_blocking(move || computation.run()).await?
}

fn main() -> io::Result<()> {
    row("in the task", in_the_task)?;
    row("on the pool", on_the_pool)
}

fn row<F>(name: &str, way: fn(TcpStream, Computation) -> F) -> io::Result<()>
where
    F: Future<Output = io::Result<bool>> + Send + 'static,
{
    let runtime = Builder::new_multi_thread().worker_threads(8).enable_io().build()?;
    let (mut ours, theirs) = pair(&runtime)?;
    let (to_neighbor, neighbors) = pair(&runtime)?;
    let (hear, heard) = channel();
    runtime.spawn(neighbor(neighbors, hear));
    let waiting = runtime.spawn(way(theirs, Computation { to_neighbor, heard }));
    until_all_sleep(&runtime);
    ours.write_all(b"!")?;
    let heard = if runtime.block_on(waiting)?? { "heard" } else { "did not hear" };
    println!("{name}: in the meantime, the neighbor {heard} its byte");
    Ok(())
}

/// Two ends of a connection: a blocking one, and one for a task.
fn pair(runtime: &Runtime) -> io::Result<(std::net::TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let ours = std::net::TcpStream::connect(listener.local_addr()?)?;
    let (theirs, _) = listener.accept()?;
    theirs.set_nonblocking(true)?;
    let _guard = runtime.enter();
    Ok((ours, TcpStream::from_std(theirs)?))
}

/// Tokio counts how often a worker has gone to sleep and has woken: while it sleeps, the count is odd.
fn until_all_sleep(runtime: &Runtime) {
    let metrics = runtime.metrics();
    let awake = |worker| metrics.worker_park_unpark_count(worker).is_multiple_of(2);
    while (0..8).any(awake) {
        thread::sleep(Duration::from_millis(10));
    }
    thread::sleep(Duration::from_millis(200)); // it counts, and then it sleeps
}

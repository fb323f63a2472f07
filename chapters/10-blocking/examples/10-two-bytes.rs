//! Eight workers, a task that computes, and another that waits for a byte.
//!
//! ```console
//! $ cargo run --example 10-two-bytes
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

async fn in_the_task(mut socket: TcpStream, work: Work) -> io::Result<bool> {
    socket.read_u8().await?;
    work.run()
}

async fn on_the_pool(mut socket: TcpStream, work: Work) -> io::Result<bool> {
    socket.read_u8().await?;
    spawn_blocking(move || work.run()).await?
}
// ANCHOR_END: tasks

/// Stands for a computation.
struct Work {
    to_neighbor: std::net::TcpStream, // the far end of the neighbor's socket
    heard: Receiver<()>,              // what `hear` sends arrives here
}

impl Work {
    /// Sends the neighbor a byte, and goes on until it has heard it, for a second at most.
    fn run(mut self) -> io::Result<bool> {
        self.to_neighbor.write_all(b"!")?;
        Ok(self.heard.recv_timeout(Duration::from_secs(1)).is_ok())
    }
}

fn main() -> io::Result<()> {
    row("in the task", in_the_task)?;
    row("on the pool", on_the_pool)
}

fn row<F>(name: &str, way: fn(TcpStream, Work) -> F) -> io::Result<()>
where
    F: Future<Output = io::Result<bool>> + Send + 'static,
{
    let runtime = Builder::new_multi_thread().worker_threads(8).enable_io().build()?;
    let (mut ours, theirs) = pair(&runtime)?;
    let (to_neighbor, neighbors) = pair(&runtime)?;
    let (hear, heard) = channel();
    runtime.spawn(neighbor(neighbors, hear));
    let waiting = runtime.spawn(way(theirs, Work { to_neighbor, heard }));
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

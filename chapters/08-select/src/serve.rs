use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::Shutdown;

/// How long connections may take to end once shutdown has begun.
pub const GRACE: Duration = Duration::from_secs(5);

// ANCHOR: serve
/// Gives every connection a task of its own until shutdown begins. Then accepts no more,
/// waits for the tasks to end, for [`GRACE`] at most, and aborts those that are left.
///
/// A task learns of the shutdown from the [`Shutdown`] it is given, and returns whether its
/// client was sent everything. Returns how many tasks said no, or had to be aborted, since
/// shutdown began.
///
/// Not cancel safe: dropped, it aborts all its connections.
pub async fn serve<P, F>(
    listener: TcpListener,
    mut shutdown: Shutdown,
    process: P,
) -> usize
where
    P: Fn(TcpStream, Shutdown) -> F,
    F: Future<Output = bool> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    // ANCHOR: race
    loop {
        tokio::select! {
            // Clients that connect without a pause must not keep us from stopping.
            biased;
            () = shutdown.recv() => break,
            // Takes tasks that have ended out of the set. If it is empty, this is `None`,
            // which the pattern does not match, so the branch sits out this round.
            Some(_) = tasks.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    tasks.spawn(process(socket, shutdown.clone()));
                }
                Err(err) => {
                    // Out of file descriptors, perhaps: connections that end give some
                    // back. While this handler waits, nobody hears a shutdown.
                    eprintln!("cannot accept: {err}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
        }
    }
    // ANCHOR_END: race
    // Clients that connect from here on are refused at once, instead of waiting in a
    // queue that nobody reads.
    drop(listener);
    let mut late = 0;
    let all_ended = async {
        while let Some(ended) = tasks.join_next().await {
            late += usize::from(!ended.unwrap_or(false));
        }
    };
    if timeout(GRACE, all_ended).await.is_err() {
        late += tasks.len();
        tasks.shutdown().await;
    }
    late
}
// ANCHOR_END: serve

//! `Shutdown`, `serve`, and `Watched`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use probe::{cancel_at_every_poll, settle, virtual_time};
use select::{GRACE, Shutdown, Watched, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::watch;
use tokio::time::{Instant, pause, sleep, timeout};

#[test]
fn who_asks_late_or_twice_is_told_too() {
    let run = virtual_time(|| async {
        let (begin, receiver) = watch::channel(false);
        let mut early = Shutdown::from(receiver);
        let waiting = tokio::spawn({
            let mut early = early.clone();
            async move { early.recv().await }
        });
        settle().await;
        assert!(!early.has_begun() && !waiting.is_finished());
        begin.send_replace(true);
        early.recv().await;
        early.recv().await;
        let mut late = early.clone();
        late.recv().await;
        assert!(late.has_begun());
        waiting.await.unwrap();
    });
    run.done().unwrap();
}

#[test]
fn a_sender_that_is_gone_ends_everything() {
    let run = virtual_time(|| async {
        let mut shutdown = Shutdown::from(watch::channel(false).1);
        assert!(shutdown.has_begun());
        shutdown.recv().await;
    });
    run.done().unwrap();
}

#[test]
fn shutdown_begins_when_the_event_is_done() {
    let run = virtual_time(|| async {
        let begun = Instant::now();
        let mut shutdown = Shutdown::when(sleep(Duration::from_secs(7)));
        assert!(!shutdown.has_begun());
        shutdown.recv().await;
        assert_eq!(begun.elapsed(), Duration::from_secs(7));
    });
    run.done().unwrap();
}

#[test]
fn a_wait_that_is_dropped_misses_nothing() {
    let trials = cancel_at_every_poll(
        || Shutdown::when(sleep(Duration::from_millis(10))),
        async |shutdown| shutdown.recv().await,
    )
    .unwrap();
    assert!(trials.len() > 1);
    assert!(trials.iter().all(|trial| trial.state.has_begun()));
}

/// A listener, its address, and the switch that begins the shutdown.
async fn listen() -> (TcpListener, std::net::SocketAddr, watch::Sender<bool>, Shutdown) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (begin, receiver) = watch::channel(false);
    (listener, addr, begin, receiver.into())
}

#[test]
fn without_connections_it_returns_at_once() {
    let run = virtual_time(|| async {
        let (listener, _, begin, shutdown) = listen().await;
        begin.send_replace(true);
        serve(listener, shutdown, async |_, _| true).await
    });
    let (late, stats) = run.done().unwrap();
    assert_eq!((late, stats.elapsed), (0, Duration::ZERO));
}

/// Waits until so many connections have been accepted, and stops the clock: from here on, no socket has a word to say,
/// only timers do. On a clock that stands still from the start, a connection that takes a moment is taken for one that
/// never comes.
async fn all_accepted(accepts: &mut UnboundedReceiver<()>, connections: usize) {
    for _ in 0..connections {
        accepts.recv().await.expect("the server accepts");
    }
    pause();
}

/// Tasks that have not ended, of this test's runtime.
fn alive_tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[tokio::test]
async fn it_waits_for_connections_that_end_in_time() {
    let (listener, addr, begin, shutdown) = listen().await;
    let (accepted, mut accepts) = unbounded_channel();
    let ended = Arc::new(AtomicUsize::new(0));
    let server = tokio::spawn(serve(listener, shutdown, {
        let ended = ended.clone();
        move |_, mut shutdown: Shutdown| {
            accepted.send(()).unwrap();
            let ended = ended.clone();
            async move {
                shutdown.recv().await;
                sleep(GRACE - Duration::from_secs(1)).await;
                ended.fetch_add(1, SeqCst);
                true
            }
        }
    }));
    let clients = [
        TcpStream::connect(addr).await.unwrap(),
        TcpStream::connect(addr).await.unwrap(),
    ];
    all_accepted(&mut accepts, 2).await;
    begin.send_replace(true);
    settle().await;
    assert!(std::net::TcpStream::connect(addr).is_err(), "nobody listens any more");
    assert_eq!(server.await.unwrap(), 0);
    assert_eq!((ended.load(SeqCst), alive_tasks()), (2, 0));
    drop(clients);
}

#[tokio::test]
async fn it_ends_in_bounded_time_whatever_its_connections_do() {
    let (listener, addr, begin, shutdown) = listen().await;
    let (accepted, mut accepts) = unbounded_channel();
    let server = tokio::spawn(serve(listener, shutdown, move |_, _| {
        accepted.send(()).unwrap();
        std::future::pending()
    }));
    let _client = TcpStream::connect(addr).await.unwrap();
    all_accepted(&mut accepts, 1).await;
    let begun = Instant::now();
    begin.send_replace(true);
    assert_eq!(server.await.unwrap(), 1);
    let took = begun.elapsed();
    // Tokio's timers are exact to the millisecond, and late rather than early.
    assert!(took >= GRACE && took <= GRACE + Duration::from_millis(2), "{took:?}");
    assert_eq!(alive_tasks(), 0);
}

#[tokio::test]
async fn a_client_that_was_not_sent_everything_is_counted_if_it_was_cut_off_by_the_shutdown()
 {
    let (listener, addr, begin, shutdown) = listen().await;
    let (accepted, mut accepts) = unbounded_channel();
    let server =
        tokio::spawn(serve(listener, shutdown, move |mut socket, mut shutdown| {
            accepted.send(()).unwrap();
            async move {
                // A byte, and it is too late for the shutdown.
                tokio::select! {
                    byte = socket.read_u8() => drop(byte),
                    () = shutdown.recv() => {}
                }
                socket.shutdown().await.unwrap();
                false
            }
        }));
    let mut early = TcpStream::connect(addr).await.unwrap();
    early.write_u8(0).await.unwrap();
    assert_eq!(early.read(&mut [0]).await.unwrap(), 0);
    let _late = TcpStream::connect(addr).await.unwrap();
    all_accepted(&mut accepts, 2).await;
    // The task of the early one is out of the set when the server waits again.
    settle().await;
    begin.send_replace(true);
    assert_eq!(server.await.unwrap(), 1);
}

#[tokio::test]
async fn a_panic_in_one_connection_is_its_own() {
    let (listener, addr, begin, shutdown) = listen().await;
    let server =
        tokio::spawn(serve(listener, shutdown, async |mut socket: TcpStream, _| {
            let byte = socket.read_u8().await.unwrap();
            assert_ne!(byte, b'!', "on purpose");
            socket.write_u8(byte).await.unwrap();
            true
        }));
    for byte in *b"!a!b" {
        let mut client = TcpStream::connect(addr).await.unwrap();
        client.write_u8(byte).await.unwrap();
        let answer = client.read_u8().await;
        assert_eq!(answer.ok(), (byte != b'!').then_some(byte));
    }
    begin.send_replace(true);
    assert_eq!(server.await.unwrap(), 0);
}

#[tokio::test]
async fn clients_that_connect_without_a_pause_do_not_put_it_off() {
    let (listener, addr, begin, shutdown) = listen().await;
    // More than one turn of `select!` could take, all ready before its first poll.
    let mut clients = Vec::new();
    for _ in 0..100 {
        clients.push(TcpStream::connect(addr).await.unwrap());
    }
    begin.send_replace(true);
    let accepted = AtomicUsize::new(0);
    let serving = serve(listener, shutdown, |_, _| {
        accepted.fetch_add(1, SeqCst);
        async { true }
    });
    serving.await;
    assert_eq!(accepted.load(SeqCst), 0);
}

#[test]
fn bytes_in_either_direction_are_activity() {
    let run = virtual_time(|| async {
        let (mut here, there) = duplex(4);
        let (mut there, activity) = Watched::new(there);
        let begun = Instant::now();
        let at = || (activity.last() - begun).as_secs();
        assert_eq!(at(), 0);
        sleep(Duration::from_secs(1)).await;
        here.write_all(b"ab").await.unwrap();
        assert_eq!(at(), 0, "not yet read");
        there.read_u8().await.unwrap();
        assert_eq!(at(), 1);
        sleep(Duration::from_secs(1)).await;
        there.write_all(b"abcd").await.unwrap();
        assert_eq!(at(), 2);
        sleep(Duration::from_secs(1)).await;
        // Flushing, and a write that finds no room, move nothing.
        there.flush().await.unwrap();
        timeout(Duration::from_millis(1), there.write_all(b"e")).await.unwrap_err();
        assert_eq!(at(), 2);
        drop(here);
        there.read_u8().await.unwrap();
        sleep(Duration::from_secs(1)).await;
        assert_eq!(at(), 3);
        assert_eq!(there.read(&mut [0]).await.unwrap(), 0);
        assert_eq!(at(), 3, "the end of the stream is no byte");
    });
    run.done().unwrap();
}

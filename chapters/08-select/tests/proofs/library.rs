//! `Shutdown`, `serve`, and `Watched`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use probe::{cancel_at_every_poll, settle, virtual_time};
use select::{GRACE, Shutdown, Watched, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

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
        serve(listener, shutdown, async |_, _| {}).await
    });
    let (late, stats) = run.done().unwrap();
    assert_eq!((late, stats.elapsed), (0, Duration::ZERO));
}

#[test]
fn it_waits_for_connections_that_end_in_time() {
    let run = virtual_time(|| async {
        let (listener, addr, begin, shutdown) = listen().await;
        let ended = Arc::new(AtomicUsize::new(0));
        let server = tokio::spawn(serve(listener, shutdown, {
            let ended = ended.clone();
            move |_, mut shutdown: Shutdown| {
                let ended = ended.clone();
                async move {
                    shutdown.recv().await;
                    sleep(GRACE - Duration::from_secs(1)).await;
                    ended.fetch_add(1, SeqCst);
                }
            }
        }));
        let clients = [
            TcpStream::connect(addr).await.unwrap(),
            TcpStream::connect(addr).await.unwrap(),
        ];
        settle().await;
        begin.send_replace(true);
        settle().await;
        assert!(TcpStream::connect(addr).await.is_err(), "nobody listens any more");
        assert_eq!(server.await.unwrap(), 0);
        assert_eq!(ended.load(SeqCst), 2);
        drop(clients);
    });
    assert_eq!(run.done().unwrap().1.alive_tasks, 0);
}

#[test]
fn it_ends_in_bounded_time_whatever_its_connections_do() {
    let run = virtual_time(|| async {
        let (listener, addr, begin, shutdown) = listen().await;
        let server = tokio::spawn(serve(listener, shutdown, async |_, _| {
            std::future::pending().await
        }));
        let _client = TcpStream::connect(addr).await.unwrap();
        settle().await;
        let begun = Instant::now();
        begin.send_replace(true);
        assert_eq!(server.await.unwrap(), 1);
        begun.elapsed()
    });
    let (took, stats) = run.done().unwrap();
    // Tokio's timers are exact to the millisecond, and late rather than early.
    assert!(took >= GRACE && took <= GRACE + Duration::from_millis(2), "{took:?}");
    assert_eq!(stats.alive_tasks, 0);
}

#[test]
fn a_panic_in_one_connection_is_its_own() {
    let run = virtual_time(|| async {
        let (listener, addr, begin, shutdown) = listen().await;
        let server =
            tokio::spawn(serve(listener, shutdown, async |mut socket: TcpStream, _| {
                let byte = socket.read_u8().await.unwrap();
                assert_ne!(byte, b'!', "on purpose");
                socket.write_u8(byte).await.unwrap();
            }));
        for byte in *b"!a!b" {
            let mut client = TcpStream::connect(addr).await.unwrap();
            client.write_u8(byte).await.unwrap();
            let answer = client.read_u8().await;
            assert_eq!(answer.ok(), (byte != b'!').then_some(byte));
        }
        begin.send_replace(true);
        assert_eq!(server.await.unwrap(), 0);
    });
    run.done().unwrap();
}

#[test]
fn clients_that_connect_without_a_pause_do_not_put_it_off() {
    let run = virtual_time(|| async {
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
            async {}
        });
        serving.await;
        assert_eq!(accepted.load(SeqCst), 0);
    });
    run.done().unwrap();
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

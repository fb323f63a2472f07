//! Who counts as idle, on a paused clock.

use std::time::Duration;

use framing::{Connection, Db};
use probe::virtual_time;
use select::{Shutdown, Watched};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::select_stage::answer;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Not quite the timeout.
const ALMOST: Duration = Duration::from_millis(9_900);

/// The stage's loop on one end of a pipe with room for 64 bytes. The task returns when the loop ended.
fn serve(timeout: Duration) -> (DuplexStream, watch::Sender<bool>, JoinHandle<Instant>) {
    let (client, server) = duplex(64);
    let (stop, receiver) = watch::channel(false);
    let served = tokio::spawn(async move {
        let (server, activity) = Watched::new(server);
        let mut connection = Connection::server(server);
        let shutdown = Shutdown::from(receiver);
        let outcome =
            answer(&mut connection, Db::default(), shutdown, activity, timeout).await;
        let ended = Instant::now();
        assert!(outcome.is_ok(), "{outcome:?}");
        connection.hang_up().await;
        ended
    });
    (client, stop, served)
}

async fn expect(client: &mut DuplexStream, reply: &str) {
    let mut got = vec![0; reply.len()];
    client.read_exact(&mut got).await.unwrap();
    assert_eq!(got.escape_ascii().to_string(), reply.escape_default().to_string());
}

#[test]
fn who_never_says_a_word_is_disconnected_on_time() {
    let run = virtual_time(|| async {
        let begun = Instant::now();
        let (mut client, _stop, served) = serve(TIMEOUT);
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert!(rest.is_empty(), "Redis says nothing either");
        drop(client);
        served.await.unwrap() - begun
    });
    assert_eq!(run.done().unwrap().0, TIMEOUT);
}

#[test]
fn the_time_begins_again_with_every_request() {
    let run = virtual_time(|| async {
        let (mut client, _stop, served) = serve(TIMEOUT);
        for _ in 0..100 {
            client.write_all(b"PING\r\n").await.unwrap();
            expect(&mut client, "+PONG\r\n").await;
            sleep(ALMOST).await;
        }
        client.write_all(b"PING\r\n").await.unwrap();
        expect(&mut client, "+PONG\r\n").await;
        let last = Instant::now();
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
        drop(client);
        served.await.unwrap() - last
    });
    assert_eq!(run.done().unwrap().0, TIMEOUT);
}

/// The timer fires again and again while the request comes in, and each time the read in progress is dropped.
#[test]
fn half_a_request_is_activity_and_survives_the_timer() {
    let run = virtual_time(|| async {
        let (mut client, _stop, _served) = serve(TIMEOUT);
        for byte in b"*2\r\n$4\r\nECHO\r\n$12\r\nhello,\r\nyou!\r\n" {
            sleep(ALMOST).await;
            client.write_all(&[*byte]).await.unwrap();
        }
        expect(&mut client, "$12\r\nhello,\r\nyou!\r\n").await;
    });
    run.done().unwrap();
}

#[test]
fn a_client_that_takes_its_reply_slowly_is_not_idle() {
    let run = virtual_time(|| async {
        let (mut client, _stop, _served) = serve(TIMEOUT);
        let value = "x".repeat(3_000);
        let request = format!("*2\r\n$4\r\nECHO\r\n$3000\r\n{value}\r\n");
        client.write_all(request.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        while reply.len() < 3_009 {
            sleep(ALMOST).await;
            let mut some = [0; 30];
            let n = client.read(&mut some).await.unwrap();
            assert_ne!(n, 0, "cut off after {} bytes", reply.len());
            reply.extend_from_slice(&some[..n]);
        }
        assert_eq!(reply, format!("$3000\r\n{value}\r\n").as_bytes());
    });
    run.done().unwrap();
}

#[test]
fn a_client_that_takes_nothing_is_idle_whatever_it_is_owed() {
    let run = virtual_time(|| async {
        let begun = Instant::now();
        let (mut client, _stop, served) = serve(TIMEOUT);
        client.write_all(&b"PING\r\n".repeat(100)).await.unwrap();
        served.await.unwrap() - begun
    });
    // The loop, and after it a second to say goodbye.
    let (ended, stats) = run.done().unwrap();
    assert_eq!(ended, TIMEOUT);
    assert!(stats.elapsed <= TIMEOUT + Duration::from_millis(1_001), "{stats:?}");
}

#[test]
fn zero_means_never() {
    let run = virtual_time(|| async {
        let (mut client, _stop, _served) = serve(Duration::ZERO);
        for _ in 0..3 {
            sleep(Duration::from_secs(1_000)).await;
            client.write_all(b"PING\r\n").await.unwrap();
            expect(&mut client, "+PONG\r\n").await;
        }
    });
    run.done().unwrap();
}

//! The hub and its inboxes, without sockets.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use framing::{Db, Grammar, Limits, Parser, Replies};
use futures::{FutureExt, Stream, StreamExt};
use probe::{CountWaker, virtual_time};
use streams::{Client, Hub, Message, Topic};

fn name(name: &'static str) -> Bytes {
    Bytes::from_static(name.as_bytes())
}

#[test]
fn everybody_who_listens_gets_each_message_in_the_order_of_publication() {
    let hub = Hub::new(1 << 20);
    let mut inboxes: Vec<_> = (0..3).map(|_| hub.inbox()).collect();
    for inbox in &inboxes {
        hub.subscribe(Topic::Channel, &name("a"), inbox);
        hub.subscribe(Topic::Channel, &name("b"), inbox);
    }
    for n in 0..100_u8 {
        let channel: &[u8] = if n % 3 == 0 { b"a" } else { b"b" };
        assert_eq!(hub.publish(channel, &[n]), 3);
    }
    for inbox in &mut inboxes {
        for n in 0..100_u8 {
            let message = inbox.next().now_or_never().flatten().expect("it is there");
            assert_eq!(message.payload, [n][..]);
        }
        assert!(inbox.next().now_or_never().is_none(), "and no more");
    }
}

#[test]
fn whoever_listens_to_the_name_and_to_patterns_gets_one_each() {
    let hub = Hub::new(1 << 20);
    let mut inbox = hub.inbox();
    hub.subscribe(Topic::Channel, &name("news"), &inbox);
    hub.subscribe(Topic::Pattern, &name("n*"), &inbox);
    hub.subscribe(Topic::Pattern, &name("x*"), &inbox);
    assert_eq!(hub.publish(b"news", b"!"), 2);
    let mut next = || inbox.next().now_or_never().flatten();
    assert_eq!(next().unwrap().pattern, None);
    assert_eq!(next().unwrap().pattern, Some(name("n*")));
    assert_eq!(next(), None);
}

#[test]
fn a_listener_that_never_reads_is_cut_off_and_nobody_else_is() {
    let hub = Hub::new(10_000);
    let (sleeper, mut reader) = (hub.inbox(), hub.inbox());
    hub.subscribe(Topic::Channel, &name("a"), &sleeper);
    hub.subscribe(Topic::Channel, &name("a"), &reader);
    let mut received = Vec::new();
    for n in 0..1_000_u32 {
        received.push(hub.publish(b"a", &n.to_be_bytes()));
        let message = reader.next().now_or_never().flatten().expect("it is there");
        assert_eq!(message.payload, n.to_be_bytes()[..]);
    }
    let both = received.iter().take_while(|n| **n == 2).count();
    // A message counts as its bytes and what it takes to hold them.
    assert_eq!(both, 10_000 / (size_of::<Message>() + 5));
    assert!(received[both..].iter().all(|n| *n == 1));
}

#[test]
fn the_end_of_an_inbox_wakes_its_task_and_comes_at_once() {
    let hub = Hub::new(1_000);
    let mut inbox = hub.inbox();
    hub.subscribe(Topic::Channel, &name("a"), &inbox);
    let wakes = CountWaker::new();
    let mut poll =
        || Pin::new(&mut inbox).poll_next(&mut Context::from_waker(&wakes.waker()));
    assert_eq!(poll(), Poll::Pending);
    assert_eq!(hub.publish(b"a", &[0; 2_000]), 0);
    assert_eq!(
        (wakes.wakes(), poll(), poll()),
        (1, Poll::Ready(None), Poll::Ready(None))
    );
}

#[test]
fn a_message_wakes_the_task_that_polled_last_and_only_it() {
    let hub = Hub::new(1_000);
    let mut inbox = hub.inbox();
    hub.subscribe(Topic::Channel, &name("a"), &inbox);
    let (first, second) = (CountWaker::new(), CountWaker::new());
    for wakes in [&first, &second] {
        let polled =
            Pin::new(&mut inbox).poll_next(&mut Context::from_waker(&wakes.waker()));
        assert!(polled.is_pending());
    }
    hub.publish(b"a", b"1");
    hub.publish(b"a", b"2");
    assert_eq!((first.wakes(), second.wakes()), (0, 1));
}

#[test]
fn nothing_comes_after_the_end_of_a_subscription() {
    let hub = Hub::new(1 << 20);
    let mut inbox = hub.inbox();
    hub.subscribe(Topic::Channel, &name("a"), &inbox);
    assert_eq!(hub.publish(b"a", b"before"), 1);
    hub.unsubscribe(Topic::Channel, &name("a"), &inbox);
    assert_eq!(hub.publish(b"a", b"after"), 0);
    assert_eq!(inbox.next().now_or_never().flatten().unwrap().payload, "before");
    assert!(inbox.next().now_or_never().is_none());
    assert!(hub.channels().is_empty());
}

#[test]
fn a_client_that_is_dropped_listens_to_nothing() {
    let hub = Hub::new(1 << 20);
    let mut client = Client::new(Db::new(), hub.clone());
    assert!(said(&mut client, "SUBSCRIBE a b\r\nPSUBSCRIBE c*\r\n").ends_with(":3\r\n"));
    assert_eq!(
        (hub.channels().len(), hub.patterns(), hub.publish(b"a", b"!")),
        (2, 1, 1)
    );
    drop(client);
    assert_eq!(
        (hub.channels().len(), hub.patterns(), hub.publish(b"a", b"!")),
        (0, 0, 0)
    );
}

#[test]
fn what_was_published_before_a_request_stands_before_its_reply() {
    let hub = Hub::new(1 << 20);
    let mut client = Client::new(Db::new(), hub.clone());
    said(&mut client, "SUBSCRIBE a\r\n");
    hub.publish(b"a", b"1");
    assert_eq!(
        said(&mut client, "PING\r\n"),
        "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n"
    );
    hub.publish(b"a", b"2");
    assert_eq!(
        said(&mut client, "UNSUBSCRIBE a\r\n"),
        "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n2\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:0\r\n"
    );
}

#[test]
fn whoever_leaves_gets_what_was_published_before_and_nothing_more() {
    let hub = Hub::new(1 << 20);
    let mut client = Client::new(Db::new(), hub.clone());
    said(&mut client, "SUBSCRIBE a\r\n");
    assert_eq!(hub.publish(b"a", b"1"), 1);
    let mut replies = Replies::default();
    client.leave(&mut replies);
    assert_eq!(hub.publish(b"a", b"2"), 0);
    client.leave(&mut replies);
    assert_eq!(replies.as_bytes(), b"*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n1\r\n");

    said(&mut client, "SUBSCRIBE a\r\n");
    assert_eq!(hub.publish(b"a", b"3"), 1);
    assert_eq!(
        said(&mut client, "QUIT\r\n"),
        "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\n3\r\n+OK\r\n"
    );
    assert_eq!(hub.publish(b"a", b"4"), 0);
}

/// A publisher that never pauses, listeners that take their time: the clock says who waited.
#[test]
fn a_publisher_waits_for_nobody() {
    let run = virtual_time(|| async {
        let hub = Hub::new(1 << 20);
        let listen = |pause: u64| {
            let mut inbox = hub.inbox();
            hub.subscribe(Topic::Channel, &name("a"), &inbox);
            tokio::spawn(async move {
                let mut got = 0;
                while inbox.next().await.is_some() {
                    got += 1;
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    if got == 1_000 {
                        break;
                    }
                }
                (got, tokio::time::Instant::now())
            })
        };
        let (quick, slow, dead) = (listen(1), listen(10), listen(3_000_000));
        let start = tokio::time::Instant::now();
        for _ in 0..1_000 {
            hub.publish(b"a", &[0; 1_000]);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let published = start.elapsed().as_millis();
        let mut ends = Vec::new();
        for listener in [quick, slow] {
            let (got, end) = listener.await.unwrap();
            ends.push((got, (end - start).as_millis()));
        }
        dead.abort();
        (published, ends)
    });
    let ((published, ends), _) = run.done().unwrap();
    // Ten times slower than the publisher, and within the limit: it gets everything, later.
    assert_eq!((published, ends), (1_000, vec![(1_000, 1_000), (1_000, 10_000)]));
}

fn said(client: &mut Client, sent: &str) -> String {
    let mut parser = Parser::new(Grammar::Requests, Limits::default());
    let (mut rest, mut replies) = (sent.as_bytes(), Replies::default());
    while let Some(len) = parser.parse(rest).unwrap() {
        let _ = client.answer(parser.request(rest), &mut replies);
        rest = &rest[len..];
    }
    String::from_utf8(replies.as_bytes().to_vec()).unwrap()
}

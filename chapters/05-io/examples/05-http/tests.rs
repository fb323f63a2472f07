//! The server as its peers meet it: in pieces of every size, and from `curl`.

use std::process::Command;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Duration, sleep};

use super::{BODY_LIMIT, HEAD_LIMIT, process, serve};

/// A connection to the server: nothing on it is larger than `room`.
fn connect(room: usize) -> DuplexStream {
    let (client, server) = duplex(room);
    tokio::spawn(process(server));
    client
}

/// Sends all of it, ends the direction, and returns all that comes back.
async fn exchange(room: usize, request: &[u8]) -> String {
    let (mut reader, mut writer) = tokio::io::split(connect(room));
    let request = request.to_vec();
    tokio::spawn(async move {
        // The server may refuse the rest.
        let _ = writer.write_all(&request).await;
        let _ = writer.shutdown().await;
    });
    let mut replies = String::new();
    reader.read_to_string(&mut replies).await.unwrap();
    replies
}

fn ok(echo: &str, keep_alive: bool) -> String {
    let connection = if keep_alive { "keep-alive" } else { "close" };
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\
         Connection: {connection}\r\n\r\n{echo}",
        echo.len()
    )
}

const GET: &str = "GET /a?b=c HTTP/1.1\r\nHost: localhost\r\nX-Empty:\r\n\r\n";
const POST: &str =
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\n\r\na\nbody\n";
const LAST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_pipeline_is_answered_in_order_however_small_its_pieces() {
    let pipeline = [GET, POST, GET, LAST].concat();
    let replies =
        [ok(GET, true), ok(POST, true), ok(GET, true), ok(LAST, false)].concat();
    for room in [1, 2, 3, 5, 7, 64, 8192, 100_000] {
        assert_eq!(exchange(room, pipeline.as_bytes()).await, replies, "room {room}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_split_at_every_byte_is_answered_the_same() {
    let both = [GET, POST].concat();
    for at in 0..=both.len() {
        let mut client = connect(8192);
        client.write_all(&both.as_bytes()[..at]).await.unwrap();
        sleep(Duration::from_secs(60)).await;
        client.write_all(&both.as_bytes()[at..]).await.unwrap();
        client.shutdown().await.unwrap();
        let mut replies = String::new();
        client.read_to_string(&mut replies).await.unwrap();
        assert_eq!(replies, [ok(GET, true), ok(POST, true)].concat(), "split at {at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_does_not_wait_for_the_rest_of_the_next_request() {
    let mut client = connect(8192);
    client.write_all([GET, &POST[..30]].concat().as_bytes()).await.unwrap();
    let mut reply = vec![0; ok(GET, true).len()];
    client.read_exact(&mut reply).await.unwrap();
    assert_eq!(String::from_utf8(reply).unwrap(), ok(GET, true));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_at_any_byte_gets_only_whole_replies() {
    let both = [GET, POST].concat();
    for end in 0..both.len() {
        let replies = exchange(8192, &both.as_bytes()[..end]).await;
        let expected = if end < GET.len() { String::new() } else { ok(GET, true) };
        assert_eq!(replies, expected, "left after {end} bytes");
    }
}

#[tokio::test(start_paused = true)]
async fn head_gets_the_length_and_no_body() {
    let head = GET.replace("GET", "HEAD");
    let reply = exchange(8192, head.as_bytes()).await;
    assert_eq!(reply, ok(&head, true).strip_suffix(&head).unwrap());
}

#[tokio::test(start_paused = true)]
async fn who_stays_connected_is_decided_by_version_and_header() {
    for (version, header, stays) in [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: upgrade, CLOSE\r\n", false),
        ("1.1", "Connection: keep-alive\r\n", true),
        ("1.9", "", true),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
    ] {
        let request = format!("GET / HTTP/{version}\r\nHost: a\r\n{header}\r\n");
        let replies = exchange(8192, request.repeat(2).as_bytes()).await;
        let expected = ok(&request, stays).repeat(if stays { 2 } else { 1 });
        assert_eq!(replies, expected, "{request}");
    }
}

#[tokio::test(start_paused = true)]
async fn line_feeds_alone_and_one_empty_line_before_are_allowed() {
    let typed = "GET / HTTP/1.1\nHost: a\n\n";
    assert_eq!(exchange(64, typed.as_bytes()).await, ok(typed, true));
    assert_eq!(exchange(64, format!("\r\n{GET}").as_bytes()).await, ok(GET, true));
    assert_eq!(exchange(64, b"\r\n").await, "");
}

#[tokio::test(start_paused = true)]
async fn a_waiting_client_is_told_to_go_on() {
    let mut client = connect(8192);
    let head =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    client.write_all(head.as_bytes()).await.unwrap();
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    let mut interim = vec![0; go_on.len()];
    client.read_exact(&mut interim).await.unwrap();
    assert_eq!(String::from_utf8(interim).unwrap(), go_on);
    client.write_all(b"ab").await.unwrap();
    client.shutdown().await.unwrap();
    let mut reply = String::new();
    client.read_to_string(&mut reply).await.unwrap();
    assert_eq!(reply, ok(&format!("{head}ab"), true));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_is_refused_with_its_status() {
    let host = "GET / HTTP/1.1\r\nHost: a\r\n";
    let long = "x".repeat(9000);
    let cases = [
        ("400", "GET\r\n\r\n".to_string()),
        ("400", "\r\n\r\nGET / HTTP/1.1\r\n".into()),
        ("400", "GET /\r\n\r\n".into()),
        ("400", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n".into()),
        ("400", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n".into()),
        ("400", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n".into()),
        ("400", "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n".into()),
        ("400", "GET / http/1.1\r\nHost: a\r\n\r\n".into()),
        ("400", "GET / HTTP/11\r\nHost: a\r\n\r\n".into()),
        ("400", "GET / HTTP/1.1\r\n\r\n".into()),
        ("400", format!("{host}Host: b\r\n\r\n")),
        ("400", format!("{host}no colon\r\n\r\n")),
        ("400", format!("{host}X : 1\r\n\r\n")),
        ("400", format!("{host}: 1\r\n\r\n")),
        ("400", format!("{host}X: 1\r\n folded\r\n\r\n")),
        ("400", format!("{host}X: a\0b\r\n\r\n")),
        ("400", format!("{host}X: a\rb\r\n\r\n")),
        ("400", format!("{host}Content-Length: -1\r\n\r\n")),
        ("400", format!("{host}Content-Length: +1\r\n\r\na")),
        ("400", format!("{host}Content-Length:\r\n\r\n")),
        ("400", format!("{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab")),
        (
            "400",
            format!("{host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na"),
        ),
        ("413", format!("{host}Content-Length: 65537\r\n\r\n")),
        ("413", format!("{host}Content-Length: 99999999999999999999999\r\n\r\n")),
        ("414", format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n")),
        ("414", long.repeat(100)),
        ("417", format!("{host}Expect: miracles\r\n\r\n")),
        ("431", format!("{host}Cookie: {long}\r\n\r\n")),
        ("431", format!("{host}{}\r\n", "X: 1\r\n".repeat(2000))),
        ("501", format!("{host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
        ("501", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n".into()),
        ("505", "GET / HTTP/2.0\r\nHost: a\r\n\r\n".into()),
        ("505", "GET / HTTP/0.9\r\nHost: a\r\n\r\n".into()),
    ];
    for (status, request) in cases {
        for room in [1, 8192] {
            let reply = exchange(room, request.as_bytes()).await;
            let shown = &request[..request.len().min(100)];
            assert!(
                reply.starts_with(&format!("HTTP/1.1 {status} ")),
                "{shown:?}: {reply}"
            );
            assert!(reply.contains("Connection: close\r\n"), "{shown:?}: {reply}");
            assert_eq!(reply.matches("HTTP/1.1").count(), 1, "{shown:?}: {reply}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
    let head = |length: usize| {
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        format!("{start}{}\r\n\r\n", "x".repeat(length - start.len() - 4))
    };
    let limit = HEAD_LIMIT;
    assert_eq!(exchange(64, head(limit).as_bytes()).await, ok(&head(limit), true));
    assert!(exchange(64, head(limit + 1).as_bytes()).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test(start_paused = true)]
async fn a_body_of_exactly_the_limit_is_echoed() {
    let limit = BODY_LIMIT as usize;
    let request = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {limit}\r\n\r\n{}",
        "x".repeat(limit)
    );
    assert_eq!(exchange(8192, request.as_bytes()).await, ok(&request, true));
}

async fn serve_http() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(serve(listener));
    addr
}

/// A refusal reaches a client that is still sending, although the server closes.
#[tokio::test]
async fn a_refusal_is_read_to_its_end_by_a_client_that_sends_too_much() {
    let addr = serve_http().await;
    for _ in 0..20 {
        let mut client = TcpStream::connect(addr).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX: ").await.unwrap();
        client.write_all(&[b'x'; 500_000]).await.unwrap();
        client.shutdown().await.unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).await.unwrap();
        assert!(reply.starts_with("HTTP/1.1 431"), "{reply}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs curl"]
async fn curl_has_a_session() {
    let addr = serve_http().await;
    let curl = |args: &[&str]| {
        let output =
            Command::new("curl").args(["-sS", "--max-time", "20"]).args(args).output();
        let output = output.expect("curl is installed");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "curl {args:?}: {}", text(&output.stderr));
        (text(&output.stdout), text(&output.stderr))
    };
    let url = format!("http://{addr}/some/path");

    let (echo, _) = curl(&[&url]);
    assert!(echo.starts_with("GET /some/path HTTP/1.1\r\n"), "{echo}");

    // Two requests, one connection: `num_connects` counts the new ones.
    let (out, _) = curl(&["-w", "[connects %{num_connects}]", &url, &url]);
    assert!(out.contains("[connects 1]") && out.ends_with("[connects 0]"), "{out}");

    let (head, _) = curl(&["--head", &url]);
    assert!(head.contains("Content-Length: ") && head.ends_with("\r\n\r\n"), "{head}");

    let (echo, _) = curl(&["-d", "name=value", &url]);
    assert!(echo.starts_with("POST ") && echo.ends_with("\r\n\r\nname=value"), "{echo}");

    let body = "x".repeat(60_000);
    let (echo, log) = curl(&["-v", "-H", "Expect: 100-continue", "-d", &body, &url]);
    assert!(echo.ends_with(&body), "{log}");
    assert!(log.contains("100 Continue"), "{log}");

    let status = |args: &[&str]| {
        curl(&[&["-o", "/dev/null", "-w", "%{http_code}"], args].concat()).0
    };
    let cookie = format!("Cookie: {}", "x".repeat(20_000));
    assert_eq!(status(&["-H", &cookie, &url]), "431");
    assert_eq!(status(&["-d", &"x".repeat(100_000), &url]), "413");
    assert_eq!(status(&["-H", "Host:", &url]), "400");
    assert_eq!(status(&["-H", "Transfer-Encoding: chunked", "-d", "x", &url]), "501");
    assert_eq!(status(&["--http1.0", &url]), "200");
    assert_eq!(status(&["-X", "OPTIONS", "--request-target", "*", &url]), "200");
}

//! What is lost when a future is dropped? Drop one after its first poll, call the
//! function again, and look. Then drop one after its second poll, and so on.
//!
//! ```console
//! $ cargo run --example 08-cancel-at-every-poll
//! ```

use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use framing::Connection;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::time::sleep;

// ANCHOR: tool
/// Polls a future this many times at most. If it is not done by then, drops it: `None`.
async fn cancel_after<F: Future>(mut polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        polls -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if polls == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
// ANCHOR_END: tool

// ANCHOR: reads
/// Three bytes, with `read_exact`.
async fn exact(stream: &mut DuplexStream) -> io::Result<Vec<u8>> {
    let mut bytes = [0; 3];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes.to_vec())
}

/// Three bytes, with `read_buf`.
async fn kept(stream: &mut DuplexStream, buffer: &mut Vec<u8>) -> io::Result<Vec<u8>> {
    while buffer.len() < 3 {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(buffer.drain(..3).collect())
}
// ANCHOR_END: reads

// ANCHOR: move
/// Takes a job, and then does it.
async fn take_and_do(jobs: &mut mpsc::Receiver<u32>, done: &mut Vec<u32>) {
    if let Some(job) = jobs.recv().await {
        sleep(Duration::from_millis(10)).await; // the work
        done.push(job);
    }
}
// ANCHOR_END: move

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> io::Result<()> {
    println!("read_exact; the stream is a, b, c, d, ...");
    for polls in 1.. {
        let mut stream = a_byte_at_a_time("abcdefgh");
        let first = cancel_after(polls, exact(&mut stream)).await;
        if report(polls, first, || exact(&mut stream)).await? {
            break;
        }
    }

    println!("read_buf into a buffer that is kept");
    for polls in 1.. {
        let mut stream = a_byte_at_a_time("abcdefgh");
        let mut buffer = Vec::new();
        let first = cancel_after(polls, kept(&mut stream, &mut buffer)).await;
        if report(polls, first, || kept(&mut stream, &mut buffer)).await? {
            break;
        }
    }

    println!("Connection::read_frame, dropped at every poll of one request");
    let mut connection =
        Connection::server(a_byte_at_a_time("*2\r\n$3\r\nGET\r\n$4\r\ncity\r\n"));
    let mut drops = 0;
    let frame = loop {
        match cancel_after(1, connection.read_frame()).await {
            Some(frame) => break frame,
            None => drops += 1,
        }
        sleep(Duration::from_millis(1)).await;
    };
    let frame = frame.ok().flatten().map(|frame| frame.to_string()).unwrap_or_default();
    println!("  {drops} drops, then {frame}");

    println!("read_to_end into a Vec that is kept, dropped at every poll");
    let mut stream = a_byte_at_a_time("abcdefgh");
    let (mut all, mut drops) = (Vec::new(), 0);
    while cancel_after(1, stream.read_to_end(&mut all)).await.is_none() {
        drops += 1;
        sleep(Duration::from_millis(1)).await;
    }
    println!("  {drops} drops, then {}", String::from_utf8_lossy(&all));

    println!("recv, then the work, in one future; the jobs are 1, 2, 3");
    for polls in 1..=2 {
        let (queue, mut jobs) = mpsc::channel(3);
        (1..=3).for_each(|job| queue.try_send(job).unwrap_or_default());
        drop(queue);
        let mut done = Vec::new();
        cancel_after(polls, take_and_do(&mut jobs, &mut done)).await;
        let when = when(polls, !done.is_empty());
        while !jobs.is_empty() {
            take_and_do(&mut jobs, &mut done).await;
        }
        println!("  {when:<22} {done:?}");
    }
    Ok(())
}

/// Says what was read. If the first attempt was dropped, that is what a second one reads.
async fn report<F: Future<Output = io::Result<Vec<u8>>>>(
    polls: usize,
    first: Option<io::Result<Vec<u8>>>,
    again: impl FnOnce() -> F,
) -> io::Result<bool> {
    let ran_to_its_end = first.is_some();
    let bytes = match first {
        Some(bytes) => bytes?,
        None => again().await?,
    };
    let lost = match bytes[0] - b'a' {
        0 => String::new(),
        n => format!("   lost: {}", &"abcdefgh"[..n.into()]),
    };
    let when = when(polls, ran_to_its_end);
    println!("  {when:<22} {}{lost}", String::from_utf8_lossy(&bytes));
    Ok(ran_to_its_end)
}

fn when(polls: usize, ran_to_its_end: bool) -> String {
    if ran_to_its_end {
        "not dropped".into()
    } else {
        format!("dropped after poll {polls}")
    }
}

/// A stream on which a byte arrives every millisecond.
fn a_byte_at_a_time(bytes: &'static str) -> DuplexStream {
    let (mut writer, reader) = duplex(1);
    tokio::spawn(async move {
        for byte in bytes.bytes() {
            sleep(Duration::from_millis(1)).await;
            if writer.write_u8(byte).await.is_err() {
                return;
            }
        }
    });
    reader
}

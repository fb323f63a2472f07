//! Where file operations run, when the data is in the file, and when an error shows.
//!
//! ```console
//! $ cargo run --example 05-files
//! ```
//!
//! The runtime has a single blocking thread, and the program keeps it busy, to show what
//! waits for that thread.

use std::pin::{Pin, pin};
use std::sync::mpsc;
use std::task::Poll;
use std::{env, fs as std_fs, future, process};

use tokio::fs::{self, File};
use tokio::io::{self, AsyncWriteExt};
use tokio::runtime::Builder;
use tokio::task;

/// Keeps the only blocking thread busy until the sender is dropped.
fn occupy_the_thread() -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel();
    task::spawn_blocking(move || released.recv());
    release
}

// ANCHOR: once
/// Polls once, and says whether that was enough.
async fn once<F: Future>(future: &mut Pin<&mut F>) -> Option<F::Output> {
    future::poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

fn shown<T>(outcome: &Option<io::Result<T>>) -> &'static str {
    match outcome {
        None => "waits",
        Some(Ok(_)) => "ready, Ok",
        Some(Err(_)) => "ready, Err",
    }
}
// ANCHOR_END: once

// ANCHOR: when
async fn when_the_data_are_there(path: &str) -> io::Result<()> {
    println!("--- the blocking thread is busy");
    let mut file = File::create(path).await?;
    let length = || std_fs::metadata(path).map(|data| data.len());

    let busy = occupy_the_thread();
    println!("read              {}", shown(&once(&mut pin!(fs::read(path))).await));
    println!(
        "write_all         {}",
        shown(&once(&mut pin!(file.write_all(b"one"))).await)
    );
    println!("                  the file has {} bytes", length()?);
    println!(
        "write_all again   {}",
        shown(&once(&mut pin!(file.write_all(b"two"))).await)
    );
    {
        let mut flush = pin!(file.flush());
        println!("flush             {}", shown(&once(&mut flush).await));
        println!("--- the thread is free");
        drop(busy);
        flush.await?;
    }
    println!("flush             ready, and the file has {} bytes", length()?);
    file.write_all(b"two").await?;
    file.flush().await?;
    println!("write_all, flush  the file has {} bytes", length()?);
    Ok(())
}
// ANCHOR_END: when

// ANCHOR: error
async fn when_an_error_shows(path: &str) -> io::Result<()> {
    println!("--- a file that was opened for reading only");
    let mut file = File::open(path).await?;
    println!("write_all         {}", shown(&Some(file.write_all(b"three").await)));
    println!("flush             {}", shown(&Some(file.flush().await)));

    let mut file = File::open(path).await?;
    println!("write_all         {}", shown(&Some(file.write_all(b"three").await)));
    println!("sync_all          {}", shown(&Some(file.sync_all().await)));
    println!("write_all again   {}", shown(&Some(file.write_all(b"three").await)));
    Ok(())
}
// ANCHOR_END: error

fn main() -> io::Result<()> {
    let runtime = Builder::new_current_thread().max_blocking_threads(1).build()?;
    let path = env::temp_dir().join(format!("05-files-{}.txt", process::id()));
    let path = path.to_string_lossy();
    let outcome = runtime.block_on(async {
        when_the_data_are_there(&path).await?;
        when_an_error_shows(&path).await
    });
    std_fs::remove_file(&*path)?;
    outcome
}

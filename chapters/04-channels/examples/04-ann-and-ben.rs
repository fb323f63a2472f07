//! One client behind a lock, and a task that gives up: the next task gets its answer.
//!
//! ```console
//! $ cargo run --example 04-ann-and-ben
//! ```
//!
//! The clock is paused and the server is in this process, so the times are exact.

use std::sync::Arc;
use std::time::Duration;

use mini_redis::{Connection, Frame, Result, client};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(slow_server(listener));

    // ANCHOR: tasks
    let client = Arc::new(Mutex::new(client::connect(addr).await?));

    let impatient = tokio::spawn({
        let client = client.clone();
        async move {
            let mut client = client.lock().await;
            timeout(Duration::from_millis(50), client.get("basket:ann")).await.is_err()
        }
    });
    println!("Ann's task gave up after 50 ms: {}", impatient.await?);

    let patient = tokio::spawn({
        let client = client.clone();
        async move { client.lock().await.get("basket:ben").await }
    });
    println!("Ben's task asked for basket:ben and got {:?}", patient.await??);
    // ANCHOR_END: tasks
    Ok(())
}

/// Answers a GET with its key, 100 ms later.
async fn slow_server(listener: TcpListener) -> Result<()> {
    let (socket, _) = listener.accept().await?;
    let mut connection = Connection::new(socket);
    while let Some(Frame::Array(words)) = connection.read_frame().await? {
        sleep(Duration::from_millis(100)).await;
        let answer = match &words[..] {
            [_, Frame::Bulk(key)] => {
                Frame::Bulk([b"the value of ", &key[..]].concat().into())
            }
            _ => Frame::Error("ERR GET is all I can do".into()),
        };
        connection.write_frame(&answer).await?;
    }
    Ok(())
}

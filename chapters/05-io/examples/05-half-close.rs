//! Two directions: how each ends, and what tells the peer.
//!
//! ```console
//! $ cargo run --example 05-half-close
//! ```
//!
//! One thread and a paused clock: "an hour" takes no time.

use std::time::Duration;

use tokio::io::{self, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const AN_HOUR: Duration = Duration::from_secs(3600);

/// Two connected sockets.
async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, _) = listener.accept().await?;
    Ok((client, server))
}

// ANCHOR: question
/// The server answers when the question has come to its end.
async fn question_and_answer() -> io::Result<()> {
    let (mut client, mut server) = pair().await?;
    let serving = tokio::spawn(async move {
        let mut question = String::new();
        server.read_to_string(&mut question).await?;
        println!("server: the question was {question:?}");
        server.write_all(question.to_uppercase().as_bytes()).await?;
        server.shutdown().await
    });
    client.write_all(b"who is there").await?;
    client.shutdown().await?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;
    println!("client: the answer was {answer:?}");
    serving.await?
}
// ANCHOR_END: question

async fn what_the_peer_sees() -> io::Result<()> {
    println!("--- what the peer reads after");

    let (mut client, mut peer) = pair().await?;
    client.shutdown().await?;
    println!("shutdown()                            {}", next(&mut peer).await);
    let after = client.write_all(b"?").await.map_err(|error| error.kind());
    println!("  our own write after it              {after:?}");

    let (client, mut peer) = pair().await?;
    drop(client);
    println!("drop of the socket                    {}", next(&mut peer).await);

    // ANCHOR: dropped
    let (client, mut peer) = pair().await?;
    let (_reader, writer) = client.into_split();
    drop(writer);
    println!("drop of the write half, into_split    {}", next(&mut peer).await);
    // ANCHOR_END: dropped

    let (mut client, mut peer) = pair().await?;
    {
        let (_reader, _writer) = client.split();
    } // both halves are borrowed: nothing happens when they are dropped
    println!("the end of both halves of split       {}", next(&mut peer).await);

    let (client, mut peer) = pair().await?;
    let (_reader, writer) = io::split(client);
    drop(writer);
    println!("drop of the write half, io::split     {}", next(&mut peer).await);
    Ok(())
}

async fn next(peer: &mut TcpStream) -> String {
    match timeout(AN_HOUR, peer.read(&mut [0; 16])).await {
        Ok(Ok(0)) => "the end".into(),
        Ok(Ok(n)) => format!("{n} bytes"),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "nothing, for an hour".into(),
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> io::Result<()> {
    println!("--- one direction ends, the other goes on");
    question_and_answer().await?;
    what_the_peer_sees().await
}

//! Two directions: how each ends, what tells the peer, and what happens when one waits.
//!
//! ```console
//! $ cargo run --example 05-half-close
//! ```
//!
//! One thread and a paused clock: "an hour" takes no time.

use std::time::Duration;

use tokio::io::{
    self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex,
};
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
    println!("--- one direction ends, the other goes on");
    let (mut client, mut server) = pair().await?;
    let serving = tokio::spawn(async move {
        let mut question = String::new();
        let n = server.read_to_string(&mut question).await?;
        println!("server: the question has {n} bytes and is at its end");
        server.write_all(question.to_uppercase().as_bytes()).await?;
        server.shutdown().await
    });
    client.write_all(b"who is there").await?;
    client.shutdown().await?;
    println!(
        "client: shut down, {:?}",
        client.write_all(b"?").await.map_err(|e| e.kind())
    );
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;
    println!("client: read {answer:?} and then the end");
    serving.await?
}
// ANCHOR_END: question

async fn what_the_peer_sees() -> io::Result<()> {
    println!("--- what the peer reads after");

    let (mut client, mut peer) = pair().await?;
    client.shutdown().await?;
    println!("shutdown()                            {}", next(&mut peer).await);

    let (client, mut peer) = pair().await?;
    drop(client);
    println!("drop of the socket                    {}", next(&mut peer).await);

    let (client, mut peer) = pair().await?;
    let (_reader, writer) = client.into_split();
    drop(writer);
    println!("drop of the write half, into_split    {}", next(&mut peer).await);

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

/// An echo server behind two pipes of 64 bytes, with a buffer of 16 bytes of its own.
fn small_echo() -> DuplexStream {
    let (client, mut server) = duplex(64);
    tokio::spawn(async move {
        let mut buffer = [0; 16];
        loop {
            let n = server.read(&mut buffer).await?;
            if n == 0 {
                return server.shutdown().await;
            }
            server.write_all(&buffer[..n]).await?;
        }
    });
    client
}

async fn write_then_read(length: usize) {
    let mut client = small_echo();
    let (mut sent, mut back) = (0, Vec::new());
    let outcome = timeout(AN_HOUR, async {
        while sent < length {
            sent += client.write(b"x").await?;
        }
        client.shutdown().await?;
        client.read_to_end(&mut back).await
    });
    let outcome = match outcome.await {
        Ok(_) => format!("{} came back", back.len()),
        Err(_) => "stuck".into(),
    };
    println!("{length} bytes, write then read:       {sent} taken, {outcome}");
}

async fn write_and_read(length: usize) -> io::Result<()> {
    let (reader, writer) = io::split(small_echo());
    let (sent, back) = tokio::try_join!(send(writer, length), count(reader))?;
    println!("{length} bytes, both at the same time: {sent} taken, {back} came back");
    Ok(())
}

async fn send(mut writer: impl AsyncWrite + Unpin, length: usize) -> io::Result<usize> {
    writer.write_all(&vec![b'x'; length]).await?;
    writer.shutdown().await?;
    Ok(length)
}

async fn count(mut reader: impl AsyncRead + Unpin) -> io::Result<usize> {
    reader.read_to_end(&mut Vec::new()).await
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> io::Result<()> {
    question_and_answer().await?;
    what_the_peer_sees().await?;
    println!("--- an echo server with 64 bytes of room each way");
    write_then_read(144).await;
    write_then_read(145).await;
    write_and_read(145).await
}

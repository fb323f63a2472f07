//! A server that awaits what it does for a client, and then one that spawns it. Client A
//! stays; does client B get its answer?
//!
//! ```console
//! $ cargo run --example 02-two-clients
//! ```

use std::future::Future;

use mini_redis::{Connection, Frame, Result};
use tokio::net::{TcpListener, TcpStream};

// ANCHOR: awaited
async fn serve_awaiting(listener: TcpListener) {
    while let Ok((socket, _)) = listener.accept().await {
        process(socket).await;
    }
}
// ANCHOR_END: awaited

// ANCHOR: spawned
async fn serve_spawning(listener: TcpListener) {
    while let Ok((socket, _)) = listener.accept().await {
        tokio::spawn(process(socket));
    }
}
// ANCHOR_END: spawned

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    println!("process(socket).await");
    scene(serve_awaiting).await?;
    println!("\ntokio::spawn(process(socket))");
    scene(serve_spawning).await
}

async fn scene<S>(serve: impl FnOnce(TcpListener) -> S) -> Result<()>
where
    S: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    tokio::spawn(serve(listener));

    let mut a = Connection::new(TcpStream::connect(addr).await?);
    ask(&mut a).await?;
    println!("  A connects, asks, has its answer, and stays");

    let mut b = Connection::new(TcpStream::connect(addr).await?);
    println!("  B connects and asks");
    let b = tokio::spawn(async move { ask(&mut b).await });

    // Each question of A's gives the server time to turn to B as well.
    let mut asked = 0;
    while asked < 1000 && !b.is_finished() {
        ask(&mut a).await?;
        asked += 1;
    }
    if b.is_finished() {
        println!("  B has its answer, and A is still there");
        return Ok(());
    }
    println!("  B has no answer, and A has had {asked} more");
    drop(a);
    println!("  A leaves");
    b.await??;
    println!("  B has its answer");
    Ok(())
}

// ANCHOR: process
async fn process(socket: TcpStream) {
    let mut connection = Connection::new(socket);
    while let Ok(Some(_)) = connection.read_frame().await {
        let reply = Frame::Error("ERR unimplemented".into());
        if connection.write_frame(&reply).await.is_err() {
            break;
        }
    }
}
// ANCHOR_END: process

async fn ask(server: &mut Connection) -> Result<()> {
    server.write_frame(&Frame::Array(vec![Frame::Bulk("PING".into())])).await?;
    server.read_frame().await?.ok_or("the server closed the connection")?;
    Ok(())
}

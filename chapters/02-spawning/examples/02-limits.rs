//! Three clients that the frame parser of `mini-redis` 0.4.1 cannot cope with, and what
//! each of them costs the others.
//!
//! ```console
//! $ cargo run --example 02-limits
//! ```

use std::panic;
use std::process::{Command, ExitCode};

use mini_redis::{Connection, Frame, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut server = Connection::new(TcpStream::connect(listener.local_addr()?).await?);
    let mut odd = TcpStream::connect(listener.local_addr()?).await?;
    tokio::spawn(serve(listener));

    if std::env::args().any(|arg| arg == "nested") {
        odd.write_all("*1\r\n".repeat(200_000).as_bytes()).await?;
        odd.shutdown().await?;
        odd.read_to_end(&mut Vec::new()).await?; // until the server has made up its mind
        ping(&mut server).await?;
        return Ok(ExitCode::SUCCESS);
    }

    println!("a length that overflows: $18446744073709551615");
    panic::set_hook(Box::new(|_| println!("  a task panics")));
    odd.write_all(b"$18446744073709551615\r\nx\r\n").await?;
    let bytes = odd.read(&mut [0; 64]).await.unwrap_or(0);
    println!("  its client gets {bytes} bytes, and the connection is closed");
    println!("  the neighbor: {}", ping(&mut server).await?);

    println!("an array that is announced and does not come: *4294967296");
    let mut odd = TcpStream::connect(odd.peer_addr()?).await?;
    odd.write_all(b"*4294967296\r\n").await?;
    println!("  its client waits, and so does its task");
    println!("  the neighbor: {}", ping(&mut server).await?);

    println!("arrays in arrays, 200000 deep");
    let child = Command::new(std::env::current_exe()?).arg("nested").output()?;
    let last_words = String::from_utf8_lossy(&child.stderr);
    if last_words.contains("has overflowed its stack") {
        println!("  the stack overflows");
    }
    if !child.status.success() {
        println!("  no neighbor is left: the process has ended");
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(listener: TcpListener) {
    while let Ok((socket, _)) = listener.accept().await {
        tokio::spawn(async {
            let mut connection = Connection::new(socket);
            while let Ok(Some(_)) = connection.read_frame().await {
                let pong = Frame::Simple("PONG".into());
                if connection.write_frame(&pong).await.is_err() {
                    break;
                }
            }
        });
    }
}

async fn ping(server: &mut Connection) -> Result<Frame> {
    server.write_frame(&Frame::Array(vec![Frame::Bulk("PING".into())])).await?;
    Ok(server.read_frame().await?.ok_or("the server closed the connection")?)
}

//! What a round of sixteen requests takes over a socket, by when the server flushes and whether Nagle's
//! algorithm is on.
//!
//! ```console
//! $ cargo run --release --example 06-flush-measured
//! ```

use std::time::{Duration, Instant};

use framing::{Connection, Db, Error, Frame, Session};
use tokio::net::{TcpListener, TcpStream};

const BATCH: usize = 16;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!(
        "{BATCH} requests in one write, until the last reply is here; median of the rounds\n"
    );
    println!("{:<22} {:>14} {:>14}", "", "Nagle on", "TCP_NODELAY");
    for (what, every) in [("flush every reply", true), ("flush before waiting", false)] {
        let nagle = median(every, false).await?;
        let nodelay = median(every, true).await?;
        println!("{what:<22} {nagle:>14.1?} {nodelay:>14.1?}");
    }
    Ok(())
}

async fn median(
    every: bool,
    nodelay: bool,
) -> Result<Duration, Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let server = tokio::spawn(async move {
        let socket = listener.accept().await?.0;
        socket.set_nodelay(nodelay)?;
        serve(Connection::server(socket), every).await
    });

    let socket = TcpStream::connect(addr).await?;
    socket.set_nodelay(true)?;
    let mut client = Connection::client(socket);
    let mut rounds = Vec::new();
    let end = Instant::now() + Duration::from_millis(1500);
    while Instant::now() < end {
        let start = Instant::now();
        for _ in 0..BATCH {
            client.write_frame(&Frame::request(["PING"])).await?;
        }
        for _ in 0..BATCH {
            client.read_frame().await?.ok_or("the server closed the connection")?;
        }
        rounds.push(start.elapsed());
    }
    drop(client);
    server.await??;
    rounds.sort();
    Ok(rounds[rounds.len() / 2])
}

async fn serve(mut connection: Connection, every: bool) -> Result<(), Error> {
    let mut session = Session::new(Db::new());
    while let Some((request, replies)) = connection.read_request().await? {
        let _ = session.answer(request, replies);
        if every {
            connection.flush().await?;
        }
    }
    Ok(())
}

//! What the crate `mini-redis` did not survive (`03-limits`), and more of its kind, against frames of our own.
//!
//! ```console
//! $ cargo run --example 06-limits
//! ```

use framing::{Connection, Db, Error, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?.to_string();
    tokio::spawn(serve(listener));

    let attacks: [(&str, Vec<u8>); 4] = [
        ("100000 arrays, one in the other", b"*1\r\n".repeat(100_000)),
        ("an array of 2147483647 elements, announced", b"*2147483647\r\n".to_vec()),
        ("a value of 4 GiB, announced", b"*1\r\n$4294967296\r\n".to_vec()),
        ("a line of 100000 bytes", vec![b'x'; 100_000]),
    ];
    for (what, bytes) in attacks {
        println!("{what}");
        println!("  the server says   {}", talk(&addr, &bytes).await?.trim_end());
        println!("  another client    {}", talk(&addr, b"PING\r\n").await?.trim_end());
    }
    Ok(())
}

async fn talk(addr: &str, bytes: &[u8]) -> std::io::Result<String> {
    let mut socket = TcpStream::connect(addr).await?;
    socket.write_all(bytes).await?;
    socket.shutdown().await?;
    let mut reply = String::new();
    socket.read_to_string(&mut reply).await?;
    Ok(reply)
}

/// The stage, in short.
async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let db = Db::default();
    loop {
        let mut connection = Connection::server(listener.accept().await?.0);
        let mut session = Session::new(db.clone());
        tokio::spawn(async move {
            loop {
                match connection.read_request().await {
                    Ok(Some((request, replies))) => {
                        let _ = session.answer(request, replies);
                    }
                    Err(Error::Protocol(err)) => {
                        connection.replies().error(err.words());
                        break;
                    }
                    Ok(None) | Err(_) => break,
                }
            }
            connection.hang_up().await;
        });
    }
}

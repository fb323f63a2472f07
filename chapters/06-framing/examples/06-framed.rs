//! The same parser as a codec: a socket becomes a `Stream` and a `Sink` of frames.
//!
//! ```console
//! $ cargo run --example 06-framed
//! ```

use framing::{Db, Error, Frame, Resp};
use futures::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::Framed;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let server = tokio::spawn(async move { serve(listener.accept().await?.0).await });

    // ANCHOR: client
    let mut framed = Framed::new(TcpStream::connect(addr).await?, Resp::client());
    for line in ["SET city Paris", "GET city", "GET nothing"] {
        framed.feed(Frame::request(line.split(' '))).await?;
    }
    framed.flush().await?;

    for _ in 0..3 {
        if let Some(reply) = framed.next().await {
            println!("{}", reply?);
        }
    }
    // ANCHOR_END: client
    drop(framed);
    server.await.expect("the server does not panic")
}

// ANCHOR: server
/// A server in the manner of streams, for SET and GET.
async fn serve(socket: TcpStream) -> Result<(), Error> {
    let db = Db::new();
    let (mut sink, requests) = Framed::new(socket, Resp::server()).split();
    // All the frames that are here already, as one item: so there is an end of a batch to flush at.
    let mut batches = requests.ready_chunks(64);
    while let Some(batch) = batches.next().await {
        let mut end = Ok(());
        for request in batch {
            match request {
                Ok(request) => sink.feed(answer(&db, request)).await?,
                Err(error) => end = Err(error),
            }
        }
        // Before the error: what came ahead of it is answered.
        sink.flush().await?;
        end?;
    }
    Ok(())
}
// ANCHOR_END: server

fn answer(db: &Db, request: Frame) -> Frame {
    let Frame::Array(words) = request else { return Frame::NullArray };
    let words: Vec<_> = words
        .into_iter()
        .map(|word| match word {
            Frame::Bulk(bytes) => bytes,
            other => unreachable!("{other} is in no request"),
        })
        .collect();
    match &words.iter().map(|word| &word[..]).collect::<Vec<_>>()[..] {
        [b"GET", key] => db.get(key).map_or(Frame::Null, Frame::Bulk),
        [b"SET", key, value] => {
            db.set(key, value, Default::default());
            Frame::Simple("OK".into())
        }
        _ => Frame::Error("ERR unknown command".into()),
    }
}

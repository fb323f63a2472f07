use futures::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::bytes::Bytes;
use tokio_util::codec::{Framed, LengthDelimitedCodec};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let mut client = Framed::new(client, LengthDelimitedCodec::new());
    client.feed(Bytes::from("two frames")).await?;
    client.send(Bytes::from("one write")).await?;
    drop(client);

    let (server, _) = listener.accept().await?;
    let mut server = Framed::new(server, LengthDelimitedCodec::new());
    while let Some(frame) = server.next().await {
        println!("{:?}", frame?);
    }
    Ok(())
}

//! Chapter 6's loop, ended in the middle of a pipeline. Like Ctrl-C, `abort` does not ask
//! first.
//!
//! ```console
//! $ cargo run --example 08-cut-off
//! ```

use std::time::Duration;

use framing::{Connection, Db, Error, Session};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::sleep;

// ANCHOR: answer
async fn answer(mut connection: Connection<DuplexStream>, db: Db) -> Result<(), Error> {
    let mut session = Session::new(db);
    while let Some((request, replies)) = connection.read_request().await? {
        if session.answer(request, replies).is_break() {
            break;
        }
    }
    Ok(())
}
// ANCHOR_END: answer

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Error> {
    // The pipe holds 4096 bytes in each direction. A network has its limits, too.
    let (mut client, server) = duplex(4096);
    let db = Db::default();
    let task = tokio::spawn(answer(Connection::server(server), db.clone()));

    client.write_all(&b"INCR visits\r\n".repeat(2000)).await?;
    sleep(Duration::from_millis(1)).await; // the server has nothing left to read
    task.abort();

    let mut replies = String::new();
    client.read_to_string(&mut replies).await?;
    let visits = db.get(b"visits").unwrap_or_default();
    println!("requests run       {}", String::from_utf8_lossy(&visits));
    println!("replies received   {}", replies.matches("\r\n").count());
    let end = replies.rsplit("\r\n").next().unwrap_or_default();
    println!("after those        {end:?}, and the end of the stream");
    Ok(())
}

//! error: E0499
//!
//! A request is borrowed from the connection's buffer, and the next read needs that buffer.

use framing::{Connection, Error};

async fn pair(connection: &mut Connection) -> Result<(), Error> {
    let Some((first, _)) = connection.read_request().await? else { return Ok(()) };
    let Some((second, _)) = connection.read_request().await? else { return Ok(()) };
    println!("{:?}, then {:?}", first.get(0), second.get(0));
    Ok(())
}

fn main() {
    let _ = pair;
}

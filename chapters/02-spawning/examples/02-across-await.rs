//! What a future keeps while it waits: only what it needs afterwards.
//!
//! ```console
//! $ cargo run --example 02-across-await
//! ```

use std::rc::Rc;

use tokio::task::{JoinError, yield_now};

// ANCHOR: rc
/// Done with the `Rc` before the `.await`: the future never holds one while it waits.
async fn rc_before() -> usize {
    let length = {
        let greeting = Rc::new("+PONG\r\n");
        greeting.len()
    };
    yield_now().await;
    length
}
// ANCHOR_END: rc

// ANCHOR: buffers
async fn buffer_before() {
    {
        let buffer = [1_u8; 1024];
        println!("  the buffer is used: {} bytes", buffer.len());
    }
    yield_now().await;
}

async fn buffer_across() {
    let buffer = [1_u8; 1024];
    yield_now().await;
    println!("  the buffer is used: {} bytes", buffer.len());
}
// ANCHOR_END: buffers

#[tokio::main]
async fn main() -> Result<(), JoinError> {
    let length = tokio::spawn(rc_before()).await?;
    println!("an Rc, used before the await: spawned, and the length was {length}");
    println!("a future with a buffer used before the await: {}", size(buffer_before()));
    buffer_before().await;
    println!("a future with a buffer used after the await: {}", size(buffer_across()));
    buffer_across().await;
    Ok(())
}

/// Whether a future is small is the point here, and not its size to the byte.
fn size<F: Future>(future: F) -> &'static str {
    if size_of_val(&future) < 1024 { "less than 1 KiB" } else { "more than 1 KiB" }
}

//! Stage 01: a client that sets a key and gets it back.
//!
//! ```console
//! $ cargo run --example 01-hello-tokio
//! $ cargo run --example 01-hello-tokio -- connect 127.0.0.1:6379
//! ```
//!
//! Without arguments it starts a server in this process and talks to that. With `connect`
//! it talks to one that is already running, Redis or mini-redis, and writes one key there.
//!
//! Not yet: more than one request at a time, a time limit for a reply, and a server of
//! our own (chapter 2).

use probe::println; // ends quietly if nobody reads on, as behind `| head`

// ANCHOR: imports
use std::{env, process::ExitCode};

use mini_redis::{Result, client, server};
use tokio::net::TcpListener;
// ANCHOR_END: imports

// ANCHOR: talk
/// Sets a key, gets it back, and asks for a key that nobody has set.
async fn talk_to(addr: &str) -> Result<()> {
    let mut client = client::connect(addr)
        .await
        .map_err(|error| format!("no server answers on {addr}: {error}"))?;
    println!("connected to {addr}");

    client.set("hello-tokio", "world".into()).await?;
    println!("SET hello-tokio world -> OK");

    let value = client.get("hello-tokio").await?;
    println!("GET hello-tokio -> {value:?}");

    let value = client.get("hello-tokio:nobody").await?;
    println!("GET hello-tokio:nobody -> {value:?}");
    Ok(())
}
// ANCHOR_END: talk

// ANCHOR: alone
/// Serves on a free port, in this process, for as long as the client has something to say.
async fn alone() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?.to_string();

    // The server runs until the future it is given completes. Ours is the conversation,
    // and it leaves its result here.
    let mut outcome = Err("the server stopped before the client was done".into());
    server::run(listener, async { outcome = talk_to(&addr).await }).await?;
    outcome
}
// ANCHOR_END: alone

// ANCHOR: main
#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match args[..] {
        [] => alone().await,
        ["connect"] => talk_to("127.0.0.1:6379").await,
        ["connect", addr] => talk_to(addr).await,
        _ => {
            eprintln!("usage: cargo run --example 01-hello-tokio [-- connect [ADDR]]");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
// ANCHOR_END: main

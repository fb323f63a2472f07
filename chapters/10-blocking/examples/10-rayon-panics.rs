//! A job that panics, on Tokio's blocking pool and in rayon's.
//!
//! ```console
//! $ cargo run --example 10-rayon-panics
//! ```
//!
//! It starts itself once for each pool, because one of them ends the process.

use std::env;
use std::io;
use std::process::Command;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

#[tokio::main]
async fn main() -> io::Result<()> {
    match env::args().nth(1).as_deref() {
        Some("tokio") => tokio().await,
        Some("rayon") => rayon().await,
        _ => {
            for pool in ["tokio", "rayon"] {
                let output = Command::new(env::current_exe()?).arg(pool).output()?;
                let said = String::from_utf8_lossy(&output.stdout);
                let end =
                    if output.status.success() { "ended well" } else { "was aborted" };
                println!("{pool}: it said {:?}, and the process {end}", said.trim());
            }
        }
    }
    Ok(())
}

// ANCHOR: panics
async fn tokio() {
    let outcome = spawn_blocking(|| panic!("a bad joke")).await;
    println!("the task goes on with an error: {}", outcome.is_err());
}

async fn rayon() {
    rayon::spawn(|| panic!("a bad joke"));
    sleep(Duration::from_secs(5)).await;
    println!("the task goes on");
}
// ANCHOR_END: panics

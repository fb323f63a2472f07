//! What a panic in a task does to the program, and to whoever awaits the task.
//!
//! ```console
//! $ cargo run --example 02-panic-in-a-task
//! ```

use std::panic;
use std::time::Duration;

use tokio::task::JoinError;
use tokio::time::sleep;

async fn charge(cents: u32) -> u32 {
    sleep(Duration::from_millis(10)).await;
    assert!(cents > 0, "nothing to charge");
    cents
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // The usual hook also prints a thread's number, which differs from run to run.
    panic::set_hook(Box::new(|info| {
        let text = info.payload().downcast_ref::<&str>().unwrap_or(&"?");
        println!("  the panic hook prints: {text}");
    }));

    // ANCHOR: scenes
    println!("handle dropped");
    drop(tokio::spawn(charge(0)));
    sleep(Duration::from_millis(20)).await;
    println!("  the program goes on");

    println!("result thrown away");
    let _ = tokio::spawn(charge(0)).await;
    println!("  the program goes on");

    println!("result read");
    let (good, bad) = (tokio::spawn(charge(500)), tokio::spawn(charge(0)));
    report(bad.await);
    report(good.await);
    // ANCHOR_END: scenes
}

// ANCHOR: report
fn report(ended: Result<u32, JoinError>) {
    match ended {
        Ok(cents) => println!("  charged {cents}"),
        Err(err) => println!("  Err, is_panic() is {}: {err}", err.is_panic()),
    }
}
// ANCHOR_END: report

use std::pin::pin;
use std::time::Duration;

use tokio::time::{interval, sleep};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut ctrl_c = pin!(tokio::signal::ctrl_c());
    let mut end = pin!(sleep(Duration::from_secs(10)));
    let mut ticks = interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            biased;
            result = &mut ctrl_c => return result,
            () = &mut end => return Ok(()),
            _ = ticks.tick() => println!("tick"),
        }
    }
}

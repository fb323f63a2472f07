//! What becomes of a task when the runtime ends and nobody has waited for it.
//!
//! ```console
//! $ cargo run --example 02-main-returns
//! ```

use std::io;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Saves in two steps. Says so when it is dropped before the second.
async fn save() {
    let mut unsaved = Unsaved(true);
    println!("  first half written");
    sleep(Duration::from_millis(100)).await;
    println!("  second half written");
    unsaved.0 = false;
}

struct Unsaved(bool);

impl Drop for Unsaved {
    fn drop(&mut self) {
        if self.0 {
            println!("  dropped at its `.await`, half written");
        }
    }
}

fn main() -> io::Result<()> {
    // ANCHOR: scenes
    scene("return at once", async |_task| {})?;
    scene("yield, then return", async |_task| tokio::task::yield_now().await)?;
    scene("sleep for 50 ms", async |_task| sleep(Duration::from_millis(50)).await)?;
    scene("await the handle", async |task| task.await.expect("`save` does not panic"))
    // ANCHOR_END: scenes
}

/// Spawns `save` in a runtime of its own, runs the rest of "main", and ends the runtime.
fn scene(name: &str, rest_of_main: impl AsyncFnOnce(JoinHandle<()>)) -> io::Result<()> {
    println!("{name}");
    let runtime =
        Builder::new_current_thread().enable_all().start_paused(true).build()?;
    runtime.block_on(async {
        let task = tokio::spawn(save());
        rest_of_main(task).await;
        println!("  main returns");
    });
    Ok(())
}

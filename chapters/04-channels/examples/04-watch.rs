//! `watch`: one value, and receivers that see the latest.
//!
//! ```console
//! $ cargo run --example 04-watch
//! ```

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = Instant::now();
    let now = move || start.elapsed().as_millis();

    // ANCHOR: follow
    let (percent, mut watcher) = watch::channel(0);
    let follower = tokio::spawn(async move {
        println!("{:4} ms  at first {}%", now(), *watcher.borrow_and_update());
        while watcher.changed().await.is_ok() {
            println!("{:4} ms  now      {}%", now(), *watcher.borrow_and_update());
            sleep(Duration::from_millis(24)).await; // drawing it takes a while
        }
        println!("{:4} ms  the sender is gone", now());
    });
    for n in 1..=10 {
        sleep(Duration::from_millis(10)).await;
        percent.send_replace(n * 10);
    }
    drop(percent);
    let _ = follower.await;
    // ANCHOR_END: follow

    // ANCHOR: initial
    let (setting, mut watcher) = watch::channel("dark");
    println!("the value is there: {:?}", *watcher.borrow());
    let hour = Duration::from_secs(3600);
    let waited = timeout(hour, watcher.changed()).await;
    println!("and yet changed() waited an hour: {}", waited.is_err());

    tokio::spawn(async move {
        for theme in ["light", "sepia", "dark"] {
            sleep(Duration::from_millis(10)).await;
            setting.send_replace(theme);
        }
    });
    let found = watcher.wait_for(|theme| *theme == "sepia").await.map(|theme| *theme);
    println!("wait_for tests the value first, then every one it sees: {found:?}");
    // ANCHOR_END: initial

    // ANCHOR: nobody
    let (setting, nobody) = watch::channel("dark");
    drop(nobody);
    println!("without receivers, send: {:?}", setting.send("light"));
    println!("the value after it: {:?}", *setting.borrow());
    setting.send_replace("light");
    println!("the value after send_replace: {:?}", *setting.borrow());
    // ANCHOR_END: nobody
}

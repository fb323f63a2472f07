//! A value changes now and then. One client asks for it again and again; another subscribes.
//!
//! ```console
//! $ cargo run --example 09-asking
//! ```

use std::time::Duration;

use bytes::Bytes;
use framing::Db;
use futures::StreamExt;
use streams::{Hub, Topic};
use tokio::time::{interval, sleep, timeout};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let (db, hub) = (Db::new(), Hub::new(1 << 20));
    let mut inbox = hub.inbox();
    hub.subscribe(Topic::Channel, &Bytes::from_static(b"goals"), &inbox);

    let match_day = async {
        for (seconds, score) in [(7, "1:0"), (45, "1:1"), (2, "2:1"), (1, "2:2")] {
            sleep(Duration::from_secs(seconds)).await;
            db.set(b"goals", score.as_bytes(), Default::default());
            hub.publish(b"goals", score.as_bytes());
        }
    };

    // ANCHOR: asking
    let asking = async {
        let (mut asked, mut seen) = (0, Vec::new());
        let mut every_10_s = interval(Duration::from_secs(10));
        while asked < 10 {
            every_10_s.tick().await;
            asked += 1;
            let score = db.get(b"goals");
            if seen.last() != Some(&score) {
                seen.push(score);
            }
        }
        (asked, seen.into_iter().flatten().collect::<Vec<Bytes>>())
    };
    // ANCHOR_END: asking
    let listening = async {
        let mut heard = Vec::new();
        while let Ok(Some(message)) = timeout(Duration::from_secs(60), inbox.next()).await
        {
            heard.push(message.payload);
        }
        heard
    };
    let ((), (asked, seen), heard) = tokio::join!(match_day, asking, listening);
    println!("asked {asked} times, saw  {seen:?}");
    println!("subscribed,     heard {heard:?}");
}

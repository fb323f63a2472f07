//! `Notify` beside the state that it is about: an inbox that one reader waits for.
//!
//! ```console
//! $ cargo run --example 04-inbox
//! ```

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

#[derive(Default)]
struct Inbox {
    letters: Mutex<VecDeque<&'static str>>,
    arrived: Notify,
}

// ANCHOR: inbox
impl Inbox {
    fn put(&self, letter: &'static str) {
        self.letters.lock().unwrap().push_back(letter);
        self.arrived.notify_one();
    }

    /// For one reader.
    async fn take(&self) -> &'static str {
        loop {
            let letter = self.letters.lock().unwrap().pop_front();
            if let Some(letter) = letter {
                return letter;
            }
            self.arrived.notified().await;
        }
    }
}
// ANCHOR_END: inbox

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let inbox = Arc::new(Inbox::default());
    let reader = tokio::spawn({
        let inbox = inbox.clone();
        async move {
            for _ in 0..3 {
                println!("took {}", inbox.take().await);
            }
        }
    });
    inbox.put("a bill");
    inbox.put("a postcard");
    tokio::task::yield_now().await; // the reader takes both, and waits
    inbox.put("a love letter");
    reader.await.unwrap();
}

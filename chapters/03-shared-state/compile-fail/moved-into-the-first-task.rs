//! error: E0382
//!
//! A `Mutex` alone can be in only one task: the first iteration moves it away.

use std::collections::HashMap;
use std::sync::Mutex;

#[tokio::main]
async fn main() {
    let db = Mutex::new(HashMap::new());
    for n in 0..2 {
        tokio::spawn(async move {
            db.lock().unwrap().insert(n, "value");
        });
    }
}

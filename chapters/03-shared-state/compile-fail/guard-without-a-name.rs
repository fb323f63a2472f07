//! error: non-binding let on a synchronization lock
//!
//! `let _` binds nothing: the guard is gone at the end of the statement.

use std::sync::Mutex;

fn main() {
    let total = Mutex::new(0);
    let _ = total.lock().unwrap();
    println!("nothing is locked here");
}

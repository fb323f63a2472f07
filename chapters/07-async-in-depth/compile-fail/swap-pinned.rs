//! error: E0596
//!
//! A pinned future gives out no `&mut` that one could move it with.

use std::mem;
use std::pin::pin;

async fn greet(name: String) -> String {
    format!("hello, {name}")
}

fn main() {
    let ann = pin!(greet("Ann".into()));
    let ben = pin!(greet("Ben".into()));
    mem::swap(&mut *ann, &mut *ben);
}

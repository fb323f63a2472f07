//! error: E0599
//!
//! `poll` takes `Pin<&mut Self>`, and a future that is not pinned has no such method.

use std::task::{Context, Waker};

async fn greet(name: String) -> String {
    format!("hello, {name}")
}

fn main() {
    let mut cx = Context::from_waker(Waker::noop());
    let mut future = greet("Ann".into());
    let _ = future.poll(&mut cx);
}

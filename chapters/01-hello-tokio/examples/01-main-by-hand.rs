//! What `#[tokio::main]` turns into: one `fn main` made by the attribute, one by hand.
//!
//! ```console
//! $ cargo run --example 01-main-by-hand
//! ```

use std::thread;

use tokio::runtime;

// ANCHOR: attribute
#[tokio::main]
async fn with_the_attribute() -> String {
    describe("with the attribute").await
}
// ANCHOR_END: attribute

// ANCHOR: hand
fn by_hand() -> String {
    let body = async { describe("by hand").await };
    runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("the operating system refused a runtime")
        .block_on(body)
}
// ANCHOR_END: hand

/// Says which thread runs the body, and which one a spawned task.
async fn describe(how: &str) -> String {
    let body = name_of_thread();
    let task = tokio::spawn(async { name_of_thread() }).await.expect("cannot panic");
    let flavor = runtime::Handle::current().runtime_flavor();
    format!("{how}: {flavor:?}, body on `{body}`, spawned task on `{task}`")
}

fn name_of_thread() -> String {
    thread::current().name().unwrap_or("a thread without a name").to_owned()
}

/// An ordinary `main`: both functions are ordinary from outside, and block until done.
fn main() {
    println!("{}", with_the_attribute());
    println!("{}", by_hand());
}

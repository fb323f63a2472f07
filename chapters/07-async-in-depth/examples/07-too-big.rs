//! A future holds every future that it awaits, so a big one makes all those around it big.
//!
//! ```console
//! $ cargo run --example 07-too-big
//! ```

use std::hint::black_box;

use tokio::task::yield_now;

// ANCHOR: big
async fn big() {
    let buffer = [0_u8; 64 * 1024];
    yield_now().await;
    black_box(&buffer);
}

async fn outer() {
    big().await;
}

async fn outer_with_a_box() {
    Box::pin(big()).await;
}
// ANCHOR_END: big

fn report<F: Future>(name: &str, future: F) {
    println!("{name:10} {:>3} KiB and a little", size_of_val(&future) / 1024);
}

fn main() {
    report("big", big());
    report("outer", outer());
    report("with a box", outer_with_a_box());
}

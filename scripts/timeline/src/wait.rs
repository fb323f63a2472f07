use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

/// Stands for a call that blocks its thread for `duration`, on a paused clock: virtual time
/// passes, and no other task gets a turn meanwhile. It takes no real time.
///
/// `std::thread::sleep` would take real time, and the paused clock would not see it.
///
/// # Panics
///
/// Outside a Tokio runtime, and if the runtime's clock is not paused.
pub fn block_for(duration: Duration) {
    // The clock moves at the first poll; what would follow is only a `yield_now`.
    let advance = pin!(tokio::time::advance(duration));
    _ = advance.poll(&mut Context::from_waker(Waker::noop()));
}

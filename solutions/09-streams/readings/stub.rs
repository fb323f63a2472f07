//! # Write down every reading
//!
//! Once a second, `record` should ask a sensor for a reading and write it to a journal. The pipeline is
//! built, and the journal stays empty. Also, the journal's disk is slow at times, and the sensor should
//! not have to answer a burst of requests because of that.
//!
//! At the end:
//!
//! - `count` readings are taken, and all of them are written, in order, before `record` returns;
//! - the first reading is taken at once, and while a reading and its write together take less than a
//!   second, readings begin one second apart by Tokio's clock (20 ms more or less are no matter);
//! - readings are taken one at a time, and written one at a time;
//! - two readings begin at least 100 ms apart, however long a write takes.
//!
//! Change the body of `record` as you like, and nothing else.
//!
//! ```console
//! $ cargo course check readings
//! ```

use std::time::Duration;

use futures::StreamExt;
use tokio::time::interval;
use tokio_stream::wrappers::IntervalStream;

/// Takes `count` readings, one each second, and writes them down.
pub async fn record<R, W>(count: usize, read: impl Fn() -> R, write: impl Fn(u32) -> W)
where
    R: Future<Output = u32>,
    W: Future<Output = ()>,
{
    let every_second = interval(Duration::from_secs(1));
    let ticks = IntervalStream::new(every_second).take(count);
    // TODO: who pulls?
    let _ = ticks.then(|_tick| read()).then(write);
}

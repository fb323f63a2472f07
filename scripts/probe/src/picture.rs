use std::env;
use std::future::Future;

use timeline::{Options, Recorder, TaskKind};

use crate::virtual_time;

/// A run of an answer, drawn: for [`Finding::picture`](crate::Finding::picture).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// For a terminal.
    pub(crate) drawing: String,
    /// For a page.
    pub(crate) svg: String,
}

/// Where the drawing begins in a verdict.
pub(crate) const MARGIN: usize = 12;

/// Runs an answer once more on a paused clock, as [`virtual_time`] does, and draws what happened.
///
/// `name` is what the answer's own future is called. What else is to have a row the check wraps
/// in the recorder that `answer` gets. Small runs make good pictures: three operations say as
/// much as ten.
///
/// ```
/// # use std::time::Duration;
/// # use tokio::time::sleep;
/// let picture = probe::picture("answer", "Two reads of 100 ms", |recorder| {
///     let read = |n| recorder.wrap(format!("read {n}"), sleep(Duration::from_millis(100)));
///     let (first, second) = (read(1), read(2));
///     async { (first.await, second.await) }
/// });
/// let finding = probe::Finding::mistake("await-in-sequence").picture(picture);
/// ```
pub fn picture<F: Future>(
    name: &str,
    title: &str,
    answer: impl FnOnce(&Recorder) -> F,
) -> Picture {
    let recorder = Recorder::new();
    let run = virtual_time(|| {
        // Called in the first poll, so that the answer has the first row.
        let answer = async { answer(&recorder).await };
        recorder.recorded(name, TaskKind::BlockOn, answer)
    });
    drop(run); // how it ends is to be seen
    let timeline = recorder.finish();
    let width = env::var("COLUMNS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let width = usize::saturating_sub(width, MARGIN);
    let title = title.to_owned();
    Picture {
        drawing: timeline.to_terminal(width, false),
        svg: timeline.to_svg(&Options { title, ..Options::default() }),
    }
}

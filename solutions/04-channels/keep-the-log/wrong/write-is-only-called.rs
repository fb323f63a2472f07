//! mistake: lazy-future
//! `write` is called and not awaited, so that the disk does not hold up the log.

use tokio::sync::broadcast::{
    self,
    error::{RecvError, TryRecvError},
};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Event(u32),
    Lost(u64),
}
pub async fn keep(
    mut events: broadcast::Receiver<u32>,
    mut write: impl AsyncFnMut(Line),
) -> u64 {
    let mut lost = 0;
    loop {
        match events.recv().await {
            Ok(e) => {
                let _ = write(Line::Event(e));
            }
            Err(RecvError::Lagged(n)) => {
                lost += n;
                let _ = write(Line::Lost(n));
            }
            Err(_) => return lost,
        }
    }
}

//! mistake: select-keeps-progress
//! So that nothing is lost while the disk is slow, the next event is received beside the write. It is the
//! write that is lost then.

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
    let mut next = events.recv().await;
    loop {
        match next {
            Ok(e) => {
                tokio::select! { () = write(Line::Event(e)) => next = events.recv().await, n = events.recv() => next = n }
            }
            Err(RecvError::Lagged(n)) => {
                lost += n;
                write(Line::Lost(n)).await;
                next = events.recv().await
            }
            Err(_) => return lost,
        }
    }
}

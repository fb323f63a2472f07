use std::io;

use tokio::sync::watch;

// ANCHOR: shutdown
/// The news that it is time to stop. Any number of tasks can wait for it.
///
/// It is a state and not an event: a task that asks late is told all the same, and one
/// that asks twice is told twice.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Begins when `event` is done. Needs a runtime: a task waits for the event.
    pub fn when(event: impl Future<Output = ()> + Send + 'static) -> Shutdown {
        let (begin, shutdown) = watch::channel(false);
        tokio::spawn(async move {
            event.await;
            begin.send_replace(true);
        });
        Shutdown(shutdown)
    }

    /// Waits until shutdown has begun; from then on, returns at once.
    ///
    /// Cancel safe.
    // ANCHOR: recv
    pub async fn recv(&mut self) {
        // An error says that the sender is gone, so nobody can begin the shutdown any
        // more. Then we act as if it had begun: a task must not outlive whoever can stop it.
        let _ = self.0.wait_for(|begun| *begun).await;
    }
    // ANCHOR_END: recv

    /// Whether shutdown has begun.
    pub fn has_begun(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}

impl From<watch::Receiver<bool>> for Shutdown {
    /// Begins when the value becomes `true`, or when the last sender is dropped.
    fn from(begun: watch::Receiver<bool>) -> Shutdown {
        Shutdown(begun)
    }
}
// ANCHOR_END: shutdown

// ANCHOR: signal
/// Waits for the next Ctrl-C or, on Unix, SIGTERM: `kill`, systemd, and Docker send that.
///
/// Begins to listen when it is called, not at the first `.await`. From then on, neither
/// signal ends the process by itself: if the future is dropped, later ones are ignored.
///
/// # Errors
///
/// If the signals cannot be listened to.
#[cfg(unix)]
pub fn signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
// ANCHOR_END: signal

/// Waits for the next Ctrl-C.
///
/// Begins to listen when it is called, not at the first `.await`. From then on, Ctrl-C
/// does not end the process by itself: if the future is dropped, later ones are ignored.
///
/// # Errors
///
/// If the signal cannot be listened to.
#[cfg(windows)]
pub fn signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

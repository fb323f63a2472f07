//! Programs that are started together with all that they start, and ended so too.

use std::process::ExitStatus;

use anyhow::{Context, Result};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

/// A running program and its children, in a process group of their own.
///
/// Dropping it kills them all. (On Windows, which has no process groups, the program alone is
/// killed; Cargo and the checks see to it that their children do not outlive them for long.)
#[derive(Debug)]
pub struct Group {
    leader: Child,
}

impl Group {
    /// Starts this program.
    pub fn start(mut command: Command) -> Result<Group> {
        #[cfg(unix)]
        command.process_group(0);
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        let leader =
            command.spawn().with_context(|| format!("{program} cannot be started"))?;
        Ok(Group { leader })
    }

    /// Its standard output and standard error. Both must be piped, and nobody has them yet.
    pub fn pipes(&mut self) -> (ChildStdout, ChildStderr) {
        let stdout = self.leader.stdout.take().expect("standard output is piped");
        let stderr = self.leader.stderr.take().expect("standard error is piped");
        (stdout, stderr)
    }

    /// Waits for the end. Cancel safe.
    pub async fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.leader.wait().await?)
    }

    /// Kills the program and its children, and waits until it is gone.
    pub async fn kill(mut self) {
        self.start_to_kill();
        let _ = self.leader.wait().await;
    }

    fn start_to_kill(&mut self) {
        // Once the program was waited for it has no number any more, and its number may be
        // somebody else's.
        #[cfg(unix)]
        if let Some(group) = self
            .leader
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            use rustix::process::{Signal, kill_process_group};
            let _ = kill_process_group(group, Signal::KILL);
        }
        #[cfg(not(unix))]
        let _ = self.leader.start_kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.start_to_kill();
    }
}

/// Catches the signals by which a terminal or another program asks this one to end: Ctrl-C, a
/// closed terminal, `kill`. The future is ready at the first of them, and gives the exit status
/// that says so.
///
/// The signals are caught from the call on, whether the future is polled or not.
pub fn asked_to_end() -> Result<impl Future<Output = u8> + Send + use<>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => 128 + 2,
                _ = terminate.recv() => 128 + 15,
                _ = hangup.recv() => 128 + 1,
            }
        })
    }
    #[cfg(not(unix))]
    {
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
            130
        })
    }
}

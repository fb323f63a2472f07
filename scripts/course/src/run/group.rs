//! Programs that are started together with all that they start, and ended so too.

use std::process::ExitStatus;

use anyhow::{Context, Result};
use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::process::{ChildStderr, ChildStdout, Command};

/// A running program and its children, in a process group of their own; on Windows, in a job.
///
/// What is left of them when the program has ended is ended, too. Dropping it ends them all.
#[derive(Debug)]
pub struct Group {
    leader: Box<dyn ChildWrapper>,
    /// Once the leader was waited for, the group's number may be somebody else's.
    is_gone: bool,
    #[cfg(unix)]
    some_child_ended: tokio::signal::unix::Signal,
}

impl Group {
    /// Starts this program.
    pub fn start(command: Command) -> Result<Group> {
        #[cfg(unix)]
        let some_child_ended = {
            use tokio::signal::unix::{SignalKind, signal};
            signal(SignalKind::child())?
        };
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(process_wrap::tokio::ProcessGroup::leader());
        // The job ends with us, however we end.
        #[cfg(windows)]
        command
            .wrap(process_wrap::tokio::KillOnDrop)
            .wrap(process_wrap::tokio::JobObject);
        let leader =
            command.spawn().with_context(|| format!("{program} cannot be started"))?;
        Ok(Group {
            leader,
            is_gone: false,
            #[cfg(unix)]
            some_child_ended,
        })
    }

    /// Its standard output and standard error. Both must be piped, and nobody has them yet.
    pub fn pipes(&mut self) -> (ChildStdout, ChildStderr) {
        let stdout = self.leader.stdout().take().expect("standard output is piped");
        let stderr = self.leader.stderr().take().expect("standard error is piped");
        (stdout, stderr)
    }

    /// Waits for the program's end, and ends what it has left behind. Cancel safe.
    pub async fn wait(&mut self) -> Result<ExitStatus> {
        self.ended().await;
        self.start_to_kill();
        // Not the wrapper's own `wait`, which waits for those that left the group as well.
        let status = self.leader.inner_mut().wait().await?;
        self.is_gone = true;
        Ok(status)
    }

    /// Kills the program and its children, and waits until it is gone.
    pub async fn kill(mut self) {
        self.start_to_kill();
        let _ = self.leader.inner_mut().wait().await;
        self.is_gone = true;
    }

    /// Waits until the program has ended, and leaves it its number.
    #[cfg(unix)]
    async fn ended(&mut self) {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let leader = self.leader.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let Some(leader) = leader else { return };
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        // An error means that there is nobody left to wait for.
        while let Ok(None) = waitid(WaitId::Pid(leader), look) {
            self.some_child_ended.recv().await;
        }
    }

    /// A job outlives the program that it was made for.
    #[cfg(windows)]
    async fn ended(&mut self) {
        let _ = self.leader.inner_mut().wait().await;
    }

    fn start_to_kill(&mut self) {
        if !self.is_gone {
            let _ = self.leader.start_kill();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.start_to_kill();
    }
}

/// Catches the signals by which a terminal or another program asks this one to end: Ctrl-C, a
/// closed terminal, `kill`. The future is ready at the first of them, and gives the exit status
/// that says so. A closed terminal does not end what was started by `nohup`, which has it ignored.
///
/// The signals are caught from the call on, whether the future is polled or not.
pub fn asked_to_end() -> Result<impl Future<Output = u8> + Send + use<>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // Asked first: what is caught is not ignored any more.
        let mut hangup = match hangup_is_ignored() {
            true => None,
            false => Some(signal(SignalKind::hangup())?),
        };
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        Ok(async move {
            let hung_up = async {
                match &mut hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = interrupt.recv() => 128 + 2,
                _ = terminate.recv() => 128 + 15,
                _ = hung_up => 128 + 1,
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

/// Whether whoever started this program lets it outlive its terminal. Linux says so in a mask with
/// a bit for each signal, from 1; elsewhere it is not known.
#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use tokio::io::AsyncReadExt;

    use super::*;

    fn shell(script: &str) -> Group {
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Group::start(command).unwrap()
    }

    /// Reads until nobody is left who could write.
    async fn all_of(mut pipe: ChildStdout) -> String {
        let mut said = String::new();
        pipe.read_to_string(&mut said).await.unwrap();
        said
    }

    #[tokio::test]
    async fn what_a_program_leaves_behind_is_ended_with_it() {
        let mut group = shell("sleep 1000 & echo one; exit 3");
        let (stdout, _stderr) = group.pipes();
        assert_eq!(group.wait().await.unwrap().code(), Some(3));
        assert_eq!(all_of(stdout).await, "one\n");
    }

    #[tokio::test]
    async fn a_program_that_is_killed_takes_its_children_along() {
        let mut group = shell("sleep 1000 & sleep 1000");
        let (stdout, _stderr) = group.pipes();
        group.kill().await;
        assert_eq!(all_of(stdout).await, "");
    }

    #[tokio::test]
    async fn a_program_that_is_dropped_takes_its_children_along() {
        let mut group = shell("sleep 1000 & sleep 1000");
        let (stdout, _stderr) = group.pipes();
        drop(group);
        assert_eq!(all_of(stdout).await, "");
    }
}

//! The editor that the reader has named.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

/// What to say to whoever wants an editor and has named none.
pub const NONE: &str = "Neither $VISUAL nor $EDITOR names an editor. Set one before you start \
                        the course, as in `export VISUAL=code`.";

/// The reader's editor.
#[derive(Debug, PartialEq, Eq)]
pub struct Editor {
    /// What the reader calls it: `code`.
    pub name: String,
    /// Whether it opens a window of its own, and leaves the terminal to the course.
    pub has_a_window: bool,
    /// The program and its arguments.
    command: Vec<String>,
}

/// Editors that need the terminal.
const IN_THE_TERMINAL: [&str; 17] = [
    "vi", "vim", "nvim", "nano", "pico", "ed", "ex", "hx", "helix", "micro", "kak",
    "joe", "ne", "mg", "jed", "mcedit", "amp",
];

/// The arguments by which an editor with windows does without.
const WITHOUT_A_WINDOW: [&str; 5] = ["-nw", "-t", "-tty", "--tty", "--no-window-system"];

impl Editor {
    /// The one that `$VISUAL` names, or else `$EDITOR`.
    pub fn of_the_reader() -> Option<Editor> {
        Editor::parse(&setting()?.1)
    }

    fn parse(command: &str) -> Option<Editor> {
        let command = words(command)?;
        let name = Path::new(command.first()?).file_stem()?.to_str()?.to_owned();
        let in_the_terminal = IN_THE_TERMINAL.contains(&name.as_str())
            || command.iter().any(|arg| WITHOUT_A_WINDOW.contains(&arg.as_str()));
        Some(Editor { name, has_a_window: !in_the_terminal, command })
    }

    /// Where its program is, if it is anywhere.
    pub fn program(&self) -> Option<PathBuf> {
        which::which(&self.command[0]).ok()
    }

    /// Its command with this file, which is an argument: no shell sees it.
    fn with(&self, file: &Path) -> Command {
        // On Windows, `code` is `code.cmd`, and to find that is not the system's business.
        let program =
            self.program().map_or_else(|| OsString::from(&self.command[0]), Into::into);
        let mut command = Command::new(program);
        command.args(&self.command[1..]).arg(file);
        command
    }

    /// Starts it in a window of its own. The future ends with it, and says what went wrong then.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be started.
    pub fn open(
        &self,
        file: &Path,
    ) -> Result<impl Future<Output = Result<()>> + Send + use<>> {
        let mut command = self.with(file);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C in the course's terminal is not for the editor.
        #[cfg(unix)]
        command.process_group(0);
        let mut editor = command.spawn().with_context(|| self.cannot_be_started())?;
        let name = self.name.clone();
        Ok(async move { judged(&name, editor.wait().await) })
    }

    /// Lets it have the terminal until it ends.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be started, and if it says that it failed.
    pub async fn edit(&self, file: &Path) -> Result<()> {
        let mut editor =
            self.with(file).spawn().with_context(|| self.cannot_be_started())?;
        judged(&self.name, editor.wait().await)
    }

    fn cannot_be_started(&self) -> String {
        format!("`{}` cannot be started", self.command[0])
    }
}

fn judged(name: &str, ended: std::io::Result<std::process::ExitStatus>) -> Result<()> {
    let status = ended?;
    if !status.success() {
        bail!("The editor `{name}` failed ({status}).");
    }
    Ok(())
}

/// The variable that names the editor, and its value.
pub fn setting() -> Option<(&'static str, String)> {
    ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
        let command = env::var(name).ok().filter(|command| !command.trim().is_empty())?;
        Some((name, command))
    })
}

/// The words of a command line, as the system's own shell splits it: to that of Windows, a
/// backslash is a part of a path.
fn words(command: &str) -> Option<Vec<String>> {
    #[cfg(windows)]
    {
        Some(winsplit::split(command))
    }
    #[cfg(not(windows))]
    {
        shlex::split(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_without_a_window_is_told_from_one_with() {
        for command in ["vim", "/usr/bin/nano -w", "emacs -nw"] {
            assert!(!Editor::parse(command).unwrap().has_a_window, "{command}");
        }
        assert!(Editor::parse("emacs").unwrap().has_a_window);
        for command in ["", "  "] {
            assert_eq!(Editor::parse(command), None, "{command:?}");
        }
    }

    #[test]
    #[cfg(not(windows))]
    fn a_command_is_split_as_by_a_shell() {
        let editor = Editor::parse("'/opt/my editors/code' --wait").unwrap();
        assert_eq!(editor.name, "code");
        assert_eq!(editor.command, ["/opt/my editors/code", "--wait"]);
        assert_eq!(Editor::parse("'unclosed"), None);
    }

    #[test]
    #[cfg(windows)]
    fn a_backslash_is_part_of_a_path() {
        let program = r"\my editors\code.exe";
        let editor = Editor::parse(&format!("\"{program}\" --wait")).unwrap();
        assert_eq!(editor.name, "code");
        assert_eq!(editor.command, [program, "--wait"]);
    }
}

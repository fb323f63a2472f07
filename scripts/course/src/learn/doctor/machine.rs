//! What this machine allows: files, room, and how Cargo is set up.

use std::env;
use std::io::Write;
use std::path::Path;

use crate::learn::doctor::finding::Finding;
use crate::repo::workspace::Course;

/// With fewer open files than macOS allows, tests of the chapters fail.
#[cfg(unix)]
const FILES: u64 = 256;

/// What a check may need at least.
const LITTLE_ROOM: u64 = 1 << 30;

/// What building everything needs, with room to spare.
const MUCH_ROOM: u64 = 8 << 30;

/// How many files a process may have open. Each connection is one.
pub(super) fn open_files(_: &Course) -> Vec<Finding> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        let soft = getrlimit(Resource::Nofile).current;
        vec![match soft {
            Some(soft) if soft < FILES => Finding::without(
                "open files",
                format!("a process may have {soft} open, and `cargo test` needs {FILES}"),
                format!("ulimit -n {FILES}, in the shell, before `cargo test`"),
            ),
            Some(soft) => {
                Finding::good("open files", format!("a process may have {soft}"))
            }
            None => Finding::good("open files", "as many as there are"),
        }]
    }
    #[cfg(not(unix))]
    Vec::new()
}

/// Whether the compiler, and what is checked, can write temporary files.
pub(super) fn temporary(_: &Course) -> Vec<Finding> {
    let folder = env::temp_dir();
    let written = tempfile::NamedTempFile::new_in(&folder)
        .and_then(|mut file| file.write_all(&[0; 64 << 10]));
    let variable = if cfg!(windows) { "TMP" } else { "TMPDIR" };
    vec![match written {
        Ok(()) => Finding::good("temporary", format!("{} takes files", folder.display())),
        Err(error) => Finding::broken(
            "temporary",
            format!("no file can be written, so nothing can be built: {error}"),
            format!("make room there, or set {variable} to a folder that is there"),
        ),
    }]
}

/// Flags of the reader's own, which Cargo gives to every rustc.
pub(super) fn flags(_: &Course) -> Vec<Finding> {
    let set = ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"]
        .into_iter()
        .find_map(|name| {
            let flags = env::var(name).ok().filter(|flags| !flags.is_empty())?;
            Some((name, flags.replace('\u{1f}', " ")))
        });
    match set {
        None => Vec::new(),
        Some((name, flags)) => vec![Finding::without(
            "RUSTFLAGS",
            format!(
                "${name} is `{flags}`; with other flags, Cargo builds everything again"
            ),
            format!(
                "unset {name} if your editor builds without it, or if a stage fails by it"
            ),
        )],
    }
}

/// Where Cargo puts what it builds: perhaps where another clone puts the same.
pub(super) fn target_folder(course: &Course) -> Vec<Finding> {
    let folder = course.target_dir.display();
    vec![if course.target_dir.starts_with(&course.root) {
        Finding::good("target folder", course.shown(&course.target_dir))
    } else {
        Finding::without(
            "target folder",
            format!("{folder}, which other packages may use, too"),
            "if another clone of the course builds there, each builds again after the other: \
             CARGO_TARGET_DIR, or `build.target-dir` in a Cargo configuration, names it",
        )
    }]
}

/// Whether there is room for what Cargo builds.
pub(super) fn room(course: &Course) -> Vec<Finding> {
    let there = |folder: &&Path| folder.is_dir();
    let folder = course.target_dir.ancestors().find(there).unwrap_or(&course.root);
    let Ok(free) = fs4::available_space(folder) else { return Vec::new() };
    let gigabytes = free as f64 / f64::from(1 << 30);
    let found = format!("{gigabytes:.1} GiB are free for what is built");
    vec![match free {
        ..LITTLE_ROOM => Finding::broken(
            "disk",
            found,
            "make room: `cargo clean` removes all that was built here, and keeps your progress",
        ),
        LITTLE_ROOM..MUCH_ROOM => Finding::without(
            "disk",
            format!("{found}; the whole of `cargo test` may need more"),
            "`cargo course check` builds one exercise, and needs less",
        ),
        _ => Finding::good("disk", found),
    }]
}

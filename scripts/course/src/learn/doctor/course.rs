//! What is of the course itself: its files, the reader's progress, and how both are shown.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};

use crate::learn::doctor::finding::Finding;
use crate::repo::progress::{Progress, State};
use crate::repo::sources::text_files;
use crate::repo::workspace::Course;
use crate::run::port::{NEAR, PORT};

pub(super) fn exercises(course: &Course) -> Vec<Finding> {
    let missing: Vec<&str> = course
        .exercises()
        .filter(|(_, one)| !one.file.is_file())
        .map(|(_, one)| one.name.as_str())
        .collect();
    let total = course.exercises().count();
    vec![match missing.as_slice() {
        [] => Finding::good("exercises", format!("all {total} are there")),
        [one, ..] => Finding::broken(
            "exercises",
            format!("exercise.rs is missing from {}", missing.join(", ")),
            format!("cargo course reset {one}"),
        ),
    }]
}

pub(super) fn progress(course: &Course) -> Vec<Finding> {
    let dir = course.state_dir();
    let writable = fs::create_dir_all(&dir)
        .and_then(|()| tempfile::NamedTempFile::new_in(&dir).map(drop));
    vec![match (writable, Progress::open(course)) {
        (Err(error), _) => Finding::broken(
            "progress",
            format!("{} cannot be written: {error}", dir.display()),
            "make the folder yours: without it nothing is remembered",
        ),
        (_, Err(error)) => {
            Finding::broken("progress", format!("{error:#}"), "make the file readable")
        }
        (Ok(()), Ok(progress)) => {
            let states = course.exercises().map(|(_, one)| progress.state(one));
            let (mut done, mut unchecked) = (0, 0);
            for state in states {
                done += usize::from(state.is_done());
                unchecked += usize::from(state == State::Changed);
            }
            let mut found = format!("{done} done, in .course/progress.json");
            if unchecked > 0 {
                found += &format!("; {} changed and not checked", unchecked);
            }
            Finding::good("progress", found)
        }
    }]
}

/// Whether the system tells us of saves.
pub(super) fn watching(course: &Course) -> Vec<Finding> {
    use notify::Watcher as _;
    let watched = notify::recommended_watcher(|_| {}).and_then(|mut watcher| {
        for (_, exercise) in course.exercises().filter(|(_, one)| one.dir.is_dir()) {
            watcher.watch(&exercise.dir, notify::RecursiveMode::NonRecursive)?;
        }
        Ok(())
    });
    vec![match watched {
        Ok(()) => Finding::good("watching", "the system tells of saves"),
        Err(error) => Finding::without(
            "watching",
            format!(
                "the system does not tell of saves ({error}), so files are looked at every second"
            ),
            "on Linux, raise fs.inotify.max_user_watches and fs.inotify.max_user_instances with \
             sysctl, if a second is too long",
        ),
    }]
}

pub(super) fn port(_: &Course) -> Vec<Finding> {
    let free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    vec![if free(PORT) {
        Finding::good("port", format!("127.0.0.1:{PORT} is free for the book"))
    } else if (PORT + 1..PORT + NEAR).any(free) {
        Finding::good(
            "port",
            format!(
                "127.0.0.1:{PORT} is taken, perhaps by a `cargo course` that runs; the next free \
                 one is used"
            ),
        )
    } else if free(0) {
        Finding::without(
            "port",
            format!(
                "none of 127.0.0.1:{PORT} and the next is free: the system chooses another"
            ),
            "cargo course --port 8080, say, to choose it yourself",
        )
    } else {
        Finding::without(
            "port",
            "this system lets us listen on no port of 127.0.0.1",
            "look whether a sandbox or a firewall forbids it; `cargo course --no-book` does without",
        )
    }]
}

/// Whether the files have the line ends with which they were written. Recordings are compared byte
/// by byte, and an exercise is as shipped only if every byte is.
pub(super) fn line_ends(course: &Course) -> Vec<Finding> {
    let folders =
        ["chapters", "solutions", "book"].map(|folder| course.root.join(folder));
    let files = folders.iter().flat_map(|folder| text_files(folder).unwrap_or_default());
    let is_text = |extension: &str| ["rs", "toml", "md", "txt"].contains(&extension);
    let other = files
        .filter(|file| file.extension().and_then(|one| one.to_str()).is_some_and(is_text))
        .filter(|file| {
            let content = fs::read(file).unwrap_or_default();
            content.windows(2).any(|pair| pair == b"\r\n")
        });
    vec![match other.collect::<Vec<_>>().as_slice() {
        [] => Finding::good("line ends", "as they were written"),
        [one, rest @ ..] => Finding::without(
            "line ends",
            format!(
                "{} has CRLF{}: `cargo test` will say that recordings are stale",
                course.shown(one),
                match rest.len() {
                    0 => String::new(),
                    n => format!(", and so have {n} more"),
                }
            ),
            "keep your answers elsewhere, and clone again with `git clone -c core.autocrlf=false`",
        ),
    }]
}

//! What a check is made of, and which content of it Cargo has built last.
//!
//! Cargo goes by the times of files. They say little: `mv`, `cp -p`, `rsync -a` and an archive bring
//! them along, clocks lag and jump, two clones may share a target folder, and a file may be saved
//! while Cargo waits for its turn. Here the content is what counts. Every check depends on the
//! environment variable [`KEY`], by [`probe::main!`], and Cargo builds it again if the value is
//! another one than before.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use fs4::{FileExt, TryLockError};
use tempfile::TempDir;

use crate::repo::progress::hash;
use crate::repo::sources::{rust_files, text_files};
use crate::repo::workspace::{Course, Exercise};

/// In the environment of Cargo: which build of the check this is.
pub(crate) const KEY: &str = "PROBE_BUILD";

/// How a folder begins in which a check runs.
const RUN: &str = "run-";

/// What a check is made of, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    /// The hash of the reader's file.
    pub answer: String,
    /// The hash of all that there is: the reader's file, the check and its helpers, and where they
    /// are.
    whole: String,
}

impl Content {
    /// Reads it as it is now.
    pub fn of(course: &Course, exercise: &Exercise) -> Result<Content> {
        let read = |file: &Path| {
            fs::read(file).with_context(|| format!("cannot read {}", course.shown(file)))
        };
        let answer = hash(&read(&exercise.file)?);
        let mut files: BTreeSet<PathBuf> =
            rust_files(&exercise.dir)?.into_iter().collect();
        let is_rust = |file: &PathBuf| file.extension().is_some_and(|it| it == "rs");
        files.extend(text_files(&exercise.dir)?.into_iter().filter(is_rust));
        let mut whole = course.root.as_os_str().as_encoded_bytes().to_vec();
        for file in files {
            let hash = match read(&file) {
                Ok(content) => hash(&content),
                // Editors make files, and remove them again.
                Err(_) if file != exercise.file && !file.exists() => continue,
                Err(error) => return Err(error),
            };
            whole.extend([b"\n", course.shown(&file).as_bytes()].concat());
            whole.extend([b"\n", hash.as_bytes()].concat());
        }
        Ok(Content { answer, whole: hash(&whole) })
    }
}

/// What is kept of an exercise's check in the target folder. As long as this lives, no other run of
/// the tool builds that check there, or runs it.
#[derive(Debug)]
pub(crate) struct Place {
    dir: PathBuf,
    /// Nothing where the file system has no locks, as for Cargo itself.
    _lock: Option<File>,
}

impl Place {
    /// Waits for its turn. Cancel safe.
    pub async fn take(course: &Course, exercise: &Exercise) -> Result<Place> {
        let dir = course.target_dir.join("course").join("checks").join(&exercise.name);
        let opened = fs::create_dir_all(&dir)
            .and_then(|()| {
                File::options().create(true).append(true).open(dir.join("lock"))
            })
            .with_context(|| format!("cannot write in {}", dir.display()))?;
        let lock = loop {
            match FileExt::try_lock(&opened) {
                Ok(()) => break Some(opened),
                Err(TryLockError::WouldBlock) => {
                    tokio::time::sleep(Duration::from_millis(20)).await
                }
                Err(TryLockError::Error(_)) => break None,
            }
        };
        let place = Place { dir, _lock: lock };
        if place._lock.is_some() {
            place.sweep();
        }
        Ok(place)
    }

    /// Removes what a run that was killed has left behind.
    fn sweep(&self) {
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(RUN) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// An empty folder for one run, of a name that nobody can know before.
    pub fn folder(&self) -> Result<TempDir> {
        tempfile::Builder::new()
            .prefix(RUN)
            .tempdir_in(&self.dir)
            .with_context(|| format!("cannot make a folder in {}", self.dir.display()))
    }

    /// The key for a build of this content, and whether Cargo may have built just that before.
    ///
    /// What was remembered is forgotten until the build has [proved](Self::built) to be of this
    /// content: the build may be interrupted, and nobody would know of what it was.
    pub fn key(&self, content: &Content) -> Result<(String, bool)> {
        let known = fs::read_to_string(self.record()).unwrap_or_default();
        match fs::remove_file(self.record()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).context("cannot forget what was built last");
            }
            _ => {}
        }
        let rest = known.strip_prefix(&content.whole);
        if rest.is_some_and(|rest| rest.starts_with('-')) {
            return Ok((known, true));
        }
        // For the same reason no key is used for two builds of which the first was not seen.
        let nonce = getrandom::u64().context("the system has no random numbers")?;
        Ok((format!("{}-{nonce:016x}", content.whole), false))
    }

    /// Remembers that what Cargo built under this key is of the key's content.
    pub fn built(&self, key: &str) {
        // Without it, the next check is built once more.
        let _ = fs::write(self.record(), key);
    }

    fn record(&self) -> PathBuf {
        self.dir.join("built")
    }
}

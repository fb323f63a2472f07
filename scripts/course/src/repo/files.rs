//! Writing files such that nothing of the reader's is ever lost: not to a crash, not to
//! Ctrl-C, not to a second run.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, Result};
use fs4::FileExt;

/// Replaces a file: whoever reads it, whenever, finds the old content or the new one whole.
pub fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let write = || -> io::Result<()> {
        let dir = path.parent().expect("a file is in a folder");
        fs::create_dir_all(dir)?;
        let name = path.file_name().expect("a file has a name").to_string_lossy();
        let new = dir.join(format!(".{name}.{}.new", process::id()));
        let written = File::create(&new)
            .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&new, path));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written?;
        sync_folder(dir);
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Keeps this content in `dir` as `STEM-1.EXTENSION`, or under the next number that is free,
/// and returns the path. Never overwrites.
pub fn keep(dir: &Path, stem: &str, extension: &str, content: &[u8]) -> Result<PathBuf> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    for number in 1.. {
        let path = dir.join(format!("{stem}-{number}.{extension}"));
        let mut file = match File::create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            other => other.with_context(|| format!("cannot write {}", path.display()))?,
        };
        file.write_all(content)
            .and_then(|()| file.sync_all())
            .with_context(|| format!("cannot write {}", path.display()))?;
        sync_folder(dir);
        return Ok(path);
    }
    unreachable!("there is always a next number")
}

/// Waits until no other run of the tool holds this lock, and holds it until the file is dropped.
/// Some file systems have no locks; there it is the file alone.
pub fn lock(path: &Path) -> Result<File> {
    let dir = path.parent().expect("a file is in a folder");
    let file = fs::create_dir_all(dir)
        .and_then(|()| File::options().create(true).append(true).open(path))
        .with_context(|| format!("cannot write {}", path.display()))?;
    let _ = FileExt::lock(&file);
    Ok(file)
}

/// Makes a new name in a folder last, where the system lets us.
fn sync_folder(dir: &Path) {
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
}

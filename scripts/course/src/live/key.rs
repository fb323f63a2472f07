//! The key that tells the reader's browser from those of others on this machine.
//!
//! It is kept in `.course/`, so that a page that was opened yesterday is let in today.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use subtle::ConstantTimeEq;

/// How many characters a key has: 64 bits in hex. Who guesses has to ask for each guess.
const LENGTH: usize = 16;

/// The key of the course whose progress is in this folder. If it cannot be kept, the next run
/// has another one.
///
/// # Errors
///
/// Fails if the system has no random numbers.
pub fn kept_in(state_dir: &Path) -> Result<String> {
    let path = state_dir.join("key");
    if let Some(key) = read(&path) {
        return Ok(key);
    }
    let key = random(LENGTH / 2)?;
    let kept = fs::create_dir_all(state_dir).and_then(|()| {
        // Such a file is readable to its owner alone.
        let file = tempfile::NamedTempFile::new_in(state_dir)?;
        fs::write(file.path(), &key)?;
        file.persist(&path).map_err(|error| error.error)
    });
    // Another run may have had the same idea; the later one is what the next run finds.
    Ok(kept.ok().and_then(|_| read(&path)).unwrap_or(key))
}

/// A key that is whole, and that nobody else could read.
fn read(path: &Path) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path).ok()?.permissions().mode() & 0o077 != 0 {
            return None;
        }
    }
    let key = fs::read_to_string(path).ok()?;
    let is_whole =
        key.len() == LENGTH && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_whole.then_some(key)
}

/// This many random bytes, in hex.
///
/// # Errors
///
/// Fails if the system has no random numbers.
pub fn random(bytes: usize) -> Result<String> {
    let mut random = vec![0; bytes];
    if let Err(error) = getrandom::fill(&mut random) {
        bail!("the system has no random numbers: {error}");
    }
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether two secrets are the same, in a time that does not tell how much of them is.
pub fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_unless_others_could_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = kept_in(folder.path()).unwrap();
        assert_eq!(key.len(), LENGTH);
        assert_eq!(kept_in(folder.path()).unwrap(), key);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let open = fs::Permissions::from_mode(0o644);
            fs::set_permissions(folder.path().join("key"), open).unwrap();
            assert_ne!(kept_in(folder.path()).unwrap(), key);
        }
        let key = kept_in(folder.path()).unwrap();
        fs::write(folder.path().join("key"), "short").unwrap();
        assert_ne!(kept_in(folder.path()).unwrap(), key);
    }

    #[test]
    fn secrets_are_the_same_only_as_a_whole() {
        assert!(is_same("abcd", "abcd"));
        for other in ["", "abc", "abce", "abcde"] {
            assert!(!is_same("abcd", other), "{other}");
        }
    }
}

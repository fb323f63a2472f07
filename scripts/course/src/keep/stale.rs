//! What has to be made again.

use std::fmt;

/// A recording that is not as it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The file, relative to the root of the repository.
    pub file: String,
    /// What is wrong with it, with a small diff where there is one.
    pub what: String,
    /// The command that mends it, if one does.
    pub mend: Option<String>,
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what.trim_end())?;
        if let Some(mend) = &self.mend {
            write!(f, "\n  mend it: {mend}")?;
        }
        Ok(())
    }
}

//! What was found when something was looked at.

use crate::text::{self, BOLD, DIM, GREEN, MAGENTA, RED, paint};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    what: &'static str,
    pub(super) level: Level,
    found: String,
    /// What to do about it.
    mend: Option<String>,
}

/// How good it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// As it should be.
    Good,
    /// The course works without, but less well.
    Without,
    /// Something does not work until it is mended.
    Broken,
}

impl Finding {
    pub(super) fn good(what: &'static str, found: impl Into<String>) -> Finding {
        Finding { what, level: Level::Good, found: found.into(), mend: None }
    }

    pub(super) fn without(
        what: &'static str,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Finding {
        Finding {
            what,
            level: Level::Without,
            found: found.into(),
            mend: Some(mend.into()),
        }
    }

    pub(super) fn broken(
        what: &'static str,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Finding {
        Finding {
            what,
            level: Level::Broken,
            found: found.into(),
            mend: Some(mend.into()),
        }
    }

    pub(super) fn told(&self) -> String {
        let mark = match self.level {
            Level::Good => paint(GREEN, "ok  "),
            Level::Without => paint(MAGENTA, "note"),
            Level::Broken => paint(RED, "fix "),
        };
        let mut said = text::wrapped(
            &format!("{mark}  {BOLD}{:<14}{BOLD:#}  ", self.what),
            &self.found,
        );
        if let Some(mend) = &self.mend {
            said += &text::wrapped(&format!("{:22}{DIM}→{DIM:#} ", ""), mend);
        }
        said
    }
}

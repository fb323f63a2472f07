//! Where a record goes when its program ends.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::Options;
use crate::recorder::Shared;

/// A place for the record, to be written once.
#[derive(Debug)]
pub(crate) struct Out {
    path: PathBuf,
    title: Option<String>,
    pub shared: Option<Arc<Shared>>,
}

impl Out {
    pub fn to(path: PathBuf) -> Out {
        Out { path, title: env::var("TIMELINE_TITLE").ok(), shared: None }
    }

    pub fn from_env() -> Option<Out> {
        let path = env::var_os("TIMELINE_OUT").filter(|path| !path.is_empty())?;
        Some(Out::to(path.into()))
    }

    pub fn save(&self) -> io::Result<()> {
        let Some(shared) = &self.shared else { return Ok(()) };
        let timeline = shared.snapshot();
        if self.path == Path::new("-") {
            let width = env::var("COLUMNS").ok().and_then(|width| width.parse().ok());
            eprint!("{}", timeline.to_terminal(width.unwrap_or(100), false));
            return Ok(());
        }
        let text = match self.path.extension().and_then(OsStr::to_str) {
            Some("svg") => {
                let title = self.title.clone().unwrap_or_else(program);
                timeline.to_svg(&Options { title, ..Options::default() })
            }
            Some("txt") => timeline.to_text(),
            _ => {
                let what = "a timeline goes to a file called *.svg or *.txt, or to -";
                return Err(io::Error::new(ErrorKind::InvalidInput, what));
            }
        };
        // Aside first, so that nobody reads half a picture.
        let aside = self.path.with_extension("part");
        fs::write(&aside, text)?;
        fs::rename(&aside, &self.path)
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if let Err(error) = self.save() {
            eprintln!("cannot write the timeline to {}: {error}", self.path.display());
        }
    }
}

/// The running program's name.
fn program() -> String {
    let path = env::current_exe().unwrap_or_default();
    path.file_stem()
        .map_or_else(|| "program".into(), |name| name.to_string_lossy().into())
}

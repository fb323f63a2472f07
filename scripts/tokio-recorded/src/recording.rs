//! The one record of the program, the names in it, and its files.

use std::any::type_name;
use std::collections::HashMap;
use std::env;
use std::fs;
use std::io;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use timeline::{Options, Recorder};

static RECORDER: LazyLock<Recorder> = LazyLock::new(|| {
    if out().is_none() || !is_first_process() {
        return Recorder::off();
    }
    if let Some(pause) = env::var("TIMELINE_EVERY").ok().and_then(|ms| ms.parse().ok()) {
        let pause = Duration::from_millis(pause);
        // If there is no thread to be had, the record is written at the end alone.
        _ = thread::Builder::new().name("timeline".into()).spawn(move || {
            loop {
                thread::sleep(pause);
                save();
            }
        });
    }
    Recorder::new()
});

/// Where the picture goes.
fn out() -> Option<PathBuf> {
    env::var_os("TIMELINE_OUT").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Whether this is the program itself, and not one that it started.
fn is_first_process() -> bool {
    #[cfg(unix)]
    if let Ok(parent) = env::var("TIMELINE_PARENT") {
        return std::os::unix::process::parent_id().to_string() == parent;
    }
    true
}

pub fn recorder() -> &'static Recorder {
    &RECORDER
}

thread_local! {
    static AT_EXIT: AtExit = const { AtExit };
}

/// Writes the files when the main thread ends. With some C libraries, that of Linux among them,
/// this includes the end by `process::exit` on that thread.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        save();
    }
}

/// Sees to it that the files are written, also where no runtime comes to its end.
pub fn save_at_exit() {
    _ = AT_EXIT.try_with(|_| ());
}

/// When the files were last written, how long that took, and with how many events.
static SAVED: Mutex<Option<(Instant, Duration, usize)>> = Mutex::new(None);

/// Writes the files, if there is anything new to write.
pub fn save() {
    let mut saved = SAVED.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(out) = out().filter(|_| RECORDER.is_recording()) else { return };
    let timeline = RECORDER.snapshot();
    let events = timeline.events.len();
    if events == saved.map_or(0, |(_, _, events)| events) {
        return;
    }
    let start = Instant::now();
    let title =
        env::var("TIMELINE_TITLE").unwrap_or_else(|_| "What the tasks did".into());
    let width = env::var("COLUMNS").ok().and_then(|width| width.parse().ok());
    let drawing = timeline.to_terminal(width.unwrap_or(100), true);
    let picture = timeline.to_svg(&Options { title, ..Options::default() });
    let written =
        write(&out.with_extension("txt"), &drawing).and_then(|()| write(&out, &picture));
    if let Err(error) = written {
        eprintln!("cannot write the timeline to {}: {error}", out.display());
    }
    *saved = Some((start, start.elapsed(), events));
}

/// The same, where there may be many ends in a row: not if that would take a tenth of the time.
pub fn save_now_and_then() {
    let saved = *SAVED.lock().unwrap_or_else(PoisonError::into_inner);
    if saved.is_none_or(|(last, took, _)| last.elapsed() > 10 * took) {
        save();
    }
}

/// Aside first, so that nobody reads half a picture.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let aside = path.with_extension("part");
    fs::write(&aside, text)?;
    fs::rename(&aside, path)
}

/// What a task is called that the caller spawns: after the function that made `F`, or else
/// `other`; with a number, and the place in the source.
#[track_caller]
pub fn name<F>(other: &str) -> String {
    let place = Location::caller();
    let (what, nth) = numbered(function(type_name::<F>()).unwrap_or(other));
    format!("{what} {nth}{}", shown(place.file(), place.line(), &program()))
}

/// The same where the place is not known.
pub fn name_alone<F>() -> String {
    let (what, nth) = numbered(function(type_name::<F>()).unwrap_or("task"));
    format!("{what} {nth}")
}

/// What is given to `block_on`: `main` if it is the first.
#[track_caller]
pub fn name_of_main() -> String {
    let place = Location::caller();
    match numbered("block_on") {
        (_, 1) => "main".into(),
        (what, nth) => {
            format!("{what} {nth}{}", shown(place.file(), place.line(), &program()))
        }
    }
}

/// Each name has numbers of its own.
fn numbered(what: &str) -> (&str, u64) {
    static COUNTS: LazyLock<Mutex<HashMap<String, u64>>> = LazyLock::new(Mutex::default);
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let nth = counts.entry(what.to_string()).or_default();
    *nth += 1;
    (what, *nth)
}

fn program() -> String {
    env::var("TIMELINE_PROGRAM").unwrap_or_default()
}

/// A place in the source, for after a name. Nothing if it is not in the course: an iterator's
/// `collect`, for example, does not know who called it.
fn shown(file: &str, line: u32, program: &str) -> String {
    let file = file.replace('\\', "/");
    if file == program {
        return format!(", line {line}");
    }
    let is_ours = !Path::new(&file).is_absolute() && file.starts_with("chapters/");
    match file.rsplit('/').next() {
        Some(name) if is_ours => format!(", {name}:{line}"),
        _ => String::new(),
    }
}

/// The function of whose future, or the closure, this is the type: `process` of
/// `crate::process::{{closure}}` and of `Timeout<crate::process::{{closure}}>`. `None` for an
/// `async` block inside an `async fn`, which has no name.
fn function(of: &'static str) -> Option<&'static str> {
    const CLOSURE: &str = "::{{closure}}";
    let (path, rest) = match of.find(CLOSURE) {
        Some(at) => (&of[..at], &of[at + CLOSURE.len()..]),
        None => (of.split('<').next().unwrap_or(of), ""),
    };
    if rest.starts_with(CLOSURE) {
        return None;
    }
    // `serve<tokio::net::TcpStream>`, `<impl Trait for Type>::run`
    let path = match path.strip_suffix('>') {
        Some(_) => &path[..opening(path)?],
        None => path,
    };
    let name = path.trim_end_matches("::").rsplit([':', '<', ' ', '(']).next()?;
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let fits = !name.is_empty() && name.chars().all(is_name) && name != "main";
    fits.then_some(name)
}

/// Where the bracket opens that the last letter closes.
fn opening(path: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, letter) in path.char_indices().rev() {
        depth += match letter {
            '>' => 1,
            '<' => -1,
            _ => 0,
        };
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{function, shown};

    #[test]
    fn a_task_is_called_after_the_function_that_makes_its_future() {
        for (of, name) in [
            ("x::process::{{closure}}", Some("process")),
            ("x::hub::Session::run::{{closure}}", Some("run")),
            ("x::serve<tokio::net::tcp::stream::TcpStream>::{{closure}}", Some("serve")),
            ("tokio::time::timeout::Timeout<x::job::{{closure}}>", Some("job")),
            ("x::hash", Some("hash")),
            ("tokio::time::sleep::Sleep", Some("Sleep")),
            ("core::pin::Pin<alloc::boxed::Box<dyn core::future::Future>>", Some("Pin")),
            ("x::demo::{{closure}}::{{closure}}", None),
            ("x::main::{{closure}}", None),
        ] {
            assert_eq!(function(of), name, "{of}");
        }
    }

    #[test]
    fn a_place_is_told_as_the_reader_knows_it() {
        let program = "chapters/02-spawning/examples/02-spawning.rs";
        assert_eq!(shown(program, 72, program), ", line 72");
        assert_eq!(shown("chapters/08-select/src/serve.rs", 9, program), ", serve.rs:9");
        assert_eq!(shown("/elsewhere/core/src/iter.rs", 9, program), "");
    }
}

//! The book, rendered in this process by mdBook's own library and kept in memory.
//!
//! It is what `mdbook build book` makes, byte for byte; the server adds the panel when it
//! hands a page out. Since all of it is in memory, no request ever becomes a path on the disk, and
//! a page is of one rendering even while the next one is made.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::body::Bytes;
use mdbook_driver::MDBook;
use notify::{EventKind, RecursiveMode, Watcher};
use tokio::sync::{mpsc, watch};
use tokio::task;

use crate::repo::workspace::Course;

/// How long the sources of the book have to rest before it is rendered again. An editor, or a
/// `git pull`, writes many files in a row.
const REST: Duration = Duration::from_millis(150);

/// How the folders begin into which we render.
const PREFIX: &str = "book-";

/// After this time nobody renders into such a folder any more.
const ABANDONED: Duration = Duration::from_secs(600);

/// One rendering of the book.
#[derive(Debug, Default)]
pub struct Rendered {
    /// Grows by one with each rendering.
    pub revision: u64,
    /// Why the newest sources could not be rendered, in which case the files are older.
    pub problem: Option<String>,
    files: Arc<HashMap<String, File>>,
}

/// A file of the rendered book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its media type, with the character set where it is text.
    pub media_type: String,
    /// Its content.
    pub content: Bytes,
}

impl Rendered {
    /// The file at this path inside the book: `03-shared-state.html`, `css/general.css`.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// The rendering that comes after this one, if it is another.
    fn followed_by(&self, files: Result<HashMap<String, File>>) -> Option<Rendered> {
        let revision = self.revision + 1;
        match files {
            Ok(files) if files == *self.files && self.problem.is_none() => None,
            Ok(files) => {
                Some(Rendered { revision, problem: None, files: Arc::new(files) })
            }
            // What there was is still right, and better than nothing.
            Err(error) => Some(Rendered {
                revision,
                problem: Some(format!("The book cannot be rendered: {error:#}")),
                files: self.files.clone(),
            }),
        }
    }
}

/// The book, which is rendered again whenever its sources change. Clones are of the same one.
#[derive(Debug, Clone)]
pub struct Book {
    renderings: watch::Receiver<Arc<Rendered>>,
}

impl Book {
    /// Begins to render the book, and goes on to do so as long as anybody holds it.
    pub fn start(course: Arc<Course>) -> Book {
        // Before the first rendering: a change while it is made belongs to the next one.
        let (saved, saves) = mpsc::unbounded_channel();
        let watcher = watch_sources(&course.root.join("book"), saved);
        let (sender, renderings) = watch::channel(Arc::default());
        tokio::spawn(async move {
            render_again_and_again(&course, saves, &sender).await;
            drop(watcher);
        });
        Book { renderings }
    }

    /// The renderings: the newest one, and then each that follows. The first of all is number 0
    /// and empty.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Rendered>> {
        self.renderings.clone()
    }

    /// The newest rendering. Waits until there is one.
    pub async fn newest(&self) -> Arc<Rendered> {
        let mut renderings = self.renderings.clone();
        let rendered = renderings.wait_for(|rendered| rendered.revision > 0).await;
        rendered.map(|rendered| rendered.clone()).unwrap_or_default()
    }
}

/// Tells of each change of the book's sources. What is included from elsewhere is recorded, and
/// does not change while somebody reads.
fn watch_sources(
    book: &Path,
    saved: mpsc::UnboundedSender<()>,
) -> notify::Result<notify::RecommendedWatcher> {
    let (sources, output) = (book.join("src"), book.join("book"));
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<_>| {
        let Ok(notify::Event { kind, paths, .. }) = event else { return };
        // Reading is no change, and what `mdbook build` writes there is no source.
        let ours = !matches!(kind, EventKind::Access(_))
            && paths.iter().any(|path| !path.starts_with(&output));
        if ours {
            let _ = saved.send(());
        }
    })?;
    watcher.watch(book, RecursiveMode::NonRecursive)?;
    watcher.watch(&sources, RecursiveMode::Recursive)?;
    Ok(watcher)
}

async fn render_again_and_again(
    course: &Arc<Course>,
    mut saves: mpsc::UnboundedReceiver<()>,
    sender: &watch::Sender<Arc<Rendered>>,
) {
    let mut watched = true;
    loop {
        let files = render_aside(course).await;
        sender.send_if_modified(|newest| match newest.followed_by(files) {
            Some(next) => {
                *newest = Arc::new(next);
                true
            }
            None => false,
        });
        tokio::select! {
            save = saves.recv(), if watched => watched = save.is_some(),
            () = sender.closed() => return,
        }
        while tokio::time::timeout(REST, saves.recv())
            .await
            .is_ok_and(|one| one.is_some())
        {}
        if !watched {
            // The system tells of no saves: this rendering has to do.
            return sender.closed().await;
        }
    }
}

async fn render_aside(course: &Arc<Course>) -> Result<HashMap<String, File>> {
    let course = course.clone();
    // An `MDBook` must not change threads, and works for a while.
    task::spawn_blocking(move || render(&course)).await?
}

/// Renders the book of this course into a folder of its own, and reads it from there.
///
/// # Errors
///
/// Fails if there is no book, or mdBook refuses it.
pub fn render(course: &Course) -> Result<HashMap<String, File>> {
    let aside = course.target_dir.join("course");
    fs::create_dir_all(&aside)
        .with_context(|| format!("cannot make {}", aside.display()))?;
    sweep(&aside);
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&aside)?;
    let root = course.root.join("book");
    // mdBook begins a book where there is none.
    let config = root.join("book.toml");
    let text = fs::read_to_string(&config)
        .with_context(|| format!("cannot read {}", config.display()))?;
    let mut config: mdbook_driver::config::Config = text.parse()?;
    config.build.build_dir = folder.path().to_path_buf();
    config.build.create_missing = false;
    MDBook::load_with_config(root, config)?.build()?;
    let mut files = HashMap::new();
    for path in files_below(folder.path())? {
        let inside = path.strip_prefix(folder.path()).expect("it was found there");
        let name =
            inside.to_str().ok_or_else(|| anyhow!("{} is no text", inside.display()))?;
        files.insert(name.replace('\\', "/"), File::read(&path)?);
    }
    Ok(files)
}

/// Removes the folders that killed runs left behind. No rendering takes ten minutes.
fn sweep(aside: &Path) {
    for entry in fs::read_dir(aside).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let age =
            entry.metadata().and_then(|data| data.modified()).map(|at| at.elapsed());
        if ours && age.is_ok_and(|age| age.is_ok_and(|age| age > ABANDONED)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

impl File {
    fn read(path: &Path) -> Result<File> {
        let content = fs::read(path)?;
        let guess = mime_guess::from_path(path).first_or_octet_stream();
        let mut media_type = guess.to_string();
        if guess.type_() == "text" && guess.get_param("charset").is_none() {
            media_type.push_str("; charset=utf-8");
        }
        Ok(File { media_type, content: content.into() })
    }
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            // What is no folder is a file: mdBook makes no links.
            let list =
                if entry.file_type()?.is_dir() { &mut folders } else { &mut files };
            list.push(entry.path());
        }
    }
    Ok(files)
}

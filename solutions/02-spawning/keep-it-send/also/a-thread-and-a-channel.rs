//! The document lives and dies on a thread of its own, and its words come over a channel.

use std::future::Future;
use std::rc::Rc;
use std::thread;
use tokio::sync::oneshot;

/// A parsed text. It comes from a library, so it stays as it is.
pub struct Document {
    words: Rc<[Rc<str>]>,
}

impl Document {
    /// Takes a text apart. Slow, and counted by the check.
    pub fn parse(text: &str, parsed: impl FnOnce()) -> Document {
        parsed();
        Document { words: text.split(' ').map(Rc::from).collect() }
    }

    /// The first word.
    pub fn title(&self) -> &str {
        self.words.first().map_or("", |word| word)
    }

    /// All words, in order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| &**word)
    }
}

/// Where texts are published, far away and slow to answer.
pub trait Store: Clone + Send + Sync + 'static {
    /// Notes that a text was parsed.
    fn parsed(&self);
    /// Saves a title.
    fn save_title(&self, title: &str) -> impl Future<Output = ()> + Send;
    /// Saves the words of a text, sorted, each of them once.
    fn save_index(&self, words: &[String]) -> impl Future<Output = ()> + Send;
}

/// Publishes one text: its title first, then its index. Returns its number of words.
pub async fn publish<S: Store>(store: S, text: String) -> usize {
    let (sender, words) = oneshot::channel();
    let parser = store.clone();
    thread::spawn(move || {
        let document = Document::parse(&text, || parser.parsed());
        let _ = sender.send(document.words().map(String::from).collect());
    });
    let mut words: Vec<String> = words.await.expect("the thread does not panic");
    let count = words.len();
    let title = words.first().cloned().unwrap_or_default();
    store.save_title(&title).await;
    words.sort();
    words.dedup();
    store.save_index(&words).await;
    count
}

/// Publishes each text in a task of its own.
pub async fn publish_all<S: Store>(store: S, texts: Vec<String>) -> Vec<usize> {
    let spawn = |text| tokio::spawn(publish(store.clone(), text));
    let tasks: Vec<_> = texts.into_iter().map(spawn).collect();
    let mut counts = Vec::new();
    for task in tasks {
        counts.push(task.await.expect("the store does not panic"));
    }
    counts
}

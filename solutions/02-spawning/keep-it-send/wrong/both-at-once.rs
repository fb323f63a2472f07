//! mistake: joined-what-depends
//! The belief: `join!` begins with its first future, so that one is done first.

use std::future::Future;
use std::rc::Rc;

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
    let (title, mut index) = {
        let document = Document::parse(&text, || store.parsed());
        let words: Vec<String> = document.words().map(String::from).collect();
        (document.title().to_owned(), words)
    };
    let count = index.len();
    index.sort();
    index.dedup();
    tokio::join!(store.save_title(&title), store.save_index(&index));
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

//! The future of `publish` is `Send`, does what it did before, and each text has a task.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/02-spawning/keep-it-send/solution.rs"
)]
mod exercise;

use std::sync::{Arc, Mutex};

use exercise::{Document, publish, publish_all};
use probe::{End, Finding, Ops, Verdict};
use tokio::sync::Barrier;
use tokio::task::yield_now;

probe::main!(
    "02-keep-it-send",
    [
        the_library_is_as_it_was,
        the_future_of_publish_can_move_to_another_thread,
        a_text_is_published_title_first,
        a_text_is_parsed_once,
        each_text_has_a_task,
    ]
);

const TEXT: &str = "owls like owls";

/// Notes what is done to it. Needs no clock, so that it works on any thread.
#[derive(Clone, Default)]
struct Store {
    calls: Arc<Mutex<Vec<String>>>,
    ops: Ops,
    /// Where titles wait for each other.
    titles: Option<Arc<Barrier>>,
}

impl Store {
    fn note(&self, call: String) {
        self.calls.lock().expect("nothing panics here").push(call);
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().expect("nothing panics here").clone()
    }

    async fn save(self, call: String, barrier: Option<Arc<Barrier>>) {
        let wait = async {
            yield_now().await;
            if let Some(barrier) = barrier {
                barrier.wait().await;
            }
        };
        self.ops.run(call.clone(), wait).await;
        self.note(call);
    }
}

impl exercise::Store for Store {
    fn parsed(&self) {
        self.note("parsed".into());
    }

    fn save_title(&self, title: &str) -> impl Future<Output = ()> + Send {
        self.clone().save(format!("title {title}"), self.titles.clone())
    }

    fn save_index(&self, words: &[String]) -> impl Future<Output = ()> + Send {
        self.clone().save(format!("index {}", words.join(" ")), None)
    }
}

fn the_library_is_as_it_was() -> Verdict {
    if probe::is_send!(Document::parse(TEXT, || ())) {
        return Err(Finding::unnamed("The library was changed")
            .saw("a `Document` is `Send`")
            .because(
                "`Document` comes from a library that cannot be changed; `publish` can",
            ));
    }
    Ok(())
}

fn the_future_of_publish_can_move_to_another_thread() -> Verdict {
    if probe::is_send!(publish(Store::default(), TEXT.into())) {
        return Ok(());
    }
    Err(Finding::mistake("not-send-across-await")
        .saw("the future of `publish` is not `Send`"))
}

fn a_text_is_published_title_first() -> Verdict {
    let store = Store::default();
    let (count, _) =
        probe::virtual_time(|| publish(store.clone(), TEXT.into())).done()?;
    if count != 3 {
        return Err(Finding::unnamed("The number of words is wrong")
            .saw(format!("{TEXT:?} has 3 words, and `publish` returned {count}")));
    }
    let mut calls = store.calls();
    calls.retain(|call| call != "parsed");
    if calls != ["title owls", "index like owls"] {
        return Err(Finding::unnamed("The store was not told what it should be").saw(
            format!("{TEXT:?} is `title owls` and `index like owls`, and was {calls:?}"),
        ));
    }
    if store.ops.peak() > 1 {
        return Err(Finding::unnamed("The index did not wait for the title")
            .saw("title and index were being saved at the same time"));
    }
    Ok(())
}

fn a_text_is_parsed_once() -> Verdict {
    let store = Store::default();
    probe::virtual_time(|| publish(store.clone(), TEXT.into())).done()?;
    let times = store.calls().iter().filter(|call| *call == "parsed").count();
    if times != 1 {
        return Err(Finding::unnamed("The text was not parsed once")
            .saw(format!("`Document::parse` was called {times} times for one text"))
            .because(
                "a second parse gets round the checker, and costs the parse again",
            ));
    }
    Ok(())
}

fn each_text_has_a_task() -> Verdict {
    // No title is saved before all three are about to be.
    let titles = Some(Arc::new(Barrier::new(3)));
    let store = Store { titles, ..Store::default() };
    let texts = ["fox", "owl and elk", "yak yak"].map(String::from).to_vec();
    let run = probe::virtual_time(|| publish_all(store.clone(), texts));
    let tasks = store.ops.task_ids().len();
    if let End::Stuck = run.end {
        return Err(Finding::unnamed("The texts were not published at the same time").saw(
            format!(
                "no title is saved before those of all 3 texts are under way, and there were {}",
                store.ops.starts()
            ),
        ));
    }
    let (counts, _) = run.done()?;
    if counts != [1, 3, 2] {
        return Err(Finding::unnamed("The numbers of words are wrong")
            .saw(format!("they are 1, 3 and 2, and were {counts:?}")));
    }
    if tasks != 3 {
        return Err(Finding::unnamed("The texts do not have a task each")
            .saw(format!("3 texts were published in {tasks} tasks")));
    }
    Ok(())
}

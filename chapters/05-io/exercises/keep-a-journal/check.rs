//! The answer appends to a file whose only blocking thread the check holds: it can look at
//! the file while the write cannot have happened yet.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/05-io/keep-a-journal/solution.rs"
)]
mod exercise;

use std::future::poll_fn;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;
use std::{env, fs, process};

use probe::{Finding, Verdict};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::runtime::{Builder, Runtime};
use tokio::{io, task, time};

probe::main!(
    "05-keep-a-journal",
    [
        an_entry_is_in_the_file_when_append_returns,
        a_second_entry_follows_the_first,
        an_entry_that_was_not_written_is_an_error,
    ]
);

/// How many bytes one write takes: a `File` has such a bound too, of two megabytes.
const AT_MOST: usize = 64;

/// A file of the check's own, removed at the end.
struct Journal(PathBuf);

impl Journal {
    fn new(content: &str) -> Journal {
        let path = env::temp_dir().join(format!("05-keep-a-journal-{}", process::id()));
        fs::write(&path, content).expect("the temporary folder can be written");
        Journal(path)
    }

    fn open(&self) -> File {
        let file = fs::File::options().append(true).open(&self.0);
        let mut file = File::from_std(file.expect("the journal can be opened"));
        file.set_max_buf_size(AT_MOST);
        file
    }

    fn content(&self) -> String {
        fs::read_to_string(&self.0).expect("the journal can be read")
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// One blocking thread, so that what it does has an order, and a clock that stands still.
fn runtime() -> Runtime {
    Builder::new_current_thread()
        .max_blocking_threads(1)
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime can be built")
}

/// Holds the blocking thread from the moment it gets there until it is dropped.
struct Hold {
    there: mpsc::Receiver<()>,
    _release: mpsc::Sender<()>,
}

impl Hold {
    /// Waits in line for the thread, behind everything that is in line by now.
    fn queue() -> Hold {
        let (arrive, there) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        task::spawn_blocking(move || {
            let _ = arrive.send(());
            let _ = released.recv();
        });
        Hold { there, _release: release }
    }

    /// All that was in line before has been done.
    fn is_there(&self) {
        self.there.recv().expect("the blocking thread runs what it is given");
    }
}

/// Polls `append` only while the blocking thread is held, one job of that thread after the
/// other. Returns the result, and what the file held at that moment. Unless the check is `patient`, an
/// hour goes by before the thread has done anything.
async fn append(
    journal: &Journal,
    file: &mut File,
    entry: &str,
    patient: bool,
) -> Result<(io::Result<()>, String), Finding> {
    let mut appending = pin!(exercise::append(file, entry));
    let mut hold = Hold::queue();
    hold.is_there();
    for step in 0..1000 {
        for an_hour_later in [false, true] {
            if an_hour_later {
                // Whoever waits for a timer has waited long enough. Not so whoever has set
                // one as the end of its patience.
                if patient {
                    break;
                }
                time::advance(Duration::from_secs(3600)).await;
            }
            let polled = poll_fn(|cx| Poll::Ready(appending.as_mut().poll(cx))).await;
            if let Poll::Ready(result) = polled {
                return Ok((result, journal.content()));
            }
            if step > 0 {
                break;
            }
        }
        let next = Hold::queue();
        drop(hold);
        next.is_there();
        hold = next;
    }
    Err(Finding::unnamed("`append` does not return")
        .saw("the blocking thread did a thousand jobs for one entry"))
}

/// Lets everything be written that still waits for the thread, or for a task to run.
async fn finish() {
    for _ in 0..100 {
        task::yield_now().await;
        Hold::queue().is_there();
    }
}

/// Appends, and expects that the file then holds `content`.
async fn expect(
    journal: &Journal,
    file: &mut File,
    entry: &str,
    content: &str,
) -> Verdict {
    let before = journal.content();
    let (mut result, mut at_return) = append(journal, file, entry, false).await?;
    if result.is_err() {
        // It may have set itself an end, and an hour is a long time. So once more, without the hour.
        finish().await;
        fs::write(&journal.0, &before).expect("the journal can be written");
        *file = journal.open();
        (result, at_return) = append(journal, file, entry, true).await?;
    }
    finish().await;
    let later = journal.content();
    if let Err(error) = result {
        return Err(Finding::unnamed("`append` failed")
            .saw(format!("the file can be written, and it returned “{error}”")));
    }
    if at_return == content && later == content {
        return Ok(());
    }
    let saw = format!(
        "when `append` returned Ok the file held {at_return:?}; once the blocking thread was done, {later:?}"
    );
    Err(if later == content {
        Finding::mistake("file-write-is-on-disk").saw(saw)
    } else if later == before && !entry.is_empty() {
        Finding::mistake("drop-flushes").saw(saw)
    } else if later
        == format!("{before}{}", &content[before.len()..][..AT_MOST.min(entry.len())])
        && entry.len() > AT_MOST
    {
        Finding::mistake("write-is-write-all")
            .saw(format!("{saw}; a write to this file takes {AT_MOST} bytes at the most"))
    } else {
        Finding::unnamed("The journal is wrong").saw(saw)
    })
}

fn an_entry_is_in_the_file_when_append_returns() -> Verdict {
    let runtime = runtime();
    let verdict = runtime.block_on(async {
        let journal = Journal::new("");
        expect(&journal, &mut journal.open(), "started", "started\n").await
    });
    runtime.shutdown_background();
    verdict
}

fn a_second_entry_follows_the_first() -> Verdict {
    let runtime = runtime();
    let verdict = runtime.block_on(async {
        let journal = Journal::new("of yesterday\n");
        let mut file = journal.open();
        let mut content = journal.content();
        let long = "an entry of more bytes than one write to this file takes ".repeat(3);
        for entry in ["started", "", "é, and a longer entry", &long, "stopped"] {
            content += entry;
            content += "\n";
            expect(&journal, &mut file, entry, &content).await?;
        }
        Ok(())
    });
    runtime.shutdown_background();
    verdict
}

fn an_entry_that_was_not_written_is_an_error() -> Verdict {
    // Of the long one, the first write fails while the rest is still to be written.
    for entry in ["started", &"a long entry ".repeat(20)] {
        let runtime = runtime();
        let verdict = runtime.block_on(not_written(entry));
        runtime.shutdown_background();
        verdict?;
    }
    Ok(())
}

async fn not_written(entry: &str) -> Verdict {
    let journal = Journal::new("");
    let read_only = fs::File::open(&journal.0).expect("the journal can be opened");
    let mut file = File::from_std(read_only);
    file.set_max_buf_size(AT_MOST);
    let (result, at_return) = append(&journal, &mut file, entry, true).await?;
    let Ok(()) = result else { return Ok(()) };
    // If nobody has asked for the error, it is still there.
    let left = file.flush().await;
    let saw = format!(
        "the file is open for reading only: `append` of {} bytes returned Ok, and the file holds \
         {at_return:?}",
        entry.len()
    );
    Err(match left {
        Err(_) => Finding::mistake("file-write-is-on-disk")
            .saw(format!("{saw}; the error would have come with the next call")),
        Ok(()) => Finding::mistake("result-not-looked-at").saw(format!(
            "{saw}; the error came within this call, and nobody returned it"
        )),
    })
}

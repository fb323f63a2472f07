//! Holds a thread of the pool, to see whether a page needs two, lets an hour go by while a page is loaded, then serves pages with
//! a pool of one thread.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/10-blocking/render-the-page/solution.rs"
)]
mod exercise;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use futures::future::join_all;
use futures::poll;
use probe::{Finding, Pool, Verdict, if_it_hangs, is_of_a_runtime};
use tokio::runtime::{Builder, Runtime};
use tokio::{task, time};

probe::main!(
    "10-render-the-page",
    [
        loading_needs_no_second_thread,
        others_run_while_it_loads_and_renders,
        it_takes_as_long_as_it_takes,
        one_thread_is_enough_for_a_page,
        one_thread_is_enough_for_many_pages,
    ]
);

/// How long the check keeps the second thread from whoever needs it. Only wrong answers take so long.
const A_SECOND_THREAD: Duration = Duration::from_secs(3);

const AN_HOUR: Duration = Duration::from_secs(3_600);

fn runtime(threads: usize) -> Runtime {
    Builder::new_current_thread()
        .max_blocking_threads(threads)
        .enable_all()
        .build()
        .expect("a runtime can be built")
}

fn render(text: String) -> String {
    format!("<p>{text}</p>")
}

fn expect(page: &str) -> Verdict {
    expect_of("a joke", page)
}

fn expect_of(joke: &str, page: &str) -> Verdict {
    let right = render(joke.to_owned());
    if page == right {
        return Ok(());
    }
    Err(Finding::unnamed("The page is wrong").saw(format!(
        "loaded was {joke:?}, rendered is {right:?}, and `page` returned {page:?}"
    )))
}

/// What a run returns, or that Tokio panicked in it because it was called in the wrong place.
fn unless_misplaced<T>(run: impl FnOnce() -> T) -> Result<T, Finding> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default();
        if is_of_a_runtime(said) {
            Finding::mistake("runtime-is-everywhere")
                .saw(format!("on a runtime with one thread, Tokio panicked: “{said}”"))
        } else {
            resume_unwind(panic)
        }
    })
}

fn loading_needs_no_second_thread() -> Verdict {
    if_it_hangs("blocking-pool-nesting");
    // Two threads. The check holds one of them until `load` runs, so that it runs on the other, unless
    // somebody waits there.
    let runtime = runtime(2);
    let (arrive, there) = mpsc::channel();
    let (release, released) = mpsc::channel();
    runtime.spawn_blocking(move || {
        let _ = arrive.send(thread::current().id());
        let _ = released.recv_timeout(A_SECOND_THREAD);
    });
    let held = there.recv().expect("a pool of two threads has one");
    let on_the_held_one = Arc::new(AtomicBool::new(false));
    let note = on_the_held_one.clone();
    let load = move || {
        note.store(thread::current().id() == held, SeqCst);
        let _ = release.send(());
        "a joke".to_owned()
    };
    let page = unless_misplaced(|| runtime.block_on(exercise::page(load, render)));
    runtime.shutdown_background();
    let page = page?;
    if on_the_held_one.load(SeqCst) {
        return Err(Finding::mistake("blocking-pool-nesting").saw(
            "the pool had one free thread, and `load` got none: that thread waited for `load`",
        ));
    }
    expect(&page)
}

fn others_run_while_it_loads_and_renders() -> Verdict {
    if_it_hangs("blocking-in-async");
    let runtime = runtime(2);
    let tasks_thread = thread::current().id();
    let turns = Arc::new(AtomicUsize::new(0));
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let look = |what: &'static str| {
        let (turns, seen) = (turns.clone(), seen.clone());
        move || {
            if thread::current().id() == tasks_thread {
                let saw = format!("`{what}` ran on the thread that runs every task");
                return seen.lock().unwrap().push(saw);
            }
            let (before, start) = (turns.load(SeqCst), Instant::now());
            while turns.load(SeqCst) < before + 10 {
                if start.elapsed() > Duration::from_secs(2) {
                    let saw = format!(
                        "while `{what}` ran on another thread, no task got a turn on this one"
                    );
                    return seen.lock().unwrap().push(saw);
                }
                thread::yield_now();
            }
        }
    };
    let (loading, rendering) = (look("load"), look("render"));
    let count = turns.clone();
    let page = runtime.block_on(async move {
        let neighbor = task::spawn(async move {
            loop {
                count.fetch_add(1, SeqCst);
                task::yield_now().await;
            }
        });
        let load = move || {
            loading();
            "a joke".to_owned()
        };
        let render = move |text| {
            rendering();
            render(text)
        };
        let page = exercise::page(load, render).await;
        neighbor.abort();
        page
    });
    runtime.shutdown_background();
    match seen.lock().unwrap().first() {
        Some(saw) => Err(Finding::mistake("blocking-in-async").saw(saw)),
        None => expect(&page),
    }
}

fn it_takes_as_long_as_it_takes() -> Verdict {
    if_it_hangs("hung");
    for slow in ["load", "render"] {
        // Jobs are under way all the time, so Tokio leaves the clock to us.
        let pool = Pool::paused(3);
        let (_end, ended) = mpsc::channel::<()>();
        pool.runtime().spawn_blocking(move || ended.recv());
        let begun = Arc::new(AtomicBool::new(false));
        let (go_on, gate) = mpsc::channel::<()>();
        let (begins, gate) = (begun.clone(), Arc::new(Mutex::new(gate)));
        let takes_long = move || {
            begins.store(true, SeqCst);
            let _ = gate.lock().unwrap().recv_timeout(A_SECOND_THREAD);
        };
        let mut load_first: Box<dyn FnMut() + Send> = Box::new(|| {});
        let mut render_first: Box<dyn FnMut() + Send> = Box::new(|| {});
        match slow {
            "load" => load_first = Box::new(takes_long),
            _ => render_first = Box::new(takes_long),
        }
        let load = move || {
            load_first();
            "a joke".to_owned()
        };
        let render = move |text| {
            render_first();
            render(text)
        };
        let page = pool.block_on(async {
            let mut page = pin!(exercise::page(load, render));
            let start = Instant::now();
            while !begun.load(SeqCst) && start.elapsed() < A_SECOND_THREAD {
                if let Poll::Ready(page) = poll!(&mut page) {
                    return Ok(page);
                }
                task::yield_now().await;
            }
            time::advance(AN_HOUR).await;
            for _ in 0..10 {
                if let Poll::Ready(page) = poll!(&mut page) {
                    return Err(Finding::unnamed("It does not wait until the page is there").saw(
                        format!("`{slow}` took an hour, and before it was done, `page` returned {page:?}"),
                    ));
                }
                task::yield_now().await;
            }
            let _ = go_on.send(());
            Ok(page.await)
        });
        expect(&page?)?;
    }
    Ok(())
}

fn one_thread_is_enough_for_a_page() -> Verdict {
    if_it_hangs("blocking-pool-nesting");
    let runtime = runtime(1);
    let page = runtime.block_on(exercise::page(|| "a joke".to_owned(), render));
    runtime.shutdown_background();
    expect(&page)
}

fn one_thread_is_enough_for_many_pages() -> Verdict {
    if_it_hangs("blocking-pool-nesting");
    for threads in [1, 2, 3] {
        let runtime = runtime(threads);
        // Each page is another one.
        let joke = |number: usize| format!("joke {number}");
        let page = |number| exercise::page(move || joke(number), render);
        let pages = runtime.block_on(join_all((0..50).map(page)));
        runtime.shutdown_background();
        let mut pages = pages.iter().enumerate();
        pages.try_for_each(|(number, page)| expect_of(&joke(number), page))?;
    }
    Ok(())
}

//! Tasks that share an `Rc`: on one thread they need no lock, and need not be `Send`.
//!
//! ```console
//! $ cargo run --example 02-spawn-local
//! ```

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;

use tokio::task::{LocalSet, spawn_local, yield_now};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // ANCHOR: local
    let visits = Rc::new(RefCell::new(Vec::new()));
    let local = LocalSet::new();
    local
        .run_until(async {
            let tasks = ["fox", "owl", "elk"].map(|name| {
                let visits = Rc::clone(&visits);
                spawn_local(async move {
                    visits.borrow_mut().push(name);
                    yield_now().await; // the others run here, on this thread
                    (name, visits.borrow().len(), thread::current().id())
                })
            });
            for task in tasks {
                let (name, seen, thread) = task.await.expect("no task panics");
                println!("{name} came, and saw {seen} visits after its `.await`");
                assert_eq!(thread, thread::current().id());
            }
        })
        .await;
    // ANCHOR_END: local
    println!("{:?}, all on the thread of `main`", visits.borrow());
}

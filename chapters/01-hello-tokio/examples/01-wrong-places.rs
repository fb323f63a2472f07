//! Tokio called from the wrong places: what each panic says.
//!
//! ```console
//! $ cargo run --example 01-wrong-places
//! ```

use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

// ANCHOR: helpers
/// Runs `body` and prints what it panicked with.
fn case(name: &str, body: impl FnOnce()) {
    println!("{name}");
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(()) => println!("  no panic"),
        Err(payload) => {
            let said = payload.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| payload.downcast_ref::<&str>().copied());
            println!("  {}", said.unwrap_or("(no message)"));
        }
    }
}

/// Runs `body` inside a runtime.
fn inside(body: impl FnOnce()) {
    runtime().block_on(async { body() });
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be built")
}
// ANCHOR_END: helpers

fn main() {
    panic::set_hook(Box::new(|_| ())); // the messages are printed by `case`

    println!("--- no runtime here");
    case("tokio::spawn", || {
        tokio::spawn(async {});
    });
    case("Handle::current", || {
        Handle::current();
    });
    case("tokio::time::sleep", || {
        drop(tokio::time::sleep(Duration::from_millis(1)));
    });

    // ANCHOR: nested
    println!("--- a runtime already runs this thread");
    case("Runtime::block_on inside async", || {
        let other = runtime();
        inside(|| other.block_on(async {}));
    });
    case("Handle::current().block_on inside async", || {
        inside(|| Handle::current().block_on(async {}));
    });
    case("#[tokio::main] inside async", || {
        #[tokio::main]
        async fn helper() {}
        inside(helper);
    });
    case("Receiver::blocking_recv inside async", || {
        let (_tell, mut told) = tokio::sync::mpsc::channel::<()>(1);
        inside(|| assert_eq!(told.blocking_recv(), None));
    });
    case("a runtime dropped inside async", || {
        let other = runtime();
        inside(|| drop(other));
    });
    case("a client with a runtime in it dropped inside async", || {
        let listener =
            std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let addr = listener.local_addr().expect("it is bound");
        let client = mini_redis::blocking_client::connect(addr).expect("it is listening");
        inside(|| drop(client));
    });
    // ANCHOR_END: nested

    println!("--- a runtime that was built without its drivers");
    case("tokio::time::sleep without enable_time", || {
        let poor = Builder::new_current_thread().build().expect("a runtime can be built");
        poor.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
    });
    case("TcpListener::bind without enable_io", || {
        let poor = Builder::new_current_thread().build().expect("a runtime can be built");
        drop(poor.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")));
    });

    println!("--- allowed");
    case("tokio::spawn in an entered runtime", || {
        let runtime = runtime();
        let _guard = runtime.enter();
        tokio::spawn(async {});
    });
    case("Handle::block_on on a spawn_blocking thread", || {
        runtime().block_on(async {
            let work = || Handle::current().block_on(async {});
            tokio::task::spawn_blocking(work).await.expect("does not panic");
        });
    });
    case("shutdown_background inside async", || {
        let other = runtime();
        inside(|| other.shutdown_background());
    });
}

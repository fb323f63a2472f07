//! A client that blocks has a runtime of its own that lives as long as the connection, and
//! can be dropped anywhere.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/01-hello-tokio/blocking-client/solution.rs"
)]
mod exercise;

use std::any::Any;
use std::future::pending;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, panic, thread};

use exercise::BlockingClient;
use mini_redis::Result;
use probe::{Finding, Verdict};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::spawn_blocking;

probe::main!(
    "01-blocking-client",
    [
        it_works_where_no_runtime_is,
        it_works_on_another_thread,
        two_clients_work_side_by_side,
        it_works_on_a_spawn_blocking_thread,
        it_can_be_dropped_inside_async_code,
        an_error_is_returned,
        dropping_it_closes_the_connection,
        dropping_it_leaves_no_runtime_behind,
    ]
);

/// How long a connection may take to close. It needs microseconds; only where nobody closes
/// it does this much time go by.
const PATIENCE: Duration = Duration::from_secs(4);

/// A listener that nobody answers for, and its address.
fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let addr = listener.local_addr().expect("it is bound").to_string();
    (listener, addr)
}

/// The address of a server that runs until this process ends.
fn server() -> String {
    let (listener, addr) = listener();
    listener.set_nonblocking(true).expect("a socket can be set to non-blocking");
    thread::spawn(move || {
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            mini_redis::server::run(listener, pending::<()>()).await
        })
    });
    addr
}

/// What a server says that is out of order.
const OUT_OF_ORDER: &str = "ERR out of order";

/// The address of a server that answers whatever it reads with an error.
fn out_of_order() -> String {
    let (listener, addr) = listener();
    let answer = |mut stream: TcpStream| {
        while let Ok(1..) = stream.read(&mut [0; 512]) {
            let _ = write!(stream, "-{OUT_OF_ORDER}\r\n");
        }
    };
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    addr
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be built")
}

/// Runs a piece of the answer's code and explains how it failed.
fn explained<T>(
    what: &str,
    body: impl FnOnce() -> Result<T>,
) -> std::result::Result<T, Finding> {
    // Without a thread in the runtime that the connection belongs to, a reply never comes.
    probe::if_it_hangs("runtime-is-everywhere");
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) if probe::is_of_a_runtime(&error.to_string()) => {
            let saw = format!("{what}: the error “{error}”");
            Err(Finding::mistake("runtime-is-everywhere").saw(saw))
        }
        Ok(Err(error)) => {
            let saw = format!("{what}: the error “{error}”");
            // On the threads that are there for blocking calls, a runtime is found as well.
            Err(match Handle::try_current() {
                Ok(_) => Finding::mistake("blocking-refused").saw(saw),
                Err(_) => Finding::unnamed("A call returned an error").saw(saw),
            })
        }
        Err(payload) if probe::is_of_a_runtime(words(&*payload)) => {
            let saw = format!("{what}: a panic, “{}”", words(&*payload));
            Err(Finding::mistake("runtime-is-everywhere").saw(saw))
        }
        Err(payload) => resume_unwind(payload),
    }
}

/// The text that a panic carries.
fn words(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&'static str>().copied()).unwrap_or_default()
}

/// Sets a key and gets it back, and gets one that is not there.
fn talk(client: &mut BlockingClient, key: &str) -> Verdict {
    let missing = explained("`get` of a missing key", || client.get("missing"))?;
    explained("`set`", || client.set(key, "owl"))?;
    let value = explained("`get`", || client.get(key))?;
    match (missing, value.as_deref()) {
        (None, Some(b"owl")) => Ok(()),
        (missing, value) => Err(Finding::unnamed("A value is wrong").saw(format!(
            "after `set({key:?}, \"owl\")`, `get` returned {value:?}; for a missing key {missing:?}"
        ))),
    }
}

fn connect(addr: &str) -> std::result::Result<BlockingClient, Finding> {
    explained("`connect`", || BlockingClient::connect(addr))
}

fn dropped(client: BlockingClient) -> Verdict {
    explained("dropping the client", || {
        let _dropped_here = client;
        Ok(())
    })
}

fn it_works_where_no_runtime_is() -> Verdict {
    let mut client = connect(&server())?;
    talk(&mut client, "bird")?;
    dropped(client)
}

fn it_works_on_another_thread() -> Verdict {
    let mut client = connect(&server())?;
    let on_a_thread = || talk(&mut client, "bird");
    thread::scope(|scope| scope.spawn(on_a_thread).join())
        .unwrap_or_else(|p| resume_unwind(p))?;
    dropped(client)
}

fn two_clients_work_side_by_side() -> Verdict {
    let addr = server();
    let (mut one, mut two) = (connect(&addr)?, connect(&addr)?);
    talk(&mut one, "first")?;
    talk(&mut two, "second")?;
    dropped(one)?;
    // The end of one is not the end of the other.
    talk(&mut two, "third")?;
    dropped(two)
}

fn it_works_on_a_spawn_blocking_thread() -> Verdict {
    let addr = server();
    let runtime = runtime();
    runtime.block_on(async {
        let whole = spawn_blocking(move || {
            let mut client = connect(&addr)?;
            talk(&mut client, "bird")?;
            dropped(client)
        });
        whole.await.unwrap_or_else(|error| resume_unwind(error.into_panic()))
    })
}

fn dropped_inside_async_code(client: BlockingClient) -> Verdict {
    let panics = panics_of_this_thread();
    runtime().block_on(async move {
        explained("dropping the client inside `async` code", || {
            let _dropped_here = client;
            Ok(())
        })
    })?;
    let panics = panics.lock().expect("nothing panics here");
    match panics.iter().find(|message| probe::is_of_a_runtime(message)) {
        None => Ok(()),
        Some(message) => Err(Finding::mistake("runtime-is-everywhere").saw(format!(
            "dropping the client inside `async` code: a panic, and it was caught, “{message}”"
        ))),
    }
}

/// Collects what panics of this thread say from now on, whether somebody catches them or not.
fn panics_of_this_thread() -> Arc<Mutex<Vec<String>>> {
    let panics = Arc::<Mutex<Vec<String>>>::default();
    let (seen, this, previous) =
        (panics.clone(), thread::current().id(), panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == this {
            let mut seen = seen.lock().expect("nothing panics here");
            seen.push(words(info.payload()).to_owned());
        }
        previous(info);
    }));
    panics
}

fn it_can_be_dropped_inside_async_code() -> Verdict {
    let mut client = connect(&server())?;
    talk(&mut client, "bird")?;
    dropped_inside_async_code(client)
}

fn an_error_is_returned() -> Verdict {
    // No program can listen on port 0.
    const NOWHERE: &str = "127.0.0.1:0";
    let error = runtime().block_on(mini_redis::client::connect(NOWHERE)).err();
    let error = error.expect("nobody listens on port 0");
    let (said, shown) = (error.to_string(), format!("{error:?}"));
    let connected =
        not_a_panic("connect", &[&said, &shown], || BlockingClient::connect(NOWHERE))?;
    if connected.is_ok() {
        return Err(Finding::unnamed("`connect` returned without a connection").saw(
            "nobody can listen on port 0, and `connect(\"127.0.0.1:0\")` returned Ok",
        ));
    }
    let mut client = connect(&out_of_order())?;
    probe::if_it_hangs("hung");
    let get = not_a_panic("get", &[OUT_OF_ORDER], || client.get("bird"))?;
    let set = not_a_panic("set", &[OUT_OF_ORDER], || client.set("bird", "owl"))?;
    let get = get.map(|value| format!("{value:?}"));
    let set = set.map(|()| "()".to_owned());
    for (what, returned) in [("get", get), ("set", set)] {
        if let Ok(value) = returned {
            return Err(Finding::mistake("result-not-looked-at").saw(format!(
                "the server answered with an error, and `{what}` returned Ok({value})"
            )));
        }
    }
    dropped(client)
}

/// What a call returns that has to fail, unless it panics with the words of its error.
fn not_a_panic<T>(
    what: &str,
    error: &[&str],
    call: impl FnOnce() -> Result<T>,
) -> std::result::Result<Result<T>, Finding> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        let panic = words(&*payload);
        if !error.iter().any(|words| panic.contains(words)) {
            resume_unwind(payload);
        }
        let saw = format!("`{what}` had to fail, and panicked: “{panic}”");
        Finding::mistake("error-became-panic").saw(saw)
    })
}

fn dropping_it_closes_the_connection() -> Verdict {
    for place in ["", " inside `async` code"] {
        let (listener, addr) = listener();
        let client = connect(&addr)?;
        // No more than that, if the client has not connected.
        probe::if_it_hangs("hung");
        let (stream, _) = listener.accept().expect("the client has connected");
        match place {
            "" => dropped(client)?,
            _ => dropped_inside_async_code(client)?,
        }
        // An answer may close it on another thread, and a little later.
        if !closes(stream) {
            return Err(Finding::mistake("leaked-client").saw(format!(
                "the client was dropped{place}, and its connection was still open {} s later",
                PATIENCE.as_secs()
            )));
        }
    }
    Ok(())
}

/// A runtime holds files of its own. Where there is no such folder, the case sees nothing.
fn dropping_it_leaves_no_runtime_behind() -> Verdict {
    const CLIENTS: usize = 20;
    let open = || fs::read_dir("/dev/fd").map(Iterator::count).unwrap_or_default();
    let ((listener, addr), inside) = (listener(), runtime());
    for place in ["", " inside `async` code"] {
        let one_after_another = |clients| {
            (0..clients).try_for_each(|_| {
                let client = connect(&addr)?;
                drop(listener.accept().expect("the client has connected"));
                match place {
                    "" => dropped(client),
                    _ => inside.block_on(async { dropped(client) }),
                }
            })
        };
        // What the first one makes may be there for all that follow.
        one_after_another(1)?;
        let before = open();
        one_after_another(CLIENTS)?;
        // An answer may end its runtime on another thread, and a little later.
        let start = Instant::now();
        while open() >= before + CLIENTS {
            if start.elapsed() > PATIENCE {
                return Err(Finding::mistake("leaked-client").saw(format!(
                    "{CLIENTS} clients were dropped{place}, and {} s later {} more files were \
                     open than before: those of their runtimes",
                    PATIENCE.as_secs(),
                    open() - before
                )));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
    Ok(())
}

/// Whether the other side closes this connection.
fn closes(mut stream: TcpStream) -> bool {
    stream.set_read_timeout(Some(PATIENCE)).expect("four seconds are not zero");
    loop {
        match stream.read(&mut [0; 512]) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return false,
                ErrorKind::Interrupted => {}
                _ => return true,
            },
        }
    }
}

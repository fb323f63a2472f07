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
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, panic, thread};

use exercise::BlockingClient;
use mini_redis::Result;
use probe::words::{bytes, cut};
use probe::{Finding, Verdict};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::spawn_blocking;

probe::main!(
    "01-blocking-client",
    [
        it_works_where_no_runtime_is,
        it_works_on_another_thread,
        values_come_back_as_they_are,
        two_clients_work_side_by_side,
        it_works_on_a_spawn_blocking_thread,
        it_can_be_dropped_inside_async_code,
        it_can_be_dropped_in_a_task,
        an_error_is_returned,
        a_connection_that_closes_is_an_error,
        it_works_on_after_an_error,
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

/// What a server of the check does with a request.
#[derive(Clone, Copy)]
enum Mood {
    /// It answers each with an error.
    OutOfOrder,
    /// It answers the first with an error, and those after it as a server should.
    OutOfOrderOnce,
    /// It closes the connection.
    Closes,
}

/// The address of a server that reads requests and is in such a mood.
fn moody(mood: Mood) -> String {
    let (listener, addr) = listener();
    // Of all connections: a client may make a new one.
    let requests = AtomicUsize::new(0);
    let answer = move |mut stream: TcpStream| {
        let mut buffer = [0; 512];
        while let Ok(n @ 1..) = stream.read(&mut buffer) {
            let first = requests.fetch_add(1, Relaxed) == 0;
            let request = String::from_utf8_lossy(&buffer[..n]).to_lowercase();
            let _ = match mood {
                Mood::Closes => break,
                Mood::OutOfOrderOnce if !first && request.contains("get") => {
                    write!(stream, "$3\r\nowl\r\n")
                }
                Mood::OutOfOrderOnce if !first => write!(stream, "+OK\r\n"),
                _ => write!(stream, "-{OUT_OF_ORDER}\r\n"),
            };
        }
    };
    thread::spawn(move || {
        let answer = &answer;
        thread::scope(|scope| {
            for stream in listener.incoming().flatten() {
                scope.spawn(move || answer(stream));
            }
        });
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
    probe::if_it_hangs(Finding::mistake("runtime-is-everywhere").because(
        "a reply wakes nobody unless a thread is in the runtime that the connection belongs to: one of its \
         workers, or one that is in its `block_on`",
    ));
    explained_unless_it_hangs(what, body)
}

fn explained_unless_it_hangs<T>(
    what: &str,
    body: impl FnOnce() -> Result<T>,
) -> std::result::Result<T, Finding> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            let saw = format!("{what}: the error “{error}”");
            if let Some(finding) = probe::of_a_runtime(&error.to_string()) {
                return Err(finding.saw(saw));
            }
            // On the threads that are there for blocking calls, a runtime is found as well.
            Err(match Handle::try_current() {
                Ok(_) => Finding::mistake("blocking-refused").saw(saw),
                Err(_) => Finding::unnamed("A call returned an error").saw(saw),
            })
        }
        Err(payload) => match probe::of_a_runtime(words(&*payload)) {
            Some(finding) => {
                Err(finding.saw(format!("{what}: a panic, “{}”", words(&*payload))))
            }
            None => resume_unwind(payload),
        },
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
    if let Some(value) = missing {
        return Err(Finding::unnamed("A value is wrong").saw(format!(
            "`get` of a key that is not there returned Some(\"{}\")",
            bytes(&value)
        )));
    }
    explained("`set`", || client.set(key, "owl"))?;
    comes_back(client, key, b"owl")
}

/// Gets a value that was set.
fn comes_back(client: &mut BlockingClient, key: &str, set: &[u8]) -> Verdict {
    let value = explained("`get`", || client.get(key))?;
    let Some(text) = value.as_deref() else {
        return Err(match set {
            [] => Finding::mistake("empty-is-nothing"),
            _ => Finding::unnamed("A value is wrong"),
        }
        .saw(wrong_value(key, set, "None")));
    };
    if text == set {
        return Ok(());
    }
    Err(match text == set.trim_ascii() {
        true => Finding::mistake("bytes-are-text"),
        false => Finding::unnamed("A value is wrong"),
    }
    .saw(wrong_value(key, set, &format!("Some(\"{}\")", bytes(text)))))
}

fn wrong_value(key: &str, set: &[u8], got: &str) -> String {
    format!("`{key}` was set to \"{}\", and `get` returned {}", bytes(set), cut(got))
}

fn values_come_back_as_they_are() -> Verdict {
    let addr = server();
    let mut client = connect(&addr)?;
    let long = "a long value of many words. ".repeat(8_000);
    for value in
        ["owl", " owl ", "owl\r\n", "$3\r\nowl\r\n", "", "42", "сова и ёж", &long]
    {
        explained("`set`", || client.set("key", value))?;
        comes_back(&mut client, "key", value.as_bytes())?;
    }
    // What others have set need not be text.
    let binary = b"\x00\xff\xfe owl \x80\n";
    runtime().block_on(async {
        let mut other =
            mini_redis::client::connect(&addr).await.expect("the server is there");
        other.set("binary", binary.to_vec().into()).await.expect("the server is there");
    });
    // Every text came back as it was, so what goes wrong now is that this is none.
    match catch_unwind(AssertUnwindSafe(|| client.get("binary"))) {
        Ok(Ok(Some(value))) if value == binary => dropped(client),
        returned => {
            let got = match returned {
                Ok(Ok(Some(value))) => format!("Some(\"{}\")", bytes(&value)),
                Ok(Ok(None)) => "None".into(),
                Ok(Err(error)) => format!("the error “{error}”"),
                Err(payload) => format!("nothing: it panicked, “{}”", words(&*payload)),
            };
            Err(Finding::mistake("bytes-are-text")
                .saw(wrong_value("binary", binary, &got)))
        }
    }
}

fn connect(addr: &str) -> std::result::Result<BlockingClient, Finding> {
    explained("`connect`", || BlockingClient::connect(addr))
}

fn dropped(client: BlockingClient) -> Verdict {
    dropped_there("dropping the client", client)
}

fn dropped_there(what: &str, client: BlockingClient) -> Verdict {
    probe::if_it_hangs(
        Finding::unnamed("Dropping the client never ends").because(
            "the drop waits for something that waits for the drop: for a thread that is joined, say, while \
             the client still holds what that thread waits to see closed",
        ),
    );
    explained_unless_it_hangs(what, || {
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
    let what = "dropping the client inside `async` code";
    let panics = Panics::of_this_thread();
    runtime().block_on(async move { dropped_there(what, client) })?;
    panics.verdict(what)
}

/// What panics of some thread say, whether somebody catches them or not.
struct Panics(Arc<Mutex<Vec<String>>>);

impl Panics {
    fn verdict(&self, what: &str) -> Verdict {
        let panics = self.0.lock().expect("nothing panics here");
        match panics.iter().find_map(|said| Some((said, probe::of_a_runtime(said)?))) {
            None => Ok(()),
            Some((said, finding)) => {
                Err(finding.saw(format!("{what}: a panic, and it was caught, “{said}”")))
            }
        }
    }

    /// Collects from now on.
    fn of_this_thread() -> Panics {
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
        Panics(panics)
    }
}

fn it_can_be_dropped_inside_async_code() -> Verdict {
    let mut client = connect(&server())?;
    talk(&mut client, "bird")?;
    dropped_inside_async_code(client)
}

fn it_can_be_dropped_in_a_task() -> Verdict {
    let addr = server();
    // In a task of a runtime with workers.
    let client = connect(&addr)?;
    let workers = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let workers = workers.expect("a runtime can be built");
    let task = async move { dropped_there("dropping the client in a task", client) };
    let ended = workers.block_on(async { tokio::spawn(task).await });
    ended.unwrap_or_else(|error| resume_unwind(error.into_panic()))?;
    // With a task that is dropped with its runtime.
    let mut client = connect(&addr)?;
    talk(&mut client, "bird")?;
    let runtime = runtime();
    runtime.spawn(async move {
        let _dropped_with_the_task = client;
        pending::<()>().await;
    });
    runtime.block_on(tokio::task::yield_now());
    let panics = Panics::of_this_thread();
    drop(runtime);
    panics.verdict("dropping the client with a task, at the end of its runtime")
}

fn an_error_is_returned() -> Verdict {
    // No program can listen on port 0.
    let nowhere = "127.0.0.1:0";
    if not_a_panic("connect", || BlockingClient::connect(nowhere))?.is_ok() {
        return Err(Finding::unnamed("`connect` returned without a connection").saw(
            "nobody can listen on port 0, and `connect(\"127.0.0.1:0\")` returned Ok",
        ));
    }
    let mut client = connect(&moody(Mood::OutOfOrder))?;
    fails(&mut client, "the server answered with an error")?;
    dropped(client)
}

fn a_connection_that_closes_is_an_error() -> Verdict {
    let addr = moody(Mood::Closes);
    for call in [GET, SET] {
        let mut client = connect(&addr)?;
        fails_at(&mut client, call, "the server closed the connection")?;
        dropped(client)?;
    }
    Ok(())
}

fn it_works_on_after_an_error() -> Verdict {
    for call in [GET, SET] {
        let mut client = connect(&moody(Mood::OutOfOrderOnce))?;
        fails_at(&mut client, call, "the server answered with an error")?;
        let after = not_a_panic("get", || client.get("bird"))?;
        let after = after.map(|value| value.as_deref() == Some(b"owl"));
        if !matches!(after, Ok(true)) {
            return Err(Finding::unnamed("The client was of no use after an error")
                .saw(format!(
                    "the server answered one request with an error, and would have answered the next with \
                     “owl”; that `get` returned {}",
                    match after {
                        Ok(_) => "something else".to_owned(),
                        Err(error) => format!("the error “{error}”"),
                    }
                ))
                .because(
                    "an error that the server answers says something of that request alone, and the connection \
                     is as good as before",
                ));
        }
        dropped(client)?;
    }
    Ok(())
}

/// A call of a method, which returns its value as a text.
#[derive(Clone, Copy)]
struct Call {
    name: &'static str,
    make: fn(&mut BlockingClient) -> Result<String>,
}

const GET: Call = Call {
    name: "get",
    make: |client| client.get("bird").map(|value| format!("{value:?}")),
};

const SET: Call =
    Call { name: "set", make: |client| client.set("bird", "owl").map(|()| "()".into()) };

/// That both methods return an error.
fn fails(client: &mut BlockingClient, why: &str) -> Verdict {
    fails_at(client, GET, why)?;
    fails_at(client, SET, why)
}

fn fails_at(client: &mut BlockingClient, call: Call, why: &str) -> Verdict {
    probe::if_it_hangs("hung");
    let Call { name, make } = call;
    match not_a_panic(name, || make(client))? {
        Err(_) => Ok(()),
        Ok(value) => Err(Finding::mistake("result-not-looked-at")
            .saw(format!("{why}, and `{name}` returned Ok({value})"))),
    }
}

/// What a call returns that has to fail, unless it panics: it would not, if it had not to fail.
fn not_a_panic<T>(
    what: &str,
    call: impl FnOnce() -> Result<T>,
) -> std::result::Result<Result<T>, Finding> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| {
        let panic = words(&*payload);
        if panic.starts_with("not yet implemented") {
            resume_unwind(payload);
        }
        let saw = format!("`{what}` had to fail, and panicked: “{panic}”");
        let of_a_runtime =
            probe::of_a_runtime(panic).map(|finding| finding.saw(saw.clone()));
        of_a_runtime.unwrap_or_else(|| Finding::mistake("error-became-panic").saw(saw))
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

/// Files and threads that this process has: a runtime holds files of its own. Where the system
/// does not tell, there are none.
#[derive(Clone, Copy)]
struct Held {
    files: usize,
    threads: usize,
}

impl Held {
    fn now() -> Held {
        let entries = |path| fs::read_dir(path).map(Iterator::count).unwrap_or_default();
        Held { files: entries("/dev/fd"), threads: entries("/proc/self/task") }
    }

    /// Waits until there are fewer than `clients` more than `self`: an answer may end its runtime or its
    /// thread a little later.
    fn is_all_that_is_left(self, what: &str, clients: usize) -> Verdict {
        let start = Instant::now();
        loop {
            let now = Held::now();
            let more = |now: usize, before: usize| now.saturating_sub(before);
            let (files, threads) =
                (more(now.files, self.files), more(now.threads, self.threads));
            if files < clients && threads < clients {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                let of = match (files >= clients, threads >= clients) {
                    (true, true) => {
                        format!("{files} more files and {threads} more threads")
                    }
                    (true, false) => format!("{files} more files"),
                    (false, _) => format!("{threads} more threads"),
                };
                return Err(Finding::mistake("leaked-client").saw(format!(
                    "{what}, and {} s later there were {of} than before",
                    PATIENCE.as_secs(),
                )));
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn dropping_it_leaves_no_runtime_behind() -> Verdict {
    const CLIENTS: usize = 12;
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
        let before = Held::now();
        one_after_another(CLIENTS)?;
        before.is_all_that_is_left(
            &format!("{CLIENTS} clients were made and dropped{place}"),
            CLIENTS,
        )?;
    }
    let before = Held::now();
    for _ in 0..CLIENTS {
        let connected =
            not_a_panic("connect", || BlockingClient::connect("127.0.0.1:0"))?;
        drop(connected);
    }
    before.is_all_that_is_left(&format!("`connect` failed {CLIENTS} times"), CLIENTS)
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

//! The book on `http://127.0.0.1:PORT`, with a panel that shows what the terminal shows.
//!
//! Every page on the internet may send requests to this port from the reader's own browser, so
//! each is suspected (`guard`):
//!
//! - The server listens on the loopback address alone, and answers only those who call it by that
//!   name: a foreign `Host` is how a DNS name that was made to point here would look.
//! - A foreign `Origin` is refused, and so is `null`, which a sandboxed frame sends.
//! - What does something is a `POST` with our own `Origin` and with the token that this run put
//!   into its pages. It names an exercise; which command runs, with which file, is not the
//!   page's to say.
//! - No page of another site may show ours in a frame, where a click could be stolen.
//!
//! Files come from memory ([`Rendered`]), so no request is a path on the disk.

use std::convert::Infallible;
use std::env;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures::{Stream, StreamExt, stream};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::live::book::{Book, File, Rendered};
use crate::live::engine::{Action, Live};
use crate::live::state::Snapshot;
use crate::repo::workspace::Course;
use crate::run::port::{NEAR, PORT};

/// The header that carries the token of this run.
const TOKEN: HeaderName = HeaderName::from_static("x-course-token");

const SCRIPT: &str = include_str!("../../assets/panel.js");
const STYLE: &str = include_str!("../../assets/panel.css");

/// The running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// What every request sees.
#[derive(Clone)]
struct Shared {
    live: Live,
    book: Book,
    /// The names by which this server may be called: `127.0.0.1:3000`, `localhost:3000`.
    hosts: Arc<[String; 2]>,
    /// Changes with each run, so that a page knows when it is of an older one.
    run: Arc<str>,
    /// What a page has to show before it may do something.
    token: Arc<str>,
    editor: Option<Arc<Editor>>,
}

impl Server {
    /// Serves the book at this port.
    ///
    /// # Errors
    ///
    /// Fails if the system has no random numbers.
    pub fn start(live: Live, book: Book, listener: TcpListener) -> Result<Server> {
        let address = listener.local_addr()?;
        let port = address.port();
        let shared = Shared {
            live,
            book,
            hosts: Arc::new([format!("127.0.0.1:{port}"), format!("localhost:{port}")]),
            run: random()?.into(),
            token: random()?.into(),
            editor: Editor::of_the_reader().map(Arc::new),
        };
        let task = tokio::spawn(async move {
            // It accepts for as long as this process lives.
            let _ = axum::serve(listener, router(shared)).await;
        });
        Ok(Server { address, task })
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Binds the port that is asked for, or a free one near [`PORT`].
///
/// # Errors
///
/// Fails if the one that is asked for cannot be had.
pub async fn listen(port: Option<u16>) -> Result<TcpListener> {
    let here = |port| (Ipv4Addr::LOCALHOST, port);
    if let Some(port) = port {
        return TcpListener::bind(here(port)).await.with_context(|| {
            format!(
                "port {port} cannot be used: leave out --port, and a free one is chosen"
            )
        });
    }
    for port in PORT..PORT + NEAR {
        if let Ok(listener) = TcpListener::bind(here(port)).await {
            return Ok(listener);
        }
    }
    TcpListener::bind(here(0)).await.context("no port of 127.0.0.1 is free")
}

/// 128 random bits, in hex.
fn random() -> Result<String> {
    let mut bytes = [0; 16];
    if let Err(error) = getrandom::fill(&mut bytes) {
        bail!("the system has no random numbers: {error}");
    }
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/live/panel.js", get(async || asset("text/javascript", SCRIPT)))
        .route("/live/panel.css", get(async || asset("text/css", STYLE)))
        .route("/live/events", get(events))
        .route("/live/check", post(check))
        .route("/live/hint", post(hint))
        .route("/live/open", post(open))
        .fallback(get(page))
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
        .with_state(shared)
}

// ---- who may ask ----

/// Refuses what is not from a page of ours, and says to the browser what pages of ours may do.
async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = match shared.refusal(&request) {
        Some(why) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
        None => next.run(request).await,
    };
    // Without JavaScript, mdBook shows its table of contents in a frame of the same page.
    let framed_by = if path == "/toc.html" { "'self'" } else { "'none'" };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'unsafe-inline'; \
         style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'self'; \
         form-action 'none'; frame-ancestors {framed_by}"
    );
    let frames = if path == "/toc.html" { "SAMEORIGIN" } else { "DENY" };
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::X_FRAME_OPTIONS, frames),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        let value = HeaderValue::from_str(value).expect("it is plain ASCII");
        response.headers_mut().insert(name, value);
    }
    response
}

impl Shared {
    /// Why this request is not answered, if it is not.
    fn refusal(&self, request: &Request) -> Option<&'static str> {
        let headers = request.headers();
        // A request may name the host in its first line, too, and that one counts then.
        let named = request.uri().authority().map(|one| one.as_str());
        let ours = |host: &str| self.hosts.iter().any(|one| one == host);
        if !only(headers, &header::HOST).is_some_and(ours) || !named.is_none_or(ours) {
            return Some("this server answers to 127.0.0.1 and localhost alone");
        }
        let ours = |origin: &str| origin.strip_prefix("http://").is_some_and(ours);
        let origin = headers.contains_key(header::ORIGIN);
        if origin && !only(headers, &header::ORIGIN).is_some_and(ours) {
            return Some("this server answers to its own pages alone");
        }
        if !request.uri().path().starts_with("/live/") {
            return None;
        }
        // Every browser of today says from where a request comes.
        let site = headers.get("sec-fetch-site");
        if site.is_some_and(|site| site != "same-origin") {
            return Some("this server answers to its own pages alone");
        }
        let acts = request.method() == Method::POST;
        let token = only(headers, &TOKEN);
        if acts && (!origin || token != Some(&*self.token)) {
            return Some("this page is of an earlier run: load it again");
        }
        None
    }
}

/// The value of a header that is there once, and is text.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

// ---- what pages get ----

fn asset(media_type: &'static str, content: &'static str) -> Response {
    let media_type = format!("{media_type}; charset=utf-8");
    ([(header::CONTENT_TYPE, media_type)], content).into_response()
}

/// A file of the book.
async fn page(State(shared): State<Shared>, uri: Uri) -> Response {
    let rendered = shared.book.newest().await;
    let path = match uri.path().trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    match rendered.file(path) {
        Some(file) => shared.respond(&rendered, path, file),
        None => {
            let mut response = match rendered.file("404.html") {
                Some(file) => shared.respond(&rendered, "404.html", file),
                // There is no book at all.
                None => {
                    let why = rendered.problem.as_deref().unwrap_or("There is no book.");
                    return (StatusCode::INTERNAL_SERVER_ERROR, format!("{why}\n"))
                        .into_response();
                }
            };
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    }
}

impl Shared {
    fn respond(&self, rendered: &Rendered, path: &str, file: &File) -> Response {
        // The contents in a frame, and all pages in one, have no exercises of their own.
        let plain =
            ["toc.html", "print.html"].contains(&path) || !path.ends_with(".html");
        let whole = (!plain).then(|| std::str::from_utf8(&file.content).ok()).flatten();
        let body = match whole.and_then(|text| text.split_once("</head>")) {
            Some((head, rest)) => {
                let panel = self.panel(rendered.revision, path);
                format!("{head}{panel}</head>{rest}").into()
            }
            None => file.content.clone(),
        };
        ([(header::CONTENT_TYPE, file.media_type.clone())], body).into_response()
    }

    /// What a page needs to come alive.
    fn panel(&self, revision: u64, path: &str) -> String {
        let editor = self.editor.as_ref().map_or("", |editor| editor.name.as_str());
        format!(
            "<link rel=\"stylesheet\" href=\"/live/panel.css\">\n\
             <script defer src=\"/live/panel.js\" data-page=\"{}\" data-book=\"{revision}\" \
             data-run=\"{}\" data-token=\"{}\" data-editor=\"{}\"></script>\n",
            attribute(path),
            self.run,
            self.token,
            attribute(editor)
        )
    }
}

/// Text as the value of an attribute in double quotes.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// Which run and which rendering of the book are the newest: a page that is of another one
/// loads itself again. As long as there is no rendering, its number is 0.
#[derive(Serialize)]
struct Page<'a> {
    run: &'a str,
    book: u64,
    problem: Option<&'a str>,
}

/// The whole state now, and again with each change.
async fn events(State(shared): State<Shared>) -> Response {
    let run = shared.run.clone();
    let page = move |rendered: Arc<Rendered>| {
        let problem = rendered.problem.as_deref();
        let page = Page { run: &run, book: rendered.revision, problem };
        Event::default().event("page").json_data(page)
    };
    let mut renderings = shared.book.subscribe();
    // Before anything else a page has to know whether it is of this run, and may act.
    let first = page(renderings.borrow_and_update().clone());
    let pages = changes(renderings).map(page);
    let mut snapshots = shared.live.subscribe();
    snapshots.mark_changed();
    let snapshots = changes(snapshots)
        .map(|snapshot: Arc<Snapshot>| {
            Event::default().event("snapshot").json_data(&*snapshot)
        })
        // Without the engine there is nothing to tell: the browser calls again, and is told so.
        .chain(stream::once(async { Err(axum::Error::new("the course has ended")) }));
    let events = stream::once(async { first })
        .chain(stream::select(pages, snapshots))
        .take_while(|event| std::future::ready(event.is_ok()))
        .filter_map(|event| std::future::ready(event.ok()))
        .map(Ok::<_, Infallible>);
    let again =
        stream::once(async { Ok(Event::default().retry(Duration::from_millis(500))) });
    Sse::new(again.chain(events))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
        .into_response()
}

/// Whatever is the newest in the channel, each time that it has changed. Ends with the channel.
fn changes<T: Clone + Send + Sync + 'static>(
    receiver: watch::Receiver<T>,
) -> impl Stream<Item = T> + Send {
    stream::unfold(receiver, async |mut receiver| {
        receiver.changed().await.ok()?;
        let newest = receiver.borrow_and_update().clone();
        Some((newest, receiver))
    })
}

// ---- what pages may do ----

async fn check(State(shared): State<Shared>, name: String) -> Response {
    shared.act(&name, Action::Check).await
}

async fn hint(State(shared): State<Shared>, name: String) -> Response {
    shared.act(&name, Action::Hint).await
}

/// Opens the file of an exercise in the reader's editor.
async fn open(State(shared): State<Shared>, name: String) -> Response {
    let course = shared.live.course();
    let Some(file) = file(course, &name) else { return no_such_exercise(&name) };
    let opened = match &shared.editor {
        Some(editor) => editor.open(file),
        None => Err("$VISUAL names no editor with a window of its own".into()),
    };
    match opened {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why).into_response(),
    }
}

impl Shared {
    async fn act(&self, name: &str, action: fn(String) -> Action) -> Response {
        if file(self.live.course(), name).is_none() {
            return no_such_exercise(name);
        }
        match self.live.act(action(name.to_owned())).await {
            Ok(()) => StatusCode::ACCEPTED.into_response(),
            Err(error) => {
                (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response()
            }
        }
    }
}

fn file<'a>(course: &'a Course, name: &str) -> Option<&'a Path> {
    course
        .exercises()
        .find(|(_, one)| one.name == name)
        .map(|(_, one)| one.file.as_path())
}

fn no_such_exercise(name: &str) -> Response {
    (StatusCode::NOT_FOUND, format!("no exercise is called `{name}`")).into_response()
}

/// The reader's editor, if it has a window of its own.
#[derive(Debug, PartialEq, Eq)]
struct Editor {
    /// What the reader calls it: `code`.
    name: String,
    /// The program and its arguments.
    command: Vec<String>,
}

/// Editors that need the terminal, which is the course's.
const IN_THE_TERMINAL: [&str; 17] = [
    "vi", "vim", "nvim", "nano", "pico", "ed", "ex", "hx", "helix", "micro", "kak",
    "joe", "ne", "mg", "jed", "mcedit", "amp",
];

impl Editor {
    /// The one that `$VISUAL` names, or else `$EDITOR`.
    fn of_the_reader() -> Option<Editor> {
        ["VISUAL", "EDITOR"].iter().find_map(|name| Editor::parse(&env::var(name).ok()?))
    }

    fn parse(command: &str) -> Option<Editor> {
        let command = shlex::split(command)?;
        let name = Path::new(command.first()?).file_stem()?.to_str()?.to_owned();
        let in_the_terminal = IN_THE_TERMINAL.contains(&name.as_str())
            || command.iter().any(|arg| {
                ["-nw", "-t", "-tty", "--tty", "--no-window-system"]
                    .contains(&arg.as_str())
            });
        (!in_the_terminal).then_some(Editor { name, command })
    }

    /// Starts it with this file, which is an argument: no shell sees it.
    fn open(&self, file: &Path) -> Result<(), String> {
        let (program, arguments) = self.command.split_first().expect("it has a name");
        let mut command = Command::new(program);
        command.args(arguments).arg(file);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C in the course's terminal is not for the editor.
        #[cfg(unix)]
        command.process_group(0);
        match command.spawn() {
            Ok(mut editor) => {
                tokio::spawn(async move { editor.wait().await });
                Ok(())
            }
            Err(error) => Err(format!("`{program}` cannot be started: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_without_a_window_is_none() {
        for command in ["vim", "/usr/bin/nano -w", "emacs -nw", "", "  ", "'unclosed"] {
            assert_eq!(Editor::parse(command), None, "{command}");
        }
        let editor = Editor::parse("'/opt/my editors/code' --wait").unwrap();
        assert_eq!(editor.name, "code");
        assert_eq!(editor.command, ["/opt/my editors/code", "--wait"]);
    }

    #[test]
    fn what_stands_in_an_attribute_cannot_end_it() {
        assert_eq!(attribute("a\"><b>&"), "a&quot;>&lt;b>&amp;".replace("&gt;", ">"));
    }
}

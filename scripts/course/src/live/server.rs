//! The book on `http://127.0.0.1:PORT`, with a panel that shows what the terminal shows.
//!
//! Every page on the internet may send requests to this port from the reader's own browser, so
//! each is suspected (`guard`):
//!
//! - The server listens on the loopback address alone, and answers only those who call it by that
//!   name: a foreign `Host` is how a DNS name that was made to point here would look.
//! - Others on this machine reach the loopback address, too. So an address has a key, which only
//!   the reader's terminal shows. A browser that comes with it gets it as a cookie, and nobody
//!   else gets anything.
//! - A foreign `Origin` is refused, and so is `null`, which a sandboxed frame sends.
//! - What does something is a `POST` with our own `Origin` and with the token that this run put
//!   into its pages. It names an exercise, a question, or a file that the book names; which
//!   command runs is not the page's to say.
//! - No page of another site may show ours in a frame, where a click could be stolen.
//!
//! Files come from memory ([`Rendered`]), so no request is a path on the disk.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use futures::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::learn::address::Address;
use crate::learn::editor::Editor;
use crate::live::book::{Book, File, Rendered};
use crate::live::engine::{Action, Live};
use crate::live::key::{self, is_same};
use crate::live::state::Snapshot;
use crate::run::port::{NEAR, PORT};

/// The header that carries the token of this run.
const TOKEN: HeaderName = HeaderName::from_static("x-course-token");

const SCRIPT: &str = include_str!("../../assets/panel.js");
const STYLE: &str = include_str!("../../assets/panel.css");

/// The running server.
#[derive(Debug)]
pub struct Server {
    address: Address,
    task: JoinHandle<()>,
}

/// What every request sees.
#[derive(Clone)]
struct Shared {
    live: Live,
    book: Book,
    /// The names by which this server may be called: `127.0.0.1:3000`, `localhost:3000`.
    hosts: Arc<[String]>,
    /// What lets a browser in, as a part of an address or as this cookie.
    key: Arc<str>,
    cookie: Arc<str>,
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
    pub fn start(
        live: Live,
        book: Book,
        editor: Option<Arc<Editor>>,
        listener: TcpListener,
    ) -> Result<Server> {
        let listens = listener.local_addr()?;
        let key = key::kept_in(&live.course().state_dir())?;
        let shared = Shared {
            live,
            book,
            hosts: names(listens).into(),
            key: key.as_str().into(),
            // A browser sends a cookie to every port of a host.
            cookie: format!("course-{}", listens.port()).into(),
            run: key::random(16)?.into(),
            token: key::random(16)?.into(),
            editor: editor.filter(|editor| editor.has_a_window),
        };
        let address = Address { origin: format!("http://{listens}"), key };
        let task = tokio::spawn(async move {
            let (live, mut renderings) = (shared.live.clone(), shared.book.subscribe());
            let look = async move {
                while renderings.changed().await.is_ok() {
                    live.look().await;
                }
            };
            tokio::spawn(look);
            // It accepts for as long as this process lives.
            let _ = axum::serve(listener, router(shared)).await;
        });
        Ok(Server { address, task })
    }

    /// Where it is reached.
    pub fn address(&self) -> &Address {
        &self.address
    }
}

/// The names by which a browser calls a server that listens here. It leaves out the port that is
/// everybody's.
fn names(listens: SocketAddr) -> Vec<String> {
    let port = listens.port();
    let hosts = ["127.0.0.1", "localhost"];
    let mut names = hosts.map(|host| format!("{host}:{port}")).to_vec();
    if port == 80 {
        names.extend(hosts.map(String::from));
    }
    names
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
    TcpListener::bind(here(0)).await.context(
        "this system lets nobody listen on 127.0.0.1: `cargo course --no-book` does without the \
         book, which is also in book/src/",
    )
}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/live/panel.js", get(async || asset("text/javascript", SCRIPT)))
        .route("/live/panel.css", get(async || asset("text/css", STYLE)))
        .route("/live/events", get(events))
        .route("/live/check", post(check))
        .route("/live/hint", post(hint))
        .route("/live/open", post(open))
        .route("/live/predict", post(predict))
        .fallback(get(page))
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
        .with_state(shared)
}

// ---- who may ask ----

/// Refuses what is not from the reader's browser or not from a page of ours, and says to the
/// browser what pages of ours may do.
async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let brings_the_key = shared.has_key(&request);
    let mut response = match shared.refusal(&request) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    if brings_the_key {
        let cookie = format!(
            "{}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict",
            shared.cookie, shared.key
        );
        headers.insert(header::SET_COOKIE, plain(&cookie));
    }
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
        headers.insert(name, plain(value));
    }
    response
}

fn plain(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("it is plain ASCII")
}

/// Why a request is not answered.
enum Refusal {
    /// It calls this server by another name.
    Name(String),
    /// It comes from a page of another origin.
    Origin,
    /// It comes from a browser that has no key.
    Key,
    /// It comes from a page of an earlier run.
    Token,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let why = match self {
            Refusal::Name(why) => why,
            Refusal::Origin => "this server answers to its own pages alone\n".into(),
            Refusal::Token => "this page is of an earlier run: load it again\n".into(),
            Refusal::Key => {
                let page = Html(include_str!("../../assets/no-key.html"));
                return (StatusCode::FORBIDDEN, page).into_response();
            }
        };
        (StatusCode::FORBIDDEN, why).into_response()
    }
}

impl Shared {
    /// Whether this request asks for a page with an address from the reader's terminal.
    fn has_key(&self, request: &Request) -> bool {
        let query = request.uri().query().unwrap_or_default();
        let is_page = request.method() == Method::GET
            && !request.uri().path().starts_with("/live/");
        is_page
            && self.named(request).is_none()
            && query
                .split('&')
                .filter_map(|part| part.strip_prefix("key="))
                .any(|key| is_same(key, &self.key))
    }

    /// Whether it comes from a browser that was let in before.
    fn has_cookie(&self, request: &Request) -> bool {
        request
            .headers()
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(name, value)| name == &*self.cookie && is_same(value, &self.key))
    }

    /// The refusal, if this request calls the server by a name that it does not have.
    fn named(&self, request: &Request) -> Option<Refusal> {
        // A request may name the host in its first line, too, and that one counts then.
        let named = request.uri().authority().map(|one| one.as_str());
        let ours = |host: &str| self.is_ours(host);
        let host = only(request.headers(), &header::HOST);
        if host.is_some_and(ours) && named.is_none_or(ours) {
            return None;
        }
        let (numbers, name) = (&self.hosts[0], &self.hosts[1]);
        let port = numbers.rsplit(':').next().unwrap_or_default();
        Some(Refusal::Name(format!(
            "this server answers to {numbers} and {name} alone.\n\nThrough a tunnel, the port has \
             to be the same at both ends: ssh -L {port}:{numbers} HOST\n"
        )))
    }

    fn is_ours(&self, host: &str) -> bool {
        self.hosts.iter().any(|one| one == host)
    }

    /// Why this request is not answered, if it is not.
    fn refusal(&self, request: &Request) -> Option<Refusal> {
        if let Some(refusal) = self.named(request) {
            return Some(refusal);
        }
        let headers = request.headers();
        let ours = |origin: &str| {
            origin.strip_prefix("http://").is_some_and(|host| self.is_ours(host))
        };
        let origin = headers.contains_key(header::ORIGIN);
        if origin && !only(headers, &header::ORIGIN).is_some_and(ours) {
            return Some(Refusal::Origin);
        }
        if !self.has_key(request) && !self.has_cookie(request) {
            return Some(Refusal::Key);
        }
        if !request.uri().path().starts_with("/live/") {
            return None;
        }
        // Every browser of today says from where a request comes.
        let site = headers.get("sec-fetch-site");
        if site.is_some_and(|site| site != "same-origin") {
            return Some(Refusal::Origin);
        }
        let acts = request.method() == Method::POST;
        let token = only(headers, &TOKEN).unwrap_or_default();
        if acts && (!origin || !is_same(token, &self.token)) {
            return Some(Refusal::Token);
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

/// What a page sends of a prediction.
#[derive(Deserialize)]
struct Predicted {
    /// The question.
    id: String,
    /// What the reader says, or nothing to be asked again.
    said: Option<String>,
}

/// Remembers a prediction, or forgets it.
async fn predict(State(shared): State<Shared>, body: String) -> Response {
    let Ok(Predicted { id, said }) = serde_json::from_str(&body) else {
        return (StatusCode::BAD_REQUEST, "this is no prediction").into_response();
    };
    match shared.live.act(Action::Predict(id, said)).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => (StatusCode::NOT_FOUND, format!("{error:#}")).into_response(),
    }
}

/// Opens the file of an exercise, or one that a page names, in the reader's editor.
async fn open(State(shared): State<Shared>, name: String) -> Response {
    let Some(file) = shared.live.file(&name) else {
        return no_such_exercise(&name);
    };
    let opened = match &shared.editor {
        Some(editor) => shared.live.open(editor, &file),
        None => Err(anyhow!("no editor with a window of its own is named by $VISUAL")),
    };
    done(opened)
}

impl Shared {
    async fn act(&self, name: &str, action: fn(String) -> Action) -> Response {
        if !self.knows(name) {
            return no_such_exercise(name);
        }
        done(self.live.act(action(name.to_owned())).await)
    }

    fn knows(&self, name: &str) -> bool {
        self.live.course().exercises().any(|(_, one)| one.name == name)
    }
}

fn done(result: Result<()>) -> Response {
    match result {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response()
        }
    }
}

fn no_such_exercise(name: &str) -> Response {
    (StatusCode::NOT_FOUND, format!("no exercise is called `{name}`")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_all_browsers_may_be_left_out() {
        let names = |port| names((Ipv4Addr::LOCALHOST, port).into());
        assert_eq!(names(3000), ["127.0.0.1:3000", "localhost:3000"]);
        assert_eq!(names(80), ["127.0.0.1:80", "localhost:80", "127.0.0.1", "localhost"]);
    }

    #[test]
    fn what_stands_in_an_attribute_cannot_end_it() {
        assert_eq!(attribute("a\"><b>&"), "a&quot;>&lt;b>&amp;".replace("&gt;", ">"));
    }
}

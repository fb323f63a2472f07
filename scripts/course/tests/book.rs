//! The book as `cargo course` serves it: to its own pages, and to nobody else.
//!
//! What a browser shows of it is proved in `browser/`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Nothing here waits this long if all is well.
const DEADLINE: Duration = Duration::from_secs(120);

/// A small course with one exercise, and `cargo course book` in it.
struct Served {
    root: PathBuf,
    child: Child,
    port: u16,
    /// What the address ends with that it prints.
    key: String,
}

/// An answer of the server.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn small_course(test: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book").join(test);
    let _ = fs::remove_dir_all(&root);
    for (path, content) in [
        ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"chapters/*\"]\n"),
        ("chapters/01-first/Cargo.toml", MANIFEST),
        ("chapters/01-first/exercises/zero/exercise.rs", "pub fn zero() -> i32 { 1 }\n"),
        ("chapters/01-first/exercises/zero/check.rs", CHECK),
        (
            "chapters/01-first/exercises/zero/hints.md",
            "## 1\n\nLook.\n\n## 2\n\nThink.\n",
        ),
        ("solutions/01-first/zero/stub.rs", "pub fn zero() -> i32 { 1 }\n"),
        ("book/book.toml", "[book]\ntitle = \"Small\"\n"),
        (
            "book/src/SUMMARY.md",
            "# Summary\n\n[Preface](preface.md)\n\n- [One](01-first.md)\n",
        ),
        ("book/src/preface.md", "# Preface\n\nHello.\n"),
        ("book/src/01-first.md", PAGE),
        ("chapters/01-first/recorded/zero.txt", "zero is 0\n"),
        ("book/src/mistakes.md", MISTAKES),
    ] {
        write(&root, path, content);
    }
    root
}

fn course(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command
        .args(args)
        .current_dir(root)
        .env("CARGO_NET_OFFLINE", "true")
        .env("NO_COLOR", "1")
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null());
    command
}

impl Served {
    fn start(test: &str) -> Served {
        Served::start_with(test, &[])
    }

    fn start_with(test: &str, env: &[(&str, &str)]) -> Served {
        let root = small_course(test);
        let mut child = course(&root, &["book"])
            .envs(env.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| Some(line.rsplit_once("http://127.0.0.1:")?.1.to_string()))
            .expect("it says where it serves");
        let (port, key) = address.split_once("/?key=").expect("an address with a key");
        std::thread::spawn(move || lines.for_each(drop));
        Served { root, child, port: port.parse().unwrap(), key: key.into() }
    }

    /// What a browser sends that was let in before.
    fn cookie(&self) -> String {
        format!("Cookie: theme=light; course-{}={}\r\n", self.port, self.key)
    }

    /// Sends a request whose lines these are, and reads the whole answer.
    fn raw(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_lowercase(), body: body.into() }
    }

    /// A request with our own `Host` and our cookie, and these headers besides.
    fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let headers: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.raw(&format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\
             Content-Length: {}\r\n{}{headers}\r\n{body}",
            self.port,
            body.len(),
            self.cookie()
        ))
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The token that the pages of this run have.
    fn token(&self) -> String {
        let page = self.get("/01-first.html").body;
        let (_, rest) = page.split_once("data-token=\"").expect("the panel's script");
        rest.split_once('"').unwrap().0.to_string()
    }

    /// The events until one is there of which this holds.
    fn event(&self, holds: impl Fn(&str) -> bool) -> String {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        write!(
            &stream,
            "GET /live/events HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{}\r\n",
            self.port,
            self.cookie()
        )
        .unwrap();
        let lines = BufReader::new(stream).lines().map(Result::unwrap);
        lines
            .filter_map(|line| line.strip_prefix("data: ").map(str::to_string))
            .find(|data| holds(data))
            .expect("the stream goes on")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_answers_to_its_own_name_alone() {
    let served = Served::start("host");
    let port = served.port;
    let named = |hosts: &[&str], target: &str| {
        let hosts: String =
            hosts.iter().map(|host| format!("Host: {host}\r\n")).collect();
        let cookie = served.cookie();
        served.raw(&format!(
            "GET {target} HTTP/1.1\r\n{hosts}{cookie}Connection: close\r\n\r\n"
        ))
    };
    for ours in [format!("127.0.0.1:{port}"), format!("localhost:{port}")] {
        assert_eq!(named(&[&ours], "/").status, 200, "{ours}");
    }
    let ours = format!("127.0.0.1:{port}");
    for foreign in [
        "evil.example".to_string(),
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        "127.0.0.1".to_string(),
        "127.0.0.1:1".to_string(),
        format!("0.0.0.0:{port}"),
        String::new(),
    ] {
        // Not even with the key, and it is told nothing but how it should call.
        let target = format!("/?key={}", served.key);
        for target in ["/", &target, "/live/events"] {
            let refused = named(&[&foreign], target);
            assert_eq!(refused.status, 403, "{foreign} {target}");
            assert!(!refused.head.contains("set-cookie"), "{foreign} {target}");
            let said = format!(
                "this server answers to 127.0.0.1:{port} and localhost:{port} alone"
            );
            assert!(refused.body.starts_with(&said), "{}", refused.body);
            let tunnel = format!("ssh -L {port}:127.0.0.1:{port} HOST");
            assert!(refused.body.contains(&tunnel), "{}", refused.body);
        }
    }
    assert_ne!(named(&[], "/").status, 200, "without a Host");
    assert_ne!(named(&[&ours, "evil.example"], "/").status, 200, "with two");
    assert_ne!(
        named(&[&ours], &format!("http://evil.example:{port}/")).status,
        200,
        "in the first line"
    );
}

/// Everybody on this machine reaches the port.
#[test]
fn it_answers_to_the_browser_with_the_key_alone() {
    let served = Served::start("key");
    let (port, key) = (served.port, served.key.as_str());
    let get = |target: &str, headers: &str| {
        served.raw(&format!(
            "GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}Connection: close\r\n\r\n"
        ))
    };
    let another = "0123456789abcdef";
    let cookies = [
        String::new(),
        format!("Cookie: course-{port}={another}\r\n"),
        format!("Cookie: course-{port}=\r\n"),
        format!("Cookie: course-{port}={}\r\n", &key[..key.len() - 1]),
        format!("Cookie: course-{}={key}\r\n", port ^ 1),
        format!("Cookie: {key}\r\n"),
    ];
    for cookie in &cookies {
        for target in
            ["/", "/01-first.html", "/toc.html", "/live/panel.js", "/no-such-page"]
        {
            let refused = get(target, cookie);
            assert_eq!(refused.status, 403, "{target} {cookie}");
            assert!(refused.body.contains("This browser has no key"), "{}", refused.body);
            assert!(!refused.head.contains("set-cookie"), "{}", refused.head);
            assert!(!refused.body.contains("data-token"), "{}", refused.body);
        }
    }
    for wrong in ["/?key=", "/?key=0123456789abcdef", "/?kex=", "/?"] {
        assert_eq!(get(wrong, "").status, 403, "{wrong}");
    }
    // The address opens pages, and nothing else.
    for target in ["/live/events", "/live/panel.js"] {
        assert_eq!(get(&format!("{target}?key={key}"), "").status, 403, "{target}");
    }
    for target in ["/", "/01-first.html", "/no-such-page"] {
        let opened = get(&format!("{target}?key={key}"), "");
        assert_ne!(opened.status, 403, "{target}");
        let cookie = opened.head.lines().find(|line| line.starts_with("set-cookie: "));
        let cookie = cookie.expect("a cookie");
        let start = format!("set-cookie: course-{port}={key};");
        assert!(cookie.starts_with(&start), "{cookie}");
        for part in ["; httponly", "; samesite=strict", "; path=/"] {
            assert!(cookie.contains(part), "no `{part}` in {cookie}");
        }
        assert!(!cookie.contains("domain"), "{cookie}");
    }
    assert!(get("/?search=a&key=", &served.cookie()).status == 200);
    // Others cannot read it where it is kept.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let kept = fs::metadata(served.root.join(".course/key")).unwrap();
        assert_eq!(kept.permissions().mode() & 0o077, 0);
    }
}

#[test]
fn it_listens_on_the_loopback_address_alone() {
    let served = Served::start("loopback");
    // On Linux all of 127.0.0.0/8 is this machine.
    if cfg!(target_os = "linux") {
        assert!(TcpStream::connect(("127.0.0.2", served.port)).is_err());
    }
}

#[test]
fn it_answers_to_its_own_pages_alone() {
    let served = Served::start("origin");
    let own = served.origin();
    for (method, path) in [("GET", "/"), ("GET", "/live/events"), ("POST", "/live/check")]
    {
        for origin in
            ["null", "http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1"]
        {
            let refused = served.ask(method, path, &[("Origin", origin)], "");
            assert_eq!(refused.status, 403, "{method} {path} from {origin}");
        }
    }
    for site in ["cross-site", "same-site", "none"] {
        let refused =
            served.ask("GET", "/live/panel.js", &[("Sec-Fetch-Site", site)], "");
        assert_eq!(refused.status, 403, "{site}");
    }
    assert_eq!(served.ask("GET", "/", &[("Origin", &own)], "").status, 200);
    let preflight =
        [("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST")];
    assert_eq!(served.ask("OPTIONS", "/live/check", &preflight, "").status, 403);
}

#[test]
fn only_a_page_of_this_run_may_act() {
    let served = Served::start("act");
    let (own, token) = (served.origin(), served.token());
    let hints = || {
        let state: serde_json::Value =
            serde_json::from_str(&served.event(|data| data.contains("revision")))
                .unwrap();
        state["chapters"][0]["exercises"][0]["hints"].as_array().unwrap().len()
    };
    for headers in [
        vec![],
        vec![("Origin", own.as_str())],
        vec![("X-Course-Token", token.as_str())],
        vec![
            ("Origin", own.as_str()),
            ("X-Course-Token", "0123456789abcdef0123456789abcdef"),
        ],
        vec![("Origin", own.as_str()), ("X-Course-Token", "")],
        vec![("Origin", "null"), ("X-Course-Token", token.as_str())],
    ] {
        for path in ["/live/hint", "/live/check", "/live/open", "/live/predict"] {
            let refused = served.ask("POST", path, &headers, "01-zero");
            assert_eq!(refused.status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(hints(), 0);
    let ours = [("Origin", own.as_str()), ("X-Course-Token", token.as_str())];
    assert_eq!(served.ask("POST", "/live/hint", &ours, "01-zero").status, 202);
    served.event(|data| data.contains("Look."));
    assert_eq!(hints(), 1);
    // What does something is no GET, and names an exercise, not a file.
    assert_eq!(served.ask("GET", "/live/hint", &ours, "").status, 405);
    for name in ["01-zer", "../Cargo.toml", "/etc/passwd", ""] {
        for path in ["/live/hint", "/live/check", "/live/open"] {
            assert_eq!(
                served.ask("POST", path, &ours, name).status,
                404,
                "{path} {name}"
            );
        }
    }
    assert_eq!(served.ask("POST", "/live/check", &ours, "01-zero").status, 202);
    let told = served.event(|data| data.contains("01-zero: It is not zero"));
    assert!(told.contains(r#""picture":"<svg></svg>""#), "{told}");
}

#[test]
fn a_prediction_is_judged_and_kept() {
    let served = Served::start("predict");
    let (own, token) = (served.origin(), served.token());
    let ours = [("Origin", own.as_str()), ("X-Course-Token", token.as_str())];
    let question = || {
        let state: serde_json::Value =
            serde_json::from_str(&served.event(|data| data.contains("revision")))
                .unwrap();
        state["predictions"][0].clone()
    };
    // What happened is not said before the reader has said something.
    let asked = question();
    assert_eq!(asked["id"], "predict-zero");
    assert_eq!((&asked["said"], &asked["outcome"]), (&().into(), &().into()));
    for (body, status) in [
        (r#"{"id":"predict-zero","said":"zero is 1"}"#, 202),
        (r#"{"id":"predict-zero","said":"zero is 3"}"#, 404),
        (r#"{"id":"predict-zero","said":"zero is"}"#, 404),
        (r#"{"id":"predict-zero","said":""}"#, 404),
        (r#"{"id":"predict-none","said":"zero is 1"}"#, 404),
        (r#"{"id":"../../x","said":null}"#, 404),
        ("predict-zero", 400),
        ("", 400),
    ] {
        assert_eq!(
            served.ask("POST", "/live/predict", &ours, body).status,
            status,
            "{body}"
        );
    }
    served.event(|data| data.contains(r#""said":"zero is 1""#));
    let wrong = question();
    assert_eq!(
        (&wrong["right"], &wrong["outcome"]),
        (&false.into(), &"zero is 0".into())
    );
    assert_eq!(wrong["mistake"]["id"], "not-zero");
    assert_eq!(wrong["mistake"]["belief"], "Zero is one.");
    let kept = || fs::read_to_string(served.root.join(".course/progress.json")).unwrap();
    assert!(kept().contains(r#""predict-zero": "zero is 1""#), "{}", kept());
    // It can be asked again.
    let again = r#"{"id":"predict-zero","said":null}"#;
    assert_eq!(served.ask("POST", "/live/predict", &ours, again).status, 202);
    served.event(|data| data.contains(r#""said":null"#));
    assert!(!kept().contains("predict-zero"), "{}", kept());
    // What the page asks is known as soon as the page shows it.
    let other = PAGE.replace("predict-zero", "predict-other");
    write(&served.root, "book/src/01-first.md", &other);
    served.event(|data| data.contains("predict-other"));
}

#[test]
fn the_editor_gets_the_file_as_an_argument() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
    fs::create_dir_all(&folder).unwrap();
    let (editor, opened) = (folder.join("an editor"), folder.join("opened"));
    let _ = fs::remove_file(&opened);
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > '{0}.new'\nmv '{0}.new' '{0}'\n",
        opened.display()
    );
    fs::write(&editor, script).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    }
    if !cfg!(unix) {
        return;
    }
    let visual = format!("'{}' --wait '; touch harmed'", editor.display());
    let served = Served::start_with("editor", &[("VISUAL", &visual)]);
    assert!(served.get("/").body.contains("data-editor=\"an editor\""));
    let (own, token) = (served.origin(), served.token());
    let ours = [("Origin", own.as_str()), ("X-Course-Token", token.as_str())];
    assert_eq!(served.ask("POST", "/live/open", &ours, "01-zero").status, 202);
    let began = Instant::now();
    while !opened.exists() {
        assert!(began.elapsed() < DEADLINE, "the editor was not started");
        std::thread::sleep(Duration::from_millis(10));
    }
    let file = served.root.join("chapters/01-first/exercises/zero/exercise.rs");
    let arguments = fs::read_to_string(&opened).unwrap();
    let lines: Vec<&str> = arguments.lines().collect();
    assert_eq!(lines, ["--wait", "; touch harmed", file.to_str().unwrap()]);
    // A file that a page names above an excerpt is opened, too, and no other.
    for (path, status) in [
        ("chapters/01-first/exercises/zero/check.rs", 202),
        ("chapters/01-first/exercises/zero/hints.md", 404),
        ("chapters/01-first/exercises/zero/../zero/check.rs", 404),
        ("/chapters/01-first/exercises/zero/check.rs", 404),
    ] {
        assert_eq!(
            served.ask("POST", "/live/open", &ours, path).status,
            status,
            "{path}"
        );
    }
    let check = served.root.join("chapters/01-first/exercises/zero/check.rs");
    while !fs::read_to_string(&opened)
        .is_ok_and(|told| told.contains(check.to_str().unwrap()))
    {
        assert!(began.elapsed() < DEADLINE, "the editor was not started");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A page of an earlier run must load itself again before it shows that it is connected: what it
/// asks for would be refused.
#[test]
fn a_listener_learns_first_which_run_it_is() {
    let served = Served::start("run");
    let first = served.event(|_| true);
    assert!(first.starts_with("{\"run\":"), "{first}");
}

#[test]
fn nothing_outside_of_the_book_is_served() {
    let served = Served::start("paths");
    assert!(served.get("/01-first.html").body.contains("Zero."));
    for path in [
        "/../Cargo.toml",
        "/../../../../../../../etc/passwd",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/..%5cCargo.toml",
        "/css/../../Cargo.toml",
        "//etc/passwd",
        "/etc/passwd",
        "/book.toml",
        "/src/SUMMARY.md",
        "/.course/progress.json",
        "/Cargo.toml%00.html",
    ] {
        let answer = served.get(path);
        assert_eq!(answer.status, 404, "{path}");
        for secret in ["[workspace]", "root:", "# Summary", "title = "] {
            assert!(!answer.body.contains(secret), "{path}");
        }
    }
}

#[test]
fn every_answer_forbids_frames_caches_and_strangers() {
    let served = Served::start("headers");
    for path in
        ["/", "/01-first.html", "/no-such-page", "/live/panel.js", "/searchindex.js"]
    {
        let head = served.get(path).head;
        for line in [
            "cache-control: no-store",
            "x-frame-options: deny",
            "frame-ancestors 'none'",
            "x-content-type-options: nosniff",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(head.contains(line), "{path}: no `{line}` in\n{head}");
        }
        assert!(!head.contains("access-control-"), "{path}");
    }
    // Without JavaScript this is the sidebar.
    assert!(served.get("/toc.html").head.contains("frame-ancestors 'self'"));
}

#[test]
fn a_page_changes_with_its_source() {
    let served = Served::start("changes");
    assert!(served.get("/").body.contains("Hello."));
    write(&served.root, "book/src/preface.md", "# Preface\n\nGood evening.\n");
    served.event(|data| data.contains("\"book\":2"));
    let page = served.get("/").body;
    assert!(page.contains("Good evening.") && page.contains("data-book=\"2\""), "{page}");
    // What cannot be rendered leaves the page as it was, and says why.
    write(&served.root, "book/src/SUMMARY.md", "# Summary\n\n- [Gone](gone.md)\n");
    let problem = served.event(|data| data.contains("cannot be rendered"));
    assert!(problem.contains("gone.md"), "{problem}");
    assert!(served.get("/").body.contains("Good evening."));
    assert!(!served.root.join("book/src/gone.md").exists(), "it made a page");
    write(&served.root, "book/src/SUMMARY.md", "# Summary\n\n[Preface](preface.md)\n");
    served.event(|data| data.contains("\"book\":4"));
    assert_eq!(served.get("/01-first.html").status, 404);
    assert!(!served.root.join("book/book").exists(), "it wrote into the book's folder");
}

#[test]
fn a_taken_port_is_said() {
    let served = Served::start("port");
    let root = small_course("port-2");
    let output = course(&root, &["--port", &served.port.to_string()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("port {} cannot be used", served.port)), "{said}");
    // Without --port it takes another one.
    let other = Served::start("port-3");
    assert_ne!(other.port, served.port);
}

/// What is published has nothing of the panel in it.
#[test]
fn the_rendered_book_is_plain() {
    let course = course::repo::workspace::Course::open().unwrap();
    let files = course::live::book::render(&course).unwrap();
    assert!(files.contains_key("03-shared-state.html") && files.contains_key("toc.html"));
    for (name, file) in &files {
        let text = String::from_utf8_lossy(&file.content);
        assert!(!text.contains("/live/"), "{name} knows the panel");
    }
}

/// The living page in a real Chromium: see `browser/`.
#[test]
#[ignore = "needs chromium and chromedriver"]
fn in_a_browser() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = root.join("../../target/browser");
    let status = Command::new(env!("CARGO"))
        .args(["test", "--locked", "--manifest-path"])
        .arg(root.join("browser/Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .env("COURSE_BIN", env!("CARGO_BIN_EXE_course"))
        .status()
        .unwrap();
    assert!(status.success());
}

const PAGE: &str = r#"# One

`chapters/01-first/exercises/zero/check.rs`

<ol class="predict" id="predict-zero">
<li data-says="zero is 0">nothing</li>
<li data-says="zero is 1" data-mistake="not-zero">one</li>
</ol>

<details><summary>The answer</summary>

```text
{{#include ../../chapters/01-first/recorded/zero.txt}}
```

</details>

## Exercises

Zero.
"#;

const MISTAKES: &str = "# Mistakes

### It is not zero {#not-zero}

**Belief** Zero is one.

**Because** there is only one zero.
";

const MANIFEST: &str = r#"
[package]
name = "first"
description = "The first steps"
version = "0.1.0"
edition = "2024"

[[test]]
name = "01-zero"
path = "exercises/zero/check.rs"
harness = false
test = false

[package.metadata.exercises.zero]
title = "Return zero"
minutes = 1
starts = "not-zero"
meets = ["not-zero"]
"#;

const CHECK: &str = r#"
mod exercise;

const _: Option<&str> = option_env!("PROBE_BUILD");

fn main() {
    let report = std::env::var_os("PROBE_REPORT").unwrap();
    if exercise::zero() == 0 {
        std::fs::write(report, "pass\n").unwrap();
    } else {
        std::fs::write(report, "fail not-zero\n").unwrap();
        println!("01-zero: It is not zero  [not-zero]");
        let picture = std::env::var_os("PROBE_PICTURE").unwrap();
        std::fs::write(picture, "<svg></svg>").unwrap();
        std::process::exit(1);
    }
}
"#;

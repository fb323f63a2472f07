//! A copy of the course that a test may edit, and a browser to look at it with.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::Url;

/// A build on a busy machine takes its time. Nothing here waits this long if all is well.
pub const DEADLINE: Duration = Duration::from_secs(180);

/// The repository that these tests belong to.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().unwrap()
}

/// A copy of the repository without anybody's progress, and `cargo course` in it.
pub struct Course {
    /// The root of the copy.
    pub root: PathBuf,
    target: PathBuf,
    running: Option<(Child, String)>,
}

impl Course {
    /// A fresh copy, in which nothing runs yet. The copy is the same folder every time, so that its
    /// packages are built once.
    pub fn copied() -> Course {
        let original = repository();
        let target = original.join("target");
        let root = target.join("course/browser");
        copy(&original, &root);
        set_apart(&root);
        // Pages that have all that comes alive, whatever becomes of the chapter's own.
        for (page, text) in [
            ("03-shared-state", include_str!("page.txt")),
            ("03-shared-state-deeper", include_str!("deeper.txt")),
        ] {
            fs::write(root.join(format!("book/src/{page}.md")), text).unwrap();
        }
        let recorded = "chapters/03-shared-state/recorded/of-a-test.txt";
        fs::write(root.join(recorded), RECORDED).unwrap();
        let _ = fs::remove_dir_all(root.join(".course"));
        let course = Course { root, target, running: None };
        for exercise in ["visit-counter", "spawnable-handler", "job-queue"] {
            let stub = course.read(&museum(exercise, "stub.rs"));
            course.save(exercise, &stub);
        }
        course
    }

    /// Starts `cargo course` as a reader does, at this port or a free one.
    pub fn start(&mut self, port: Option<u16>) {
        let port = port.map(|port| port.to_string());
        let args = port.as_ref().map(|port| ["--port", port.as_str()]);
        self.start_with(args.as_ref().map_or(&[], |args| &args[..]), &[]);
    }

    /// The same with these arguments, and more in its environment.
    pub fn start_with(&mut self, args: &[&str], env: &[(&str, &str)]) {
        let program = std::env::var_os("COURSE_BIN")
            .map_or_else(|| self.target.join("debug/course"), PathBuf::from);
        let mut child = Command::new(program)
            .args(args)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("VISUAL")
            .env_remove("EDITOR")
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tool was built before");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines
            .by_ref()
            .map(|line| line.unwrap())
            .find_map(|line| Some(line.trim().strip_prefix("book")?.trim().to_string()))
            .expect("it says where the book is");
        // Nobody reads on, but a full pipe must not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        self.running = Some((child, url));
    }

    /// Ends it as Ctrl-C does, and waits until it is gone.
    pub fn stop(&mut self) {
        let Some((mut child, _)) = self.running.take() else { return };
        let pid = child.id().to_string();
        let _ = Command::new("kill").args(["-INT", &pid]).status();
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if began.elapsed() > Duration::from_secs(20) {
                let _ = child.kill();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// `http://127.0.0.1:3000`
    pub fn url(&self) -> &str {
        self.address().0
    }

    /// The address of a page as the terminal shows it, with the key that lets a browser in.
    pub fn page(&self, path: &str) -> String {
        let (url, key) = self.address();
        format!("{url}/{path}?key={key}")
    }

    fn address(&self) -> (&str, &str) {
        let address = &self.running.as_ref().expect("it was started").1;
        address.split_once("/?key=").expect("the address of the book has a key")
    }

    /// The port of that.
    pub fn port(&self) -> u16 {
        self.url().rsplit(':').next().unwrap().parse().unwrap()
    }

    /// A file of the copy.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Saves an answer to an exercise of chapter 03.
    pub fn save(&self, exercise: &str, content: &str) {
        fs::write(self.file(exercise), content).unwrap();
    }

    /// Removes the answer to an exercise of chapter 03.
    pub fn remove(&self, exercise: &str) {
        fs::remove_file(self.file(exercise)).unwrap();
    }

    /// The answer to an exercise of chapter 03.
    pub fn file(&self, exercise: &str) -> PathBuf {
        let folder = self.root.join("chapters/03-shared-state/exercises").join(exercise);
        folder.join("exercise.rs")
    }

    /// Saves an answer of the museum.
    pub fn save_from_museum(&self, exercise: &str, answer: &str) {
        self.save(exercise, &self.read(&museum(exercise, answer)));
    }
}

/// What the page's predictions are about.
const RECORDED: &str =
    "ten visits, and\nthe total is   10\n\nA> GET city         Paris\n";

fn museum(exercise: &str, answer: &str) -> String {
    format!("solutions/03-shared-state/{exercise}/{answer}")
}

impl Drop for Course {
    fn drop(&mut self) {
        self.stop();
    }
}

/// To Cargo, packages at the same place of two workspaces are the same: in one target folder, the
/// copy's would be taken for the reader's own. A setting that is another, and changes nothing that
/// matters, keeps them apart.
fn set_apart(root: &Path) {
    let manifest = root.join("Cargo.toml");
    let mut text = fs::read_to_string(&manifest).unwrap();
    let folders =
        ["chapters", "scripts"].map(|folder| fs::read_dir(root.join(folder)).unwrap());
    for entry in folders.into_iter().flatten() {
        let package =
            fs::read_to_string(entry.unwrap().path().join("Cargo.toml")).unwrap();
        let name =
            package.lines().find_map(|line| line.strip_prefix("name = \"")).unwrap();
        let name = name.trim_end_matches('"');
        text += &format!("\n[profile.dev.package.{name}]\ncodegen-units = 253\n");
    }
    fs::write(&manifest, text).unwrap();
}

/// Copies what differs, so that Cargo sees no change where there is none, and removes what is no
/// longer there.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if is_left_out(&source) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&source, &target);
        } else {
            let content = fs::read(&source).unwrap();
            if fs::read(&target).ok().as_ref() != Some(&content) {
                fs::write(&target, content).unwrap();
            }
        }
    }
    for entry in fs::read_dir(to).unwrap() {
        let entry = entry.unwrap();
        let source = from.join(entry.file_name());
        if source.exists() || is_left_out(&source) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            fs::remove_dir_all(entry.path()).unwrap();
        } else {
            fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// What is built, and what is a reader's own.
fn is_left_out(path: &Path) -> bool {
    ["target", ".git", ".course", "book/book"].iter().any(|one| path.ends_with(one))
}

/// Headless Chromium, with the driver that Debian packages beside it.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    driver: Child,
    /// All that it writes, its profile above all. Removed with it.
    folder: PathBuf,
}

/// How the browser shows pages.
#[derive(Clone, Copy)]
pub struct Look {
    /// Width of the window.
    pub width: u32,
    /// Height of the window.
    pub height: u32,
    /// As a phone does.
    pub phone: bool,
    /// Whether scripts run.
    pub script: bool,
}

impl Default for Look {
    fn default() -> Look {
        Look { width: 1280, height: 900, phone: false, script: true }
    }
}

impl Browser {
    /// Starts a browser that knows nothing.
    pub async fn start(look: Look) -> Browser {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = std::env::temp_dir()
            .join(format!("course-browser-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut driver = Command::new("chromedriver");
        // With it goes the browser that it starts.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut driver, 0);
        let driver = driver
            .arg(format!("--port={port}"))
            .env("TMPDIR", &folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed: Debian's package is chromium-driver");
        let Look { width, height, phone, script } = look;
        let mut options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-quic",
                format!("--user-data-dir={}", folder.join("profile").display()),
                format!("--window-size={width},{height}"),
            ],
        });
        if phone {
            options["mobileEmulation"] = json!({
                "deviceMetrics": { "width": width, "height": height, "pixelRatio": 2.0 },
            });
        }
        if !script {
            options["prefs"] =
                json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let mut capabilities = Capabilities::new();
        capabilities.insert("browserName".into(), "chrome".into());
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let address = format!("http://127.0.0.1:{port}");
        let began = Instant::now();
        let client = loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            match builder.capabilities(capabilities.clone()).connect(&address).await {
                Ok(client) => break client,
                Err(error) => {
                    assert!(began.elapsed() < Duration::from_secs(60), "{error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        };
        Browser { client, driver, folder }
    }

    /// Runs a script in the page; what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, vec![]).await.unwrap()
    }

    /// The text that an element shows, or nothing if it is not there.
    pub async fn text(&self, selector: &str) -> String {
        let script = format!(
            "return document.querySelector({})?.innerText ?? ''",
            json!(selector)
        );
        self.run(&script).await.as_str().unwrap_or_default().to_string()
    }

    /// Waits until an element shows this text.
    pub async fn shows(&self, selector: &str, text: &str) {
        let began = Instant::now();
        loop {
            let shown = self.text(selector).await;
            if shown.contains(text) {
                return;
            }
            assert!(
                began.elapsed() < DEADLINE,
                "`{selector}` never showed `{text}`, but:\n{shown}\n\nthe page:\n{}",
                self.text("main .course").await
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until a script returns `true`.
    pub async fn holds(&self, script: &str) {
        let began = Instant::now();
        while self.run(&format!("return Boolean({script})")).await != true {
            assert!(began.elapsed() < DEADLINE, "never true: {script}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What the browser complained of since it was last asked: errors of scripts, and what a page's
    /// policy forbids.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Log).await.unwrap();
        let entries = log.as_array().cloned().unwrap_or_default();
        let wrong = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        wrong.map(|entry| entry["message"].to_string()).collect()
    }

    /// Presses a key where the focus is.
    pub async fn press(&self, key: &str) {
        self.client.active_element().await.unwrap().send_keys(key).await.unwrap();
    }

    /// Ends the browser.
    pub async fn stop(self) {
        let _ = self.client.clone().close().await;
    }
}

/// Chromedriver's own command for what stands in the browser's console.
#[derive(Debug)]
struct Log;

impl WebDriverCompatibleCommand for Log {
    fn endpoint(
        &self,
        base: &Url,
        session: Option<&str>,
    ) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let group = format!("-{}", self.driver.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.driver.wait();
        // Parts of the browser may be about to end.
        let began = Instant::now();
        while fs::remove_dir_all(&self.folder)
            .is_err_and(|error| error.kind() != std::io::ErrorKind::NotFound)
            && began.elapsed() < Duration::from_secs(5)
        {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

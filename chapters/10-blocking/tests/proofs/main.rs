//! Every act, and the clients that nobody wants: those that do not read, talk first, leave early, or come when the file
//! is gone.

#[path = "../../examples/10-act-1-in-the-task.rs"]
#[allow(dead_code)]
mod act_1;
#[path = "../../examples/10-act-2-on-the-pool.rs"]
#[allow(dead_code)]
mod act_2;
#[path = "../../examples/10-act-3-as-a-stream.rs"]
#[allow(dead_code)]
mod act_3;
#[path = "../../examples/10-act-4-by-hand.rs"]
#[allow(dead_code)]
mod act_4;
#[path = "../../examples/10-act-5-a-channel.rs"]
#[allow(dead_code)]
mod act_5;
#[path = "../../examples/10-act-6-framed.rs"]
#[allow(dead_code)]
mod act_6;
#[path = "../../examples/10-act-7-tokio-fs.rs"]
#[allow(dead_code)]
mod act_7;
#[path = "../../examples/10-act-8-cached.rs"]
#[allow(dead_code)]
mod act_8;

use std::collections::HashSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use blocking::{Cache, Index, JOKES, fetch, listen, serve};
use futures::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A file of the test's own, removed at the end.
struct File(PathBuf);

impl File {
    fn new(content: &str) -> File {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name =
            format!("10-proofs-{}-{}", std::process::id(), COUNT.fetch_add(1, SeqCst));
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).unwrap();
        File(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A server for each act, with the jokes of this file.
fn acts(file: &Path) -> Vec<SocketAddr> {
    // Hundreds of clients, and all tests in one process.
    rlimit::increase_nofile_limit(4096).unwrap();
    macro_rules! start {
        ($load:ident, $act:ident) => {{
            let listener = listen("127.0.0.1:0").unwrap();
            let addr = listener.local_addr().unwrap();
            let jokes = Arc::new($load::open(file, 0).unwrap());
            tokio::spawn(serve(listener, jokes, $act::tell));
            addr
        }};
    }
    vec![
        start!(Index, act_1),
        start!(Index, act_2),
        start!(Index, act_3),
        start!(Index, act_4),
        start!(Index, act_5),
        start!(Index, act_6),
        start!(Index, act_7),
        start!(Cache, act_8),
    ]
}

fn jokes(text: &str) -> HashSet<String> {
    let text = text.replace("\r\n", "\n") + "\n";
    let is_dashes = |line: &str| line.starts_with("---");
    let mut jokes = HashSet::new();
    let mut joke = String::new();
    for line in text.lines().chain(["---"]) {
        if is_dashes(line) {
            jokes.insert(std::mem::take(&mut joke));
        } else {
            joke += &format!("{line}\n");
        }
    }
    jokes
}

#[tokio::test(flavor = "multi_thread")]
async fn every_act_tells_whole_jokes() {
    let known = jokes(fs::read_to_string(JOKES).unwrap().trim_end());
    for addr in acts(JOKES.as_ref()) {
        let told = join_all((0..200).map(|_| fetch(addr))).await;
        let told: HashSet<String> = told.into_iter().map(|joke| joke.unwrap()).collect();
        assert!(told.len() > 20, "{} different jokes of 200", told.len());
        assert!(told.is_subset(&known), "{:?}", told.difference(&known));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_from_windows_tells_the_same() {
    let file = File::new("one\r\nmore\r\n\r\nline\r\n-----\r\n");
    for addr in acts(&file.0) {
        assert_eq!(fetch(addr).await.unwrap(), "one\nmore\n\nline\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_costs_nobody_else() {
    // More than any socket buffers, so that the server has to wait for the client.
    let line = "a very long joke ".repeat(60) + "\n";
    let file = File::new(&line.repeat(10_000));
    for addr in acts(&file.0) {
        let mut silent = Vec::new();
        for _ in 0..4 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_recv_buffer_size(4096).unwrap();
            let mut socket = socket.connect(addr).await.unwrap();
            socket.read_exact(&mut [0]).await.unwrap(); // it is being told
            silent.push(socket);
        }
        let joke = fetch(addr).await.unwrap();
        assert_eq!(joke.len(), line.len() * 10_000);
        // And if it changes its mind, it gets the rest.
        let mut rest = Vec::new();
        silent[0].read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest.len() + 1, joke.len());
        assert!(joke.as_bytes().ends_with(&rest));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_talks_first_gets_its_joke() {
    let joke = "a joke\n".repeat(1000);
    let file = File::new(&joke);
    for addr in acts(&file.0) {
        for _ in 0..50 {
            let mut socket = TcpStream::connect(addr).await.unwrap();
            socket.write_all(&[b'?'; 5000]).await.unwrap();
            let mut told = String::new();
            socket.read_to_string(&mut told).await.unwrap();
            assert_eq!(told, joke);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_leave_early_are_not_missed() {
    let line = "a long joke ".repeat(100) + "\n";
    let file = File::new(&line.repeat(5_000));
    for addr in acts(&file.0) {
        for _ in 0..20 {
            let mut socket = TcpStream::connect(addr).await.unwrap();
            let _ = socket.read(&mut [0; 10]).await;
        }
        assert_eq!(fetch(addr).await.unwrap().len(), line.len() * 5_000);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_goes_away_costs_a_joke_and_no_server() {
    let file = File::new("a joke\n");
    let acts = acts(&file.0);
    fs::remove_file(&file.0).unwrap();
    for (act, addr) in acts.iter().enumerate() {
        let told = fetch(*addr).await.unwrap();
        assert_eq!(told, if act == 7 { "a joke\n" } else { "" });
    }
    fs::write(&file.0, "a joke\n").unwrap();
    for addr in acts {
        assert_eq!(fetch(addr).await.unwrap(), "a joke\n");
    }
}

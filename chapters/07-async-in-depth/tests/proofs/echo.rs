//! The stage as it runs: a process of its own, and sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;
use std::{env, thread};

use crate::{PATIENCE, ends};

/// Built by Cargo itself: `cargo test` has done so already, `cargo test --test` has not.
static STAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--example", "07-async-in-depth"]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    cargo.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    assert!(cargo.status().unwrap().success(), "the stage builds");
    profile.join("examples/07-async-in-depth")
});

/// The stage, serving on a free port until this is dropped.
struct Server {
    process: Child,
    addr: SocketAddr,
    _said: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Server {
        let mut process = Command::new(&*STAGE)
            .args(["serve", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let addr = line.trim_end().strip_prefix("listening on ").expect(&line);
        let addr = addr.parse().unwrap();
        // Kept open: whoever prints into a closed pipe panics.
        Server { process, addr, _said: said }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn echoes(stream: &mut TcpStream, line: &str) {
    stream.write_all(line.as_bytes()).unwrap();
    let mut reply = vec![0; line.len()];
    stream.read_exact(&mut reply).unwrap();
    assert_eq!(String::from_utf8_lossy(&reply), line);
}

/// Does `what` in a process with as many open files as there may be.
fn with_many_files(test: &str, what: impl FnOnce()) {
    const CHILD: &str = "PROOFS_MANY_FILES";
    if cfg!(windows) || env::var_os(CHILD).is_some() {
        return what();
    }
    let status = Command::new("sh")
        .args(["-c", "ulimit -n $(ulimit -Hn); exec \"$0\" --exact \"$1\" --nocapture"])
        .arg(env::current_exe().unwrap())
        .arg(test)
        .env(CHILD, "1")
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn a_thousand_connections_at_once_have_their_own_bytes_back() {
    with_many_files(
        "echo::a_thousand_connections_at_once_have_their_own_bytes_back",
        || {
            let server = Server::start();
            let mut streams: Vec<_> = (0..1_000)
                .map(|n| {
                    let mut stream = server.connect();
                    // Now and then, so that we do not run ahead of the listener's queue of 128: the
                    // kernel would drop what does not fit, and try again a second later.
                    if n % 100 == 0 {
                        echoes(&mut stream, "are you there?");
                    }
                    stream
                })
                .collect();
            // All are open, and each has sent something before the first of them reads.
            for round in 0..3 {
                for (n, stream) in streams.iter_mut().enumerate() {
                    write!(stream, "client {n:4} round {round}").unwrap();
                }
                for (n, stream) in streams.iter_mut().enumerate().rev() {
                    let mut reply = [0; 19];
                    stream.read_exact(&mut reply).unwrap();
                    let reply = String::from_utf8_lossy(&reply);
                    assert_eq!(reply, format!("client {n:4} round {round}"));
                }
            }
            for mut stream in streams {
                stream.shutdown(Shutdown::Write).unwrap();
                assert_eq!(stream.read(&mut [0]).unwrap(), 0);
            }
        },
    );
}

#[test]
fn a_thousand_clients_and_the_server_share_one_runtime() {
    use async_in_depth::net;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    with_many_files("echo::a_thousand_clients_and_the_server_share_one_runtime", || {
        ends(|| {
            let runtime = async_in_depth::Runtime::with_workers(3).unwrap();
            let right = runtime.block_on(async {
                let listener = net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let addr = listener.local_addr().unwrap();
                async_in_depth::spawn(async move {
                    while let Ok((mut socket, _)) = listener.accept().await {
                        async_in_depth::spawn(async move {
                            let (mut reader, mut writer) = socket.split();
                            tokio::io::copy(&mut reader, &mut writer).await?;
                            writer.shutdown().await
                        });
                    }
                });
                let mut clients = Vec::new();
                for n in 0..1_000 {
                    let mut client = net::TcpStream::connect(addr).await.unwrap();
                    if n % 100 == 0 {
                        client.write_all(b"!").await.unwrap();
                        client.read_exact(&mut [0]).await.unwrap();
                    }
                    clients.push(client);
                }
                let clients: Vec<_> = clients
                    .into_iter()
                    .enumerate()
                    .map(|(n, mut socket)| {
                        async_in_depth::spawn(async move {
                            let line = format!("client {n}").repeat(100);
                            socket.write_all(line.as_bytes()).await.unwrap();
                            socket.shutdown().await.unwrap();
                            let mut reply = String::new();
                            socket.read_to_string(&mut reply).await.unwrap();
                            reply == line
                        })
                    })
                    .collect();
                let mut right = 0;
                for client in clients {
                    right += usize::from(client.await.unwrap());
                }
                right
            });
            assert_eq!(right, 1_000);
        });
    });
}

#[test]
fn a_client_that_does_not_read_holds_up_nobody_and_loses_nothing() {
    let server = Server::start();
    let message: Vec<u8> = (0..16 << 20).map(|i: u32| (i % 251) as u8).collect();
    let mut slow = server.connect();
    let sending = thread::spawn({
        let (mut slow, message) = (slow.try_clone().unwrap(), message.clone());
        move || {
            slow.write_all(&message).unwrap();
            slow.shutdown(Shutdown::Write).unwrap();
        }
    });
    // By now, or soon, the server waits for room. Others are served all the while.
    for n in 0..50 {
        echoes(&mut server.connect(), &format!("beside it {n}"));
        thread::sleep(Duration::from_millis(2));
    }
    let mut back = Vec::new();
    slow.read_to_end(&mut back).unwrap();
    sending.join().unwrap();
    assert!(back == message, "{} of {} bytes came back", back.len(), message.len());
}

#[test]
fn a_reset_costs_only_its_own_connection() {
    let server = Server::start();
    let mut bystander = server.connect();
    for _ in 0..100 {
        let mut stream = server.connect();
        echoes(&mut stream, "hello");
        // Closing a socket with unread input resets the connection.
        stream.write_all(b"more").unwrap();
        stream.peek(&mut [0]).unwrap();
        drop(stream);
        echoes(&mut bystander, "still there?");
    }
}

#[test]
fn a_peer_that_goes_away_ends_a_write_that_waits() {
    use tokio::io::AsyncWriteExt;

    ends(|| {
        let runtime = async_in_depth::Runtime::with_workers(2).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        for _ in 0..20 {
            let (waits, is_waiting) = std::sync::mpsc::channel();
            let connecting = async_in_depth::net::TcpStream::connect(addr);
            let mut socket = runtime.block_on(connecting).unwrap();
            let mut writing = None;
            runtime.block_on(async {
                let task = async_in_depth::spawn(async move {
                    loop {
                        let chunk = [0; 65_536];
                        let mut write = std::pin::pin!(socket.write_all(&chunk));
                        let result = std::future::poll_fn(|cx| {
                            let poll = write.as_mut().poll(cx);
                            if poll.is_pending() {
                                let _ = waits.send(());
                            }
                            poll
                        });
                        if let Err(error) = result.await {
                            return error.kind();
                        }
                    }
                });
                writing = Some(task);
            });
            let (mut peer, _) = listener.accept().unwrap();
            is_waiting.recv().unwrap();
            peer.read_exact(&mut [0; 10]).unwrap();
            drop(peer); // with unread input, so the connection is reset
            let kind = runtime.block_on(writing.unwrap()).unwrap();
            use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
            assert!(matches!(kind, BrokenPipe | ConnectionReset | ConnectionAborted));
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn two_thousand_connections_come_and_go_and_leave_nothing() {
    use async_in_depth::net;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    // In a process of its own, where nobody else opens files.
    with_many_files(
        "echo::two_thousand_connections_come_and_go_and_leave_nothing",
        || {
            ends(|| {
                let files = || std::fs::read_dir("/proc/self/fd").unwrap().count();
                let runtime = async_in_depth::Runtime::with_workers(2).unwrap();
                runtime.block_on(async {
                    let listener = net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                    let addr = listener.local_addr().unwrap();
                    let before = files();
                    for n in 0..2_000_u32 {
                        let mut client = net::TcpStream::connect(addr).await.unwrap();
                        let (mut server, _) = listener.accept().await.unwrap();
                        // Some are dropped by a task that waits, some by a task that is done.
                        let task = async_in_depth::spawn(async move {
                            let mut bytes = [0; 4];
                            server.read_exact(&mut bytes).await?;
                            server.write_all(&bytes).await
                        });
                        if n % 2 == 0 {
                            client.write_all(&n.to_le_bytes()).await.unwrap();
                            assert_eq!(client.read_u32_le().await.unwrap(), n);
                        }
                        drop(client);
                        assert_eq!(task.await.unwrap().is_ok(), n % 2 == 0);
                    }
                    assert_eq!(files(), before);
                });
            });
        },
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_without_work_sleeps() {
    let server = Server::start();
    let mut idle: Vec<_> = (0..10).map(|_| server.connect()).collect();
    idle.iter_mut().for_each(|stream| echoes(stream, "hello"));
    let tasks = format!("/proc/{}/task", server.process.id());
    let threads: Vec<String> = std::fs::read_dir(tasks)
        .unwrap()
        .map(|thread| {
            let thread = thread.unwrap().file_name();
            format!("{}/task/{}", server.process.id(), thread.to_string_lossy())
        })
        .collect();
    assert!(threads.len() >= 3, "main, a worker, the reactor: {threads:?}");
    let count = || threads.iter().map(|thread| crate::sleeps(thread)).sum::<u64>();
    let before = count();
    thread::sleep(Duration::from_millis(300));
    assert!(count() <= before + 2, "it wakes up again and again, for nothing");
    idle.iter_mut().for_each(|stream| echoes(stream, "and again"));
}

#[test]
fn a_name_that_leads_nowhere_is_an_error() {
    ends(|| {
        let runtime = async_in_depth::Runtime::with_workers(1).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        drop(listener);
        let refused = runtime.block_on(async_in_depth::net::TcpStream::connect(addr));
        let kind = refused.unwrap_err().kind();
        assert_eq!(kind, std::io::ErrorKind::ConnectionRefused);
    });
}

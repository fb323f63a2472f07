//! Nagle's algorithm is off, and the kernel looks after silent peers.
//!
//! Batches hide most of what it does, so a client cannot tell. We look at the socket itself.

// Of the program, only `process` is called.
#[allow(dead_code)]
#[path = "../../examples/06-framing.rs"]
mod program;

use std::net::{TcpListener, TcpStream};

use conform::PATIENCE;
use conform::wire::expect;
use framing::Db;
use socket2::SockRef;

#[test]
fn a_connection_sends_without_delay_and_notices_a_peer_that_is_gone() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    let (socket, _) = listener.accept().unwrap();
    // A second handle to the same socket: its options are the same.
    let watched = socket.try_clone().unwrap();
    assert!(!watched.nodelay().unwrap(), "a new socket has it on");

    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            socket.set_nonblocking(true).unwrap();
            let socket = tokio::net::TcpStream::from_std(socket).unwrap();
            program::process(socket, Db::new()).await;
        });
    });
    expect(&mut client, b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n");
    assert!(watched.nodelay().unwrap(), "TCP_NODELAY while the connection is served");
    // The kernel asks for a peer that has been silent for long.
    assert!(SockRef::from(&watched).keepalive().unwrap(), "SO_KEEPALIVE, too");
    drop(client);
    server.join().unwrap();
}

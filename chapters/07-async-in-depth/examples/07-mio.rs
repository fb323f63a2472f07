//! What a reactor asks the operating system: a socket is registered, and one call waits until
//! something happens to it.
//!
//! ```console
//! $ cargo run --example 07-mio
//! ```

use std::net::{SocketAddr, TcpStream};
use std::{io, thread};

use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};

// ANCHOR: mio
fn main() -> io::Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    poll.registry().register(&mut listener, Token(7), Interest::READABLE)?;
    println!("accept: {:?}", listener.accept().map_err(|error| error.kind()));

    let addr = listener.local_addr()?;
    let client = thread::spawn(move || TcpStream::connect(addr));
    let mut events = Events::with_capacity(16);
    poll.poll(&mut events, None)?; // sleeps until there is an event
    for event in &events {
        println!("{:?}: readable: {}", event.token(), event.is_readable());
    }
    println!("accept: a client: {}", listener.accept().is_ok());
    client.join().expect("it connects").map(drop)
}
// ANCHOR_END: mio

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};

/// How many connections may wait to be accepted, if the system allows as many.
const BACKLOG: u32 = 1024;

/// Redis's `tcp-keepalive`: how long a connection may be silent before the kernel asks whether the peer is still there.
const KEEPALIVE: Duration = Duration::from_secs(300);

/// How often it asks before it gives up, and Redis's pause in between.
const PROBES: u32 = 3;

/// Listens on an address, with room for a thousand clients that come at once.
///
/// `TcpListener::bind` has room for 128 on most systems. The kernel drops what does not fit, and the
/// client tries again after a second.
///
/// # Errors
///
/// If none of the addresses that `addr` stands for can be listened on.
pub async fn bind(addr: &str) -> io::Result<TcpListener> {
    let mut outcome = Err(io::ErrorKind::AddrNotAvailable.into());
    for addr in lookup_host(addr).await? {
        outcome = listen(addr);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)] // what it means on Windows is to share the port
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}

/// Sees to it that the connection ends some minutes after its peer has vanished, with a pulled cable, say: then no end
/// ever comes, and a task that waits to read would wait as long as the server runs.
///
/// # Errors
///
/// If the system does not know the option.
pub fn keep_alive(socket: &TcpStream) -> io::Result<()> {
    let often = TcpKeepalive::new()
        .with_time(KEEPALIVE)
        .with_interval(KEEPALIVE / PROBES)
        .with_retries(PROBES);
    SockRef::from(socket).set_tcp_keepalive(&often)
}

//! error: E0382
//! `send` of a `oneshot` consumes the sender, so a second answer does not compile.

use tokio::sync::oneshot;

fn respond(reply: oneshot::Sender<u32>) {
    let _ = reply.send(1);
    let _ = reply.send(2);
}

fn main() {
    let (reply, _answer) = oneshot::channel();
    respond(reply);
}

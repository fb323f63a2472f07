//! Futures of a runtime need not be polled by it: a thread of the runtime serves its sockets,
//! and whoever calls polls, parks, and is unparked. Nothing in the client has to be shut down.

use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};

use mini_redis::{Result, client};
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().expect("a thread can be started")
});

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn wait<F: Future>(future: F) -> F::Output {
    let _inside = RUNTIME.enter();
    let mut future = pin!(future);
    let waker = Arc::new(Unpark(thread::current())).into();
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// A Redis client for code that is not async.
pub struct BlockingClient {
    client: client::Client,
}

impl BlockingClient {
    /// Connects to the server at `addr`, and blocks until that is done.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub fn connect(addr: &str) -> Result<BlockingClient> {
        Ok(BlockingClient { client: wait(client::connect(addr))? })
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    pub fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        let value = wait(self.client.get(key))?;
        Ok(value.map(|value| value.to_vec()))
    }

    /// Sets `key` to `value`, and blocks until the server has said that it did.
    ///
    /// # Errors
    ///
    /// As for [`get`](BlockingClient::get).
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        wait(self.client.set(key, value.to_owned().into()))
    }
}

//! A thread that owns the runtime and the client, and does what it is sent. Such a client may even
//! be called inside async code: that blocks the thread it is called on, and does not panic. When
//! the client is dropped the channel closes, and the thread ends.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use mini_redis::{Result, client};
use tokio::runtime::Builder;

enum Request {
    Get(String, Sender<Result<Option<Vec<u8>>>>),
    Set(String, String, Sender<Result<()>>),
}

/// A Redis client for code that is not async.
pub struct BlockingClient {
    requests: Sender<Request>,
}

impl BlockingClient {
    /// Connects to the server at `addr`, and blocks until that is done.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub fn connect(addr: &str) -> Result<BlockingClient> {
        let (requests, received) = channel();
        let (tell, connected) = channel();
        let addr = addr.to_owned();
        thread::spawn(move || serve(&addr, &tell, &received));
        connected.recv()??;
        Ok(BlockingClient { requests })
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    pub fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        let (tell, told) = channel();
        self.requests
            .send(Request::Get(key.into(), tell))
            .map_err(|_| "the thread is gone")?;
        told.recv()?
    }

    /// Sets `key` to `value`, and blocks until the server has said that it did.
    ///
    /// # Errors
    ///
    /// As for [`get`](BlockingClient::get).
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let (tell, told) = channel();
        let request = Request::Set(key.into(), value.into(), tell);
        self.requests.send(request).map_err(|_| "the thread is gone")?;
        told.recv()?
    }
}

fn serve(addr: &str, tell: &Sender<Result<()>>, requests: &Receiver<Request>) {
    let connected = Builder::new_current_thread().enable_all().build();
    let connected = connected.map_err(Into::into).and_then(|runtime| {
        let client = runtime.block_on(client::connect(addr))?;
        Ok((runtime, client))
    });
    let (runtime, mut client) = match connected {
        Ok(connected) => connected,
        Err(error) => {
            let _ = tell.send(Err(error));
            return;
        }
    };
    let _ = tell.send(Ok(()));
    // A caller that is gone does not want its reply.
    for request in requests {
        match request {
            Request::Get(key, tell) => {
                let value = runtime.block_on(client.get(&key));
                let _ = tell.send(value.map(|value| value.map(|value| value.to_vec())));
            }
            Request::Set(key, value, tell) => {
                let _ = tell.send(runtime.block_on(client.set(&key, value.into())));
            }
        }
    }
}

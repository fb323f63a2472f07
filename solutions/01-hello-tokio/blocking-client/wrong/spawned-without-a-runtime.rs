//! mistake: runtime-is-everywhere
//! The belief: `tokio::spawn` brings a runtime with it, as `std::thread::spawn` brings a
//! thread.

use std::sync::mpsc::channel;

use mini_redis::{Result, client};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

type Job = Box<dyn FnOnce(&mut client::Client) + Send>;

/// A Redis client for code that is not async.
pub struct BlockingClient {
    _jobs: UnboundedSender<Job>,
}

impl BlockingClient {
    /// Connects to the server at `addr`, and blocks until that is done.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub fn connect(addr: &str) -> Result<BlockingClient> {
        let (jobs, mut received) = unbounded_channel::<Job>();
        let (tell, connected) = channel();
        let addr = addr.to_owned();
        tokio::spawn(async move {
            let Ok(mut client) = client::connect(addr).await else { return };
            let _ = tell.send(());
            while let Some(job) = received.recv().await {
                job(&mut client);
            }
        });
        connected.recv()?;
        Ok(BlockingClient { _jobs: jobs })
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    pub fn get(&mut self, _key: &str) -> Result<Option<Vec<u8>>> {
        Err("it does not get this far".into())
    }

    /// Sets `key` to `value`, and blocks until the server has said that it did.
    ///
    /// # Errors
    ///
    /// As for [`get`](BlockingClient::get).
    pub fn set(&mut self, _key: &str, _value: &str) -> Result<()> {
        Err("it does not get this far".into())
    }
}

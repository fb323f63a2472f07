//! mistake: leaked-client
//! "A runtime that is never dropped cannot panic." It keeps its files, a few for each client that ever
//! was, until the process may open no more.

use std::mem::ManuallyDrop;

use mini_redis::{Result, client};
use tokio::runtime::{Builder, Runtime};

/// A Redis client for code that is not async.
pub struct BlockingClient {
    client: client::Client,
    runtime: ManuallyDrop<Runtime>,
}

impl BlockingClient {
    /// Connects to the server at `addr`, and blocks until that is done.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub fn connect(addr: &str) -> Result<BlockingClient> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let client = runtime.block_on(client::connect(addr))?;
        Ok(BlockingClient { client, runtime: ManuallyDrop::new(runtime) })
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    pub fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        let value = self.runtime.block_on(self.client.get(key))?;
        Ok(value.map(|value| value.to_vec()))
    }

    /// Sets `key` to `value`, and blocks until the server has said that it did.
    ///
    /// # Errors
    ///
    /// As for [`get`](BlockingClient::get).
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        self.runtime.block_on(self.client.set(key, value.to_owned().into()))
    }
}

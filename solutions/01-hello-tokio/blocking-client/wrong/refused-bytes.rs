//! mistake: bytes-are-text
//! The belief: only a damaged value is not a text.

use mini_redis::{Result, client};
use tokio::runtime::{Builder, Runtime};

/// A Redis client for code that is not async.
pub struct BlockingClient {
    client: client::Client,
    /// `None` only while the client is being dropped.
    runtime: Option<Runtime>,
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
        Ok(BlockingClient { client, runtime: Some(runtime) })
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    pub fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        let runtime = self.runtime.as_ref().expect("taken only by drop");
        let value = runtime.block_on(self.client.get(key))?;
        let text = value.map(|value| String::from_utf8(value.to_vec())).transpose()?;
        Ok(text.map(String::into_bytes))
    }

    /// Sets `key` to `value`, and blocks until the server has said that it did.
    ///
    /// # Errors
    ///
    /// As for [`get`](BlockingClient::get).
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let runtime = self.runtime.as_ref().expect("taken only by drop");
        runtime.block_on(self.client.set(key, value.to_owned().into()))
    }
}

impl Drop for BlockingClient {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

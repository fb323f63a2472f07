//! mistake: leaked-client
//! The belief: what is kept from being dropped is taken out again by `drop`. Where `connect` fails,
//! there is no client yet that could be dropped.

use std::mem::ManuallyDrop;

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
        let runtime = ManuallyDrop::new(runtime);
        let client = runtime.block_on(client::connect(addr))?;
        let runtime = Some(ManuallyDrop::into_inner(runtime));
        Ok(BlockingClient { client, runtime })
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    pub fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        let runtime = self.runtime.as_ref().expect("taken only by drop");
        let value = runtime.block_on(self.client.get(key))?;
        Ok(value.map(|value| value.to_vec()))
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

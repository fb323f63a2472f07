//! mistake: leaked-client
//! The belief: as above all it must not panic, a leak is the way out where a runtime is found.

use mini_redis::{Result, client};
use tokio::runtime::{Builder, Handle, Runtime};

/// A Redis client for code that is not async.
pub struct BlockingClient {
    // `Option`, so that `drop` can take them.
    parts: Option<(client::Client, Runtime)>,
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
        Ok(BlockingClient { parts: Some((client, runtime)) })
    }

    fn parts(&mut self) -> (&mut client::Client, &mut Runtime) {
        let (client, runtime) = self.parts.as_mut().expect("only `drop` takes them");
        (client, runtime)
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    pub fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        let (client, runtime) = self.parts();
        let value = runtime.block_on(client.get(key))?;
        Ok(value.map(|value| value.to_vec()))
    }

    /// Sets `key` to `value`, and blocks until the server has said that it did.
    ///
    /// # Errors
    ///
    /// As for [`get`](BlockingClient::get).
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let (client, runtime) = self.parts();
        runtime.block_on(client.set(key, value.to_owned().into()))
    }
}

impl Drop for BlockingClient {
    fn drop(&mut self) {
        if Handle::try_current().is_ok() {
            std::mem::forget(self.parts.take());
        }
    }
}

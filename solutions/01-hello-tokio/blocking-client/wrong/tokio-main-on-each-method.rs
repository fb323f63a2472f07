//! mistake: runtime-is-everywhere
//! The belief: one runtime is as good as another. Each call builds one and drops it, and the
//! connection still belongs to the first.

use mini_redis::{Result, client};

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
    #[tokio::main(flavor = "current_thread")]
    pub async fn connect(addr: &str) -> Result<BlockingClient> {
        Ok(BlockingClient { client: client::connect(addr).await? })
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    #[tokio::main(flavor = "current_thread")]
    pub async fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        let value = self.client.get(key).await?;
        Ok(value.map(|value| value.to_vec()))
    }

    /// Sets `key` to `value`, and blocks until the server has said that it did.
    ///
    /// # Errors
    ///
    /// As for [`get`](BlockingClient::get).
    #[tokio::main(flavor = "current_thread")]
    pub async fn set(&mut self, key: &str, value: &str) -> Result<()> {
        self.client.set(key, value.to_owned().into()).await
    }
}

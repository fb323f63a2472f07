//! # A blocking client
//!
//! A tool that is not async needs to read and write a few keys in Redis. Give it a client
//! whose methods block, built on the async one, `mini_redis::client`.
//!
//! - `connect`, `get`, and `set` work in a program that has no runtime, on any of its
//!   threads; a client may move to another.
//! - They also work on a `spawn_blocking` thread of an async program, which is the right
//!   place there for calls that block.
//! - Dropping the client closes its connection and does not panic, wherever that happens:
//!   in `main`, or in the middle of an `async fn`. (`mini_redis::blocking_client` panics
//!   there.) The client leaves neither a thread nor a runtime of its own behind, and a
//!   `connect` that fails leaves none either. What all clients share may stay.
//! - Values are bytes, and come back as they are.
//! - A client that the server has answered with an error can still be used.
//!
//! You may add fields, functions, and types. The signatures stay.
//!
//! ```console
//! $ cargo course check blocking-client
//! ```

use mini_redis::Result;

/// A Redis client for code that is not async.
pub struct BlockingClient {
    // TODO: what must live as long as the client?
}

impl BlockingClient {
    /// Connects to the server at `addr`, and blocks until that is done.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub fn connect(addr: &str) -> Result<BlockingClient> {
        todo!("connect to {addr} with mini_redis::client::connect")
    }

    /// Gets the value of `key`, and blocks until the reply is there.
    ///
    /// # Errors
    ///
    /// Those of the connection, and what the server answers as an error.
    pub fn get(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        todo!("get {key}")
    }

    /// Sets `key` to `value`, and blocks until the server has said that it did.
    ///
    /// # Errors
    ///
    /// As for [`get`](BlockingClient::get).
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        todo!("set {key} to {value}")
    }
}

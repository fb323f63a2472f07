//! A trait whose async method can be used in a task.
//!
//! ```console
//! $ cargo run --example 02-trait
//! ```

use std::sync::Arc;

use tokio::task::JoinError;

// ANCHOR: trait
trait Store {
    fn load(&self, key: u32) -> impl Future<Output = String> + Send;
}
// ANCHOR_END: trait

// ANCHOR: implementation
struct Memory;

impl Store for Memory {
    async fn load(&self, key: u32) -> String {
        format!("value {key}")
    }
}

async fn load_in_a_task<S>(store: Arc<S>) -> Result<String, JoinError>
where
    S: Store + Send + Sync + 'static,
{
    tokio::spawn(async move { store.load(7).await }).await
}
// ANCHOR_END: implementation

#[tokio::main]
async fn main() -> Result<(), JoinError> {
    println!("{}", load_in_a_task(Arc::new(Memory)).await?);
    Ok(())
}

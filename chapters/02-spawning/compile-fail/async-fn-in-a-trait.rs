//! error: future cannot be sent between threads safely
//! An `async fn` of a trait says nothing about `Send`, so generic code cannot rely on it.

use std::sync::Arc;

trait Store {
    async fn load(&self, key: u32) -> String;
}

async fn load_in_a_task<S>(store: Arc<S>)
where
    S: Store + Send + Sync + 'static,
{
    tokio::spawn(async move { store.load(7).await });
}

fn main() {
    struct Memory;
    impl Store for Memory {
        async fn load(&self, key: u32) -> String {
            format!("value {key}")
        }
    }
    drop(load_in_a_task(Arc::new(Memory)));
}

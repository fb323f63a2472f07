use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Visits {
    total: Arc<Mutex<u64>>,
}

impl Visits {
    fn count(&self) -> u64 {
        let mut total = self.total.lock().unwrap();
        *total += 1;
        *total
    }
}

#[tokio::main]
async fn main() {
    let visits = Visits::default();
    let shared = visits.clone();
    let first = tokio::spawn(async move { shared.count() }).await.unwrap();
    println!("visit {first}, then visit {}", visits.count());
}

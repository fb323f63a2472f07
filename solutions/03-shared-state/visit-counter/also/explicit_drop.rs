//! Nobody spawns this future, so an explicit `drop` will do: the lock is free at the `.await`.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let mut guard = visits.lock().unwrap();
    let number = guard.get(page).map_or(1, |seen| seen + 1);
    guard.insert(page.to_owned(), number);
    drop(guard);
    journal(number).await;
    number
}

//! A function that is not async cannot hold its guard across an `.await`.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let number = next_number(visits, page);
    journal(number).await;
    number
}

fn next_number(visits: &Visits, page: &str) -> u64 {
    let mut visits = visits.lock().unwrap();
    let count = visits.entry(page.to_owned()).or_default();
    *count += 1;
    *count
}

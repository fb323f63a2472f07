//! mistake: guard-across-await
//!
//! One guard from start to end: nobody comes between, and nobody else comes at all.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let mut visits = visits.lock().unwrap();
    let count = visits.entry(page.to_owned()).or_default();
    *count += 1;
    journal(*count).await;
    *count
}

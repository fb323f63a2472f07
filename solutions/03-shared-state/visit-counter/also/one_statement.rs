//! The guard is a temporary of the `let`, and gone before the journal is waited for.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let number = *visits
        .lock()
        .unwrap()
        .entry(page.to_owned())
        .and_modify(|n| *n += 1)
        .or_insert(1);
    journal(number).await;
    number
}

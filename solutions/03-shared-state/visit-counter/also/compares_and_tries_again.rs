//! Two locks, but the second one looks whether the count is still the same, and the journal
//! comes after that.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let number = loop {
        let seen = visits.lock().unwrap().get(page).copied().unwrap_or(0);
        let mut visits = visits.lock().unwrap();
        let count = visits.entry(page.to_owned()).or_default();
        if *count == seen {
            *count = seen + 1;
            break seen + 1;
        }
    };
    journal(number).await;
    number
}

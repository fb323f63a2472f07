//! mistake: check-then-act
//!
//! It compares and tries again, and the journal has a line of every try.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    loop {
        let seen = visits.lock().unwrap().get(page).copied().unwrap_or(0);
        journal(seen + 1).await;
        let mut visits = visits.lock().unwrap();
        let count = visits.entry(page.to_owned()).or_insert(0);
        if *count == seen {
            *count += 1;
            return *count;
        }
    }
}

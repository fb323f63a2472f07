//! mistake: check-then-act
//!
//! The map is locked whenever it is touched, so it must be safe.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let seen = *visits.lock().unwrap().entry(page.to_owned()).or_insert(0);
    journal(seen + 1).await;
    *visits.lock().unwrap().get_mut(page).unwrap() = seen + 1;
    seen + 1
}

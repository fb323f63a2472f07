//! mistake: check-then-act
//!
//! "`+= 1` under the lock loses nothing." The total is right. But two threads look before either of
//! them adds, and both get the same number.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let number = visits.lock().unwrap().get(page).copied().unwrap_or(0) + 1;
    *visits.lock().unwrap().entry(page.to_owned()).or_default() += 1;
    journal(number).await;
    number
}

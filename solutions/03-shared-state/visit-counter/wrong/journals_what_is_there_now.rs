//! mistake: looked-again-later
//!
//! "The journal gets the count." By then the count may be another thread's: one number is in the
//! journal twice, and one is missing.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let number = {
        let mut visits = visits.lock().unwrap();
        let count = visits.entry(page.to_owned()).or_default();
        *count += 1;
        *count
    };
    let count = visits.lock().unwrap()[page];
    journal(count).await;
    number
}

//! mistake: looked-again-later
//!
//! "The count is mine until the next `.await`." It is anybody's once the guard of the first line is
//! gone: two threads add, and then both see the sum.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    *visits.lock().unwrap().entry(page.to_owned()).or_default() += 1;
    let number = visits.lock().unwrap()[page];
    journal(number).await;
    number
}

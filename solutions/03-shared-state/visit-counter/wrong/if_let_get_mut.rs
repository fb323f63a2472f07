//! mistake: scrutinee-guard
//!
//! `number` borrows from a guard that has no name, and both live to the end of the `if let`.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    if let Some(number) = visits.lock().unwrap().get_mut(page) {
        *number += 1;
        journal(*number).await;
        return *number;
    }
    visits.lock().unwrap().insert(page.to_owned(), 1);
    journal(1).await;
    1
}

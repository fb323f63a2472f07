//! mistake: locked-twice
//!
//! No variable holds a guard, so the second `lock` finds the first one gone.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let number = match visits.lock().unwrap().get_mut(page) {
        Some(count) => {
            *count += 1;
            *count
        }
        None => {
            visits.lock().unwrap().insert(page.to_owned(), 1);
            1
        }
    };
    journal(number).await;
    number
}

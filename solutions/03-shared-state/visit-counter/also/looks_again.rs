//! Looking twice is right as well: the second look and the act are under one guard.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    loop {
        let seen = visits.lock().unwrap().get(page).copied().unwrap_or(0);
        tokio::task::yield_now().await;
        let counted = {
            let mut visits = visits.lock().unwrap();
            let count = visits.entry(page.to_owned()).or_default();
            let counted = *count == seen;
            *count += u64::from(counted);
            counted
        };
        if counted {
            journal(seen + 1).await;
            return seen + 1;
        }
    }
}

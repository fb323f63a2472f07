//! # A counter that loses visits
//!
//! Every visit to a page gets a number, and a journal writes that number down. The journal
//! is slow, and visits come at the same time. In production the counter falls far behind
//! the number of lines in the journal.
//!
//! At the end:
//!
//! - a page's first visit is number 1, and ten visits count ten, at the same time or not, on
//!   one thread or on several;
//! - each visit returns a number of its own, and that number is in the journal, once;
//! - no visit waits for another one's journal.
//!
//! Change the body of `visit`, not its signature.
//!
//! ```console
//! $ cargo course check visit-counter
//! ```

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    // TODO: why do visits get lost?
    let seen = visits.lock().unwrap().get(page).copied().unwrap_or(0);
    journal(seen + 1).await;
    visits.lock().unwrap().insert(page.to_owned(), seen + 1);
    seen + 1
}

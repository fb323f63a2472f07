//! mistake: check-then-act
//!
//! "Without an `.await` in between, nobody can come between." No other task of this thread can.
//! Other threads run meanwhile, and see the same old number.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let number = visits.lock().unwrap().get(page).copied().unwrap_or(0) + 1;
    visits.lock().unwrap().insert(page.to_owned(), number);
    journal(number).await;
    number
}

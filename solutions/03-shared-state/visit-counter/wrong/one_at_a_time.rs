//! mistake: tokio-mutex-always
//!
//! A second lock, which may be held across an `.await`, puts the visits in a queue.

use std::collections::HashMap;
use std::sync::Mutex;

/// How often each page was visited.
pub type Visits = Mutex<HashMap<String, u64>>;

static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// Counts one visit to `page`, writes its number into the journal, and returns the number.
pub async fn visit(visits: &Visits, page: &str, journal: impl AsyncFn(u64)) -> u64 {
    let _turn = TURN.lock().await;
    let seen = visits.lock().unwrap().get(page).copied().unwrap_or(0);
    journal(seen + 1).await;
    visits.lock().unwrap().insert(page.to_owned(), seen + 1);
    seen + 1
}

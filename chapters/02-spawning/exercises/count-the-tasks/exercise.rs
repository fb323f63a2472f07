//! # Count the tasks
//!
//! A server runs each visit in a task, and at the end it wants to know how many commands
//! all the visits sent together. The tasks count, and yet the total stays at zero.
//!
//! At the end:
//!
//! - `total` returns the sum of what all the visits return;
//! - all visits run at the same time.
//!
//! Change anything except the signature of `total`.
//!
//! ```console
//! $ cargo course check count-the-tasks
//! ```

use std::future::Future;

/// Runs all visits at the same time, and adds up what they return.
pub async fn total<V>(visits: Vec<V>) -> u64
where
    V: Future<Output = u64> + Send + 'static,
{
    let mut commands = 0;
    for visit in visits {
        // TODO: this adds to a `commands`, but to which one?
        let task = tokio::spawn(async move {
            commands += visit.await;
            println!("{commands} so far");
        });
        task.await.expect("a visit does not panic");
    }
    commands
}

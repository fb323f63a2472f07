//! mistake: blocking-in-async
//! "The pool is what hangs, so leave it out." Then the thread of the tasks does everything.

/// A page of jokes.
pub async fn page<L, R>(load: L, render: R) -> String
where
    L: FnOnce() -> String + Send + 'static,
    R: FnOnce(String) -> String + Send + 'static,
{
    render(load())
}

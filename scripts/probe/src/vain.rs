use crate::words::count;
use crate::{End, Finding};

/// What it means that an answer is still waiting although all of its jobs have ended: see
/// [`waits_in_vain`].
#[derive(Clone, Copy, Debug)]
pub struct InVain<'a> {
    /// The function that waits: "`sum`".
    pub who: &'a str,
    /// What a job is called: "visit".
    pub job: &'a str,
    /// How many there were, and all of them have ended.
    pub jobs: usize,
    /// How many tasks are left.
    pub tasks: usize,
}

/// The finding for an answer that is still waiting although all of its jobs have ended. `without` is how
/// the same answer ends without any job.
///
/// One that then waits as well does not wait for a job but for the end of something: for that of a channel, of
/// which it has a sender. One whose tasks are still there, and that ends where there are none, is
/// waited for by its own tasks.
pub fn waits_in_vain<T>(seen: InVain<'_>, without: &End<T>) -> Finding {
    let InVain { who, job, jobs, tasks } = seen;
    if jobs == 0 {
        return Finding::mistake("stuck")
            .saw(format!("there was no {job}, and {who} was still waiting"))
            .because(format!("it waits for something that only a {job} could bring"));
    }
    let left = match tasks {
        0 => "no task was left".to_owned(),
        1 => "1 task was left".to_owned(),
        n => format!("{n} tasks were left"),
    };
    let saw =
        format!("{} had ended, {left}, and {who} was still waiting", count(jobs, job));
    match (without, tasks) {
        (End::Stuck, 0 | 1) => Finding::mistake("kept-sender")
            .saw(format!("{saw}; without any {job} it waits, too")),
        (End::Done(_), 1..) => {
            Finding::mistake("bounded-self-deadlock").saw(saw).because(format!(
                "the tasks waited for something that only {who} could do, such as to take from a channel \
                 that is full, or to let go of a lock; and {who} waited for the tasks"
            ))
        }
        _ => Finding::mistake("stuck").saw(saw).because(
            "every task was waiting, and no timer was left. Wake-ups and values that come at the same moment \
             may be one to whoever waits for them: of a `Notify`, of a `watch`.",
        ),
    }
}

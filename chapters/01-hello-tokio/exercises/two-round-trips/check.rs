//! Three values that do not need each other are asked for at the same time.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/01-hello-tokio/two-round-trips/solution.rs"
)]
mod exercise;

use std::error::Error;
use std::io;
use std::time::Duration;

use exercise::{Client, Page, page};
use probe::{End, Finding, Ops, Stats, Verdict, What};
use tokio::time::sleep;

probe::main!(
    "01-two-round-trips",
    [
        the_page_shows_the_three_values,
        it_takes_two_round_trips,
        a_session_that_is_not_there_has_no_page,
        values_that_are_not_there_are_empty,
        a_failed_get_is_the_error_of_page,
    ]
);

/// The error of a `get`.
const FAILED: &str = "connection reset";

/// A server that is 100 ms away, and that may fail at one key.
#[derive(Default)]
struct Server {
    ops: Ops,
    failing: Option<&'static str>,
}

impl Client for Server {
    fn get(&self, key: String) -> impl Future<Output = io::Result<Option<String>>> {
        self.ops.run(key.clone(), async move {
            sleep(Duration::from_millis(100)).await;
            if self.failing == Some(key.as_str()) {
                return Err(io::Error::other(FAILED));
            }
            let value = match key.as_str() {
                "session:abc" => "7",
                "session:new" => "8",
                "user:7:name" => "Ada",
                "user:7:team" => "engines",
                "user:7:seen" => "Tuesday",
                _ => return Ok(None),
            };
            Ok(Some(value.to_owned()))
        })
    }
}

type Returned = io::Result<Option<Page>>;

fn run(server: &Server, session: &str) -> Result<(Returned, Stats), Finding> {
    let run = probe::virtual_time(|| page(server, session));
    match run.end {
        End::Panicked(note) if probe::is_of_a_runtime(&note.message) => {
            let saw = format!("a panic, “{}”", note.message);
            Err(Finding::mistake("runtime-is-everywhere").saw(saw))
        }
        End::Panicked(note) if note.message.contains(FAILED) => {
            let saw = format!("a `get` failed, and `page` panicked: “{}”", note.message);
            Err(Finding::mistake("error-became-panic").saw(saw))
        }
        _ => run.done(),
    }
}

fn expect(returned: &Returned, expected: Option<Page>) -> Verdict {
    match returned {
        Ok(page) if *page == expected => Ok(()),
        _ => Err(Finding::unnamed("The page is wrong")
            .saw(format!("`page` returned {returned:?} instead of Ok({expected:?})"))),
    }
}

fn ada() -> Option<Page> {
    Some(Page { name: "Ada".into(), team: "engines".into(), seen: "Tuesday".into() })
}

/// How many calls were dropped at the moment when another one ended, all of them under way
/// before: what `select!` does.
fn lost_a_race(ops: &Ops) -> usize {
    let log = ops.log();
    let lost = |dropped: &usize| {
        let end = &log[*dropped];
        let started = log
            .iter()
            .position(|event| event.label == end.label && event.what == What::Started);
        let won = |i: usize| log[i].what == What::Ended && log[i].at == end.at;
        end.what == What::Dropped && (0..*dropped).any(|i| won(i) && Some(i) > started)
    };
    (0..log.len()).filter(lost).count()
}

fn the_page_shows_the_three_values() -> Verdict {
    let server = Server::default();
    let (returned, _) = run(&server, "abc")?;
    let lost = lost_a_race(&server.ops);
    if lost > 0 && returned.as_ref().is_ok_and(|page| *page != ada()) {
        return Err(Finding::mistake("select-keeps-progress").saw(format!(
            "no `get` failed, one ended, {lost} were dropped at that moment, and `page` returned {returned:?}"
        )));
    }
    expect(&returned, ada())
}

fn it_takes_two_round_trips() -> Verdict {
    let server = Server::default();
    let (_, stats) = run(&server, "abc")?;
    let (calls, peak, took) = (server.ops.starts(), server.ops.peak(), stats.elapsed);
    if calls != 4 {
        let saw = format!("`get` ran {calls} times, and 4 values are needed");
        return Err(Finding::unnamed("The number of calls is wrong").saw(saw));
    }
    if took.as_millis() > 200 {
        let saw = format!(
            "the page took {} ms; of the three values at most {peak} were asked for at a time",
            took.as_millis()
        );
        return Err(match peak {
            3 => Finding::unnamed("The page took longer than two round trips").saw(saw),
            _ => Finding::mistake("await-in-sequence").saw(saw),
        });
    }
    Ok(())
}

fn a_session_that_is_not_there_has_no_page() -> Verdict {
    let server = Server::default();
    expect(&run(&server, "gone")?.0, None)?;
    match server.ops.starts() {
        1 => Ok(()),
        calls => Err(Finding::unnamed("Values were asked for without a user")
            .saw(format!("the session is not there, and `get` ran {calls} times"))),
    }
}

fn values_that_are_not_there_are_empty() -> Verdict {
    let [name, team, seen] = [const { String::new() }; 3];
    expect(&run(&Server::default(), "new")?.0, Some(Page { name, team, seen }))
}

/// Whether the error is the one of the `get`, or says so.
fn is_of_the_get(error: &io::Error) -> bool {
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        if error.to_string().contains(FAILED) {
            return true;
        }
        next = error.source();
    }
    false
}

fn a_failed_get_is_the_error_of_page() -> Verdict {
    for key in ["session:abc", "user:7:name", "user:7:team", "user:7:seen"] {
        let server = Server { failing: Some(key), ..Server::default() };
        let (returned, _) = run(&server, "abc")?;
        match returned {
            Ok(page) => {
                let saw = format!("GET {key} failed, and `page` returned Ok({page:?})");
                return Err(Finding::mistake("result-not-looked-at").saw(saw));
            }
            Err(error) if !is_of_the_get(&error) => {
                let saw = format!(
                    "GET {key} failed with “{FAILED}”, and `page` returned the error “{error}”"
                );
                return Err(
                    Finding::unnamed("The error is not that of the `get`").saw(saw)
                );
            }
            Err(_) => {}
        }
    }
    Ok(())
}

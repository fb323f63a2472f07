//! Three values that do not need each other are asked for at the same time.

#[cfg_attr(
    feature = "solution",
    path = "../../../../solutions/01-hello-tokio/two-round-trips/solution.rs"
)]
mod exercise;

use std::cell::RefCell;
use std::error::Error;
use std::future::pending;
use std::io;
use std::time::Duration;

use exercise::{Client, Page, page};
use probe::words::{count, duration, times};
use probe::{End, Finding, Ops, Stats, Strict, Verdict, What};
use tokio::time::sleep;

probe::main!(
    "01-two-round-trips",
    [
        the_page_shows_the_three_values,
        it_takes_two_round_trips,
        it_takes_as_long_as_the_slowest_value,
        values_that_are_there_at_once_are_shown,
        a_session_that_is_not_there_has_no_page,
        values_that_are_not_there_are_empty,
        a_failed_get_is_the_error_of_page,
        a_get_that_fails_once_is_an_error_too,
    ]
);

/// The error of a `get`.
const FAILED: &str = "connection reset";

/// How long a `get` takes, and one that is slow.
const USUAL: Duration = Duration::from_millis(100);
const SLOW: Duration = Duration::from_millis(300);

/// After so many calls for one key the server is silent, so that whoever tries again for ever is stuck.
const ENOUGH: usize = 100;

const SESSION: &str = "session:abc";
const VALUES: [&str; 3] = ["user:7:name", "user:7:team", "user:7:seen"];

/// A server that is 100 ms away, with one key that may be slow, one that may need no time, one
/// that may be missing, and one that may fail.
#[derive(Default)]
struct Server {
    ops: Ops,
    called: RefCell<Vec<String>>,
    slow: Option<&'static str>,
    quick: Option<&'static str>,
    missing: Option<&'static str>,
    failing: Option<&'static str>,
    /// It fails the first time alone.
    once: bool,
}

impl Client for Server {
    fn get(&self, key: String) -> impl Future<Output = io::Result<Option<String>>> {
        let before = self.called_with(&key);
        self.called.borrow_mut().push(key.clone());
        let is = |other: Option<&str>| other == Some(&*key);
        let (quick, slow, missing) = (is(self.quick), is(self.slow), is(self.missing));
        let fails = is(self.failing) && !(self.once && before > 0);
        let (name, label) = (format!("the `get` of `{key}`"), key.clone());
        let get = async move {
            if before > ENOUGH {
                pending::<()>().await;
            }
            if !quick {
                sleep(if slow { SLOW } else { USUAL }).await;
            }
            if fails {
                return Err(io::Error::other(FAILED));
            }
            let value = match key.as_str() {
                _ if missing => return Ok(None),
                "session:abc" => "7",
                "session:new" => "8",
                "user:7:name" => "Ada",
                "user:7:team" => "engines",
                "user:7:seen" => "Tuesday",
                _ => return Ok(None),
            };
            Ok(Some(value.to_owned()))
        };
        Strict::new(&name, self.ops.run(label, get))
    }
}

impl Server {
    /// How often `get` was called with this key.
    fn called_with(&self, key: &str) -> usize {
        self.called.borrow().iter().filter(|called| *called == key).count()
    }
}

type Returned = io::Result<Option<Page>>;

fn run(server: &Server, session: &str) -> Result<(Returned, Stats), Finding> {
    probe::if_it_waits("foreign-block-on");
    let run = probe::virtual_time(|| page(server, session));
    let attempts = server.failing.map_or(0, |key| server.called_with(key));
    match run.end {
        End::Panicked(note) if note.message.contains(FAILED) => {
            let saw = format!("a `get` failed, and `page` panicked: “{}”", note.message);
            Err(Finding::mistake("error-became-panic").saw(saw))
        }
        End::Stuck | End::Busy if attempts > 1 => {
            let what = format!(
                "it was asked for {}, and `page` did not return",
                times(attempts)
            );
            Err(tried_again(server, &what))
        }
        _ => run.done(),
    }
}

fn tried_again(server: &Server, what: &str) -> Finding {
    let key = server.failing.unwrap_or_default();
    Finding::unnamed("A `get` that failed was tried again")
        .saw(format!("GET {key} failed; {what}"))
        .because(
            "the page makes four calls. Whoever asks for the page decides what an error means; a loop \
             inside hides it, and goes on for as long as the server fails.",
        )
}

fn shown(returned: &Returned) -> String {
    match returned {
        Ok(page) => format!("Ok({page:?})"),
        Err(error) => format!("the error “{error}”"),
    }
}

fn expect(server: &Server, returned: &Returned, expected: &Option<Page>) -> Verdict {
    if returned.as_ref().is_ok_and(|page| page == expected) {
        return Ok(());
    }
    let lost = lost_a_race(&server.ops);
    if lost > 0 {
        return Err(Finding::mistake("select-keeps-progress").saw(format!(
            "no `get` failed; when one ended, {lost} of the others {} dropped, and `page` returned {}",
            if lost == 1 { "was" } else { "were" },
            shown(returned)
        )));
    }
    let saw = format!("`page` returned {} instead of Ok({expected:?})", shown(returned));
    Err(match returned {
        Ok(Some(page)) if in_order_of_their_ends(&server.ops, page) => {
            Finding::mistake("completion-order").saw(saw)
        }
        _ => Finding::unnamed("The page is wrong").saw(saw),
    })
}

/// Whether each of Ada's values stands where it came, and not where it belongs.
fn in_order_of_their_ends(ops: &Ops, page: &Page) -> bool {
    let values = ["Ada", "engines", "Tuesday"];
    let log = ops.log();
    let ended = log.iter().filter(|event| event.what == What::Ended);
    let came: Vec<&str> = ended
        .filter_map(|event| VALUES.iter().position(|key| *key == event.label))
        .map(|place| values[place])
        .collect();
    came != values && came == [&*page.name, &*page.team, &*page.seen]
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
    expect(&server, &returned, &ada())
}

/// That `page` made four calls and was not slower than two round trips, the second of which takes as long
/// as its slowest value.
fn two_trips(server: &Server, right: Duration) -> Verdict {
    let (returned, stats) = run(server, "abc")?;
    let (called, peak, took) =
        (server.called.borrow().len(), server.ops.peak(), stats.elapsed);
    if called > 4 && lost_a_race(&server.ops) > 0 {
        return Err(Finding::mistake("select-keeps-progress").saw(format!(
            "`get` was called {}, and 4 values are needed: calls were dropped when another one ended, \
             and made again",
            times(called)
        )));
    }
    if called != 4 {
        let saw = format!("`get` was called {}, and 4 values are needed", times(called));
        return Err(Finding::unnamed("The number of calls is wrong").saw(saw));
    }
    if took > right {
        let slow = server.slow.map_or_else(String::new, |key| {
            format!(" (that of {key} {} ms)", SLOW.as_millis())
        });
        let saw = format!(
            "each `get` took {} ms{slow}, and the page {}; of the three values at most {peak} \
             {} asked for at a time",
            USUAL.as_millis(),
            duration(took),
            if peak == 1 { "was" } else { "were" }
        );
        return Err(match peak {
            3 => Finding::unnamed("The page took longer than two round trips").saw(saw),
            _ => Finding::mistake("await-in-sequence").saw(saw),
        });
    }
    expect(server, &returned, &ada())
}

fn it_takes_two_round_trips() -> Verdict {
    two_trips(&Server::default(), 2 * USUAL)
}

fn it_takes_as_long_as_the_slowest_value() -> Verdict {
    for key in VALUES {
        two_trips(&Server { slow: Some(key), ..Server::default() }, USUAL + SLOW)?;
    }
    Ok(())
}

fn values_that_are_there_at_once_are_shown() -> Verdict {
    for key in VALUES {
        two_trips(&Server { quick: Some(key), ..Server::default() }, 2 * USUAL)?;
    }
    Ok(())
}

fn a_session_that_is_not_there_has_no_page() -> Verdict {
    let server = Server::default();
    expect(&server, &run(&server, "gone")?.0, &None)?;
    match server.called.borrow().len() {
        1 => Ok(()),
        calls => Err(Finding::unnamed("Values were asked for without a user").saw(
            format!("the session is not there, and `get` was called {}", times(calls)),
        )),
    }
}

fn values_that_are_not_there_are_empty() -> Verdict {
    for key in VALUES {
        let mut expected = ada();
        if let Some(page) = &mut expected {
            let value = match key {
                "user:7:name" => &mut page.name,
                "user:7:team" => &mut page.team,
                _ => &mut page.seen,
            };
            value.clear();
        }
        let server = Server { missing: Some(key), ..Server::default() };
        let returned = run(&server, "abc")?.0;
        expect(&server, &returned, &expected).map_err(|finding| match finding.id() {
            Some(_) => finding,
            None => Finding::unnamed("A value that is not there is not empty").saw(format!(
                "there is no value for {key}, and `page` returned {} instead of Ok({expected:?})",
                shown(&returned)
            )),
        })?;
    }
    let [name, team, seen] = [const { String::new() }; 3];
    let server = Server::default();
    expect(&server, &run(&server, "new")?.0, &Some(Page { name, team, seen }))
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

/// Asks for the page while the `get` of one key fails.
fn fails(server: &Server) -> Verdict {
    let key = server.failing.unwrap_or_default();
    let (returned, _) = run(server, "abc").map_err(|finding| match finding.id() {
        // Without the failure, it did not panic.
        Some("panicked") => Finding::mistake("error-became-panic")
            .saw(format!("GET {key} failed with “{FAILED}”, and `page` panicked")),
        _ => finding,
    })?;
    let attempts = server.called_with(key);
    match returned {
        Ok(_) if server.once && attempts > 1 => Err(tried_again(
            server,
            &format!(
                "{} for it were made, and `page` returned Ok",
                count(attempts, "call")
            ),
        )),
        Ok(_) => {
            let saw =
                format!("GET {key} failed, and `page` returned {}", shown(&returned));
            Err(Finding::mistake("result-not-looked-at").saw(saw))
        }
        Err(error) if !is_of_the_get(&error) => Err(Finding::unnamed(
            "The error is not that of the `get`",
        )
        .saw(format!(
            "GET {key} failed with “{FAILED}”, and `page` returned the error “{error}”"
        ))),
        Err(_) => Ok(()),
    }
}

fn a_failed_get_is_the_error_of_page() -> Verdict {
    for key in [SESSION].into_iter().chain(VALUES) {
        let failing = Some(key);
        fails(&Server { failing, ..Server::default() })?;
        fails(&Server { failing, quick: failing, ..Server::default() })?;
        for other in VALUES {
            fails(&Server { failing, slow: Some(other), ..Server::default() })?;
            fails(&Server { failing, missing: Some(other), ..Server::default() })?;
        }
    }
    Ok(())
}

fn a_get_that_fails_once_is_an_error_too() -> Verdict {
    for key in [SESSION].into_iter().chain(VALUES) {
        fails(&Server { failing: Some(key), once: true, ..Server::default() })?;
    }
    Ok(())
}

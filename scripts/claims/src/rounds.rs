//! Repetitions that take turns.

use std::env;
use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr};
use std::process;
use std::time::Instant;

use anyhow::Result;

/// How much a program measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// What the book quotes.
    Full,
    /// Enough to see that the program runs, and that is all its figures are good for.
    Quick,
}

impl Effort {
    /// As the command line says: nothing, or `quick`. Ends the process if it says something else.
    pub fn from_args() -> Effort {
        let args: Vec<String> = env::args().skip(1).collect();
        match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [] => Effort::Full,
            ["quick"] => Effort::Quick,
            _ => {
                eprintln!(
                    "usage: cargo run --release --example {} [-- quick]",
                    program()
                );
                process::exit(2);
            }
        }
    }

    /// One of two sizes.
    pub fn pick<T>(self, full: T, quick: T) -> T {
        match self {
            Effort::Full => full,
            Effort::Quick => quick,
        }
    }

    /// How often each case is measured.
    pub fn rounds(self) -> usize {
        self.pick(5, 1)
    }
}

/// Measures each case once a round, so that a slow minute of the machine falls on all of them,
/// and says on standard error how far it is. Gives the trials of each case.
///
/// Every other round goes backwards: what a case leaves behind does not always meet the same
/// one.
///
/// # Errors
///
/// Those of `measure`: the first one ends it all.
pub fn interleaved<C: Display, T>(
    rounds: usize,
    cases: &[C],
    mut measure: impl FnMut(&C) -> Result<T>,
) -> Result<Vec<Vec<T>>> {
    let begin = Instant::now();
    let mut trials: Vec<Vec<T>> = cases.iter().map(|_| Vec::new()).collect();
    for round in 1..=rounds {
        let mut turns: Vec<_> = cases.iter().zip(&mut trials).collect();
        if round % 2 == 0 {
            turns.reverse();
        }
        for (case, trials) in turns {
            progress(&format!("round {round} of {rounds}: {case}"));
            trials.push(measure(case)?);
        }
        let seconds = begin.elapsed().as_secs_f64();
        progress(&format!("round {round} of {rounds} done after {seconds:.1} s"));
        eprintln!();
    }
    Ok(trials)
}

/// On a terminal, each message replaces the one before. Elsewhere only the last of a round is said.
fn progress(what: &str) {
    let program = program();
    if stderr().is_terminal() {
        eprint!("\r\x1b[K{program}: {what}");
    } else if what.contains("done") {
        eprint!("{program}: {what}");
    }
    // Nobody can be told that progress cannot be told.
    let _ = stderr().flush();
}

fn program() -> String {
    let path = env::current_exe().unwrap_or_default();
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// What the rounds gave.
#[derive(Clone, Debug)]
pub struct Spread {
    sorted: Vec<f64>,
}

impl Spread {
    /// One value of each trial. There is at least one trial.
    pub fn of<T>(trials: &[T], value: impl Fn(&T) -> f64) -> Spread {
        let mut sorted: Vec<f64> = trials.iter().map(value).collect();
        sorted.sort_by(f64::total_cmp);
        Spread { sorted }
    }

    /// The one in the middle; the upper of the two if their number is even.
    pub fn median(&self) -> f64 {
        self.sorted[self.sorted.len() / 2]
    }

    /// The least.
    pub fn least(&self) -> f64 {
        self.sorted[0]
    }

    /// The most.
    pub fn most(&self) -> f64 {
        self.sorted[self.sorted.len() - 1]
    }

    /// The median, and how far from it the farthest round is: `57 ns ±4%`.
    pub fn show(&self, unit: fn(f64) -> String) -> String {
        let middle = self.median();
        let far = (self.most() - middle).max(middle - self.least());
        let percent = if middle == 0.0 { 0.0 } else { far / middle.abs() * 100.0 };
        format!("{} ±{percent:.0}%", unit(middle))
    }
}

#[cfg(test)]
mod tests {
    use super::{Spread, interleaved};

    #[test]
    fn cases_take_turns() {
        let mut order = String::new();
        let trials = interleaved(2, &['a', 'b'], |case| {
            order.push(*case);
            Ok(order.len())
        });
        assert_eq!(trials.expect("nothing fails"), [[1, 4], [2, 3]]);
        assert_eq!(order, "abba");
    }

    #[test]
    fn a_spread_shows_the_farthest_round() {
        let spread = Spread::of(&[12.0, 10.0, 9.0], |value| *value);
        assert_eq!(spread.show(|value| value.to_string()), "10 ±20%");
        assert_eq!((spread.least(), spread.most()), (9.0, 12.0));
    }
}

//! `cargo course verify`, for maintainers: proves that every check tells right answers from
//! wrong ones, and the wrong ones from each other.
//!
//! The museum of an exercise ([`museum`]) holds the exercise as shipped, its solution, other
//! right answers, and wrong ones, each of which opens with the name of its mistake. Every one
//! of them is put in the exercise's place ([`scratch`](crate::run::scratch)), and must get the
//! verdict it was put there for ([`judge`]). What many runs beside busy threads have proved of a
//! check is kept in the repository ([`proof`]), and need not be proved again until it changes.

pub mod judge;
pub mod museum;
pub mod proof;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::keep::verify::judge::{Effort, Judged, PATIENCE, Verdict};
use crate::keep::verify::museum::{Expected, completeness, coverage};
use crate::keep::verify::proof::Proof;
use crate::repo::catalogue::Catalogue;
use crate::repo::workspace::{Chapter, Course, Exercise};
use crate::run::scratch::Candidate;
use crate::text::{self, BOLD, RED, paint};

/// The arguments of `cargo course verify`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Parts of names of exercises; all of them by default
    names: Vec<String>,
    /// Run every candidate so many times, and demand the same verdict each time
    #[arg(long, value_name = "N", default_value_t = 1)]
    repeat: usize,
    /// Keep so many threads busy beside them
    #[arg(long, value_name = "M", default_value_t = 0)]
    busy: usize,
    /// Run only right answers: the solutions and the others beside them
    #[arg(long)]
    right: bool,
    /// Leave out the exercises that are proved and have not changed since
    #[arg(long)]
    unproved: bool,
    /// Run every candidate 200 times beside 2 busy threads, and keep in the repository that this
    /// is proved; leaves out what is proved already
    #[arg(long, conflicts_with_all = ["repeat", "busy", "right", "unproved"])]
    prove: bool,
    /// With `--prove`: prove again what is proved already
    #[arg(long, requires = "prove")]
    again: bool,
}

impl Args {
    fn wants(&self, exercise: &Exercise) -> bool {
        self.names.is_empty()
            || self.names.iter().any(|name| exercise.name.contains(name.as_str()))
    }

    fn effort(&self) -> Effort {
        match self.prove {
            true => proof::EFFORT,
            false => Effort { repeat: self.repeat, busy: self.busy },
        }
    }
}

/// Runs the command.
pub fn run(course: &Course, args: Args) -> Result<ExitCode> {
    let mut exercises: Vec<(&Chapter, &Exercise)> =
        course.exercises().filter(|(_, exercise)| args.wants(exercise)).collect();
    if exercises.is_empty() && !args.names.is_empty() {
        bail!("no exercise has `{}` in its name", args.names.join("` or `"));
    }
    if args.unproved || args.prove && !args.again {
        let before = exercises.len();
        let mut changed = Vec::new();
        for (chapter, exercise) in exercises {
            if !Proof::stands(course, chapter, exercise)? {
                changed.push((chapter, exercise));
            }
        }
        exercises = changed;
        text::say(&format!(
            "{} of {} proved by {} runs beside {} busy threads, and unchanged since.\n",
            before - exercises.len(),
            text::count(before, "exercise"),
            proof::EFFORT.repeat,
            proof::EFFORT.busy
        ));
    }

    let mut museum = Vec::new();
    let mut problems = Vec::new();
    for (_, exercise) in &exercises {
        problems.extend(completeness(exercise)?);
        for candidate in Candidate::all(exercise)? {
            match Expected::of(exercise, &candidate) {
                Ok(expected) if args.right && expected != Expected::Pass => {}
                Ok(expected) => museum.push((candidate, expected)),
                Err(what) => {
                    problems.push(format!("{} {}: {what}", exercise.name, candidate.name))
                }
            }
        }
    }

    let effort = args.effort();
    let built = judge::build(course, &museum)?;
    let verdicts = if args.prove {
        // One after the other: whoever ends this early keeps what is proved so far.
        let mut verdicts = Vec::new();
        for (chapter, exercise) in &exercises {
            let own = |(candidate, _): &&(Candidate, Expected)| {
                candidate.exercise == exercise.name
            };
            let museum: Vec<_> = museum.iter().filter(own).cloned().collect();
            let judged = judge::judge(course, &museum, &built, effort)?;
            let fit = museum.iter().zip(&judged).all(|((_, what), one)| one.fits(what));
            if fit {
                let runs = judged.iter().filter(was_built).map(Judged::runs);
                let fewest = runs.min().unwrap_or(0);
                Proof::of(course, chapter, exercise, fewest)?.keep(exercise)?;
            }
            verdicts.extend(judged);
        }
        verdicts
    } else {
        judge::judge(course, &museum, &built, effort)?
    };

    let mut previous = "";
    for ((candidate, expected), judged) in museum.iter().zip(&verdicts) {
        if candidate.exercise != previous {
            text::say(&format!("\n{}\n", paint(BOLD, &candidate.exercise)));
            previous = &candidate.exercise;
        }
        text::say(&judge::row(candidate, expected, judged));
        if !judged.fits(expected) {
            problems.push(format!(
                "{} {}: {}, and must {}",
                candidate.exercise, candidate.name, judged, expected
            ));
        }
    }

    let fewer = verdicts
        .iter()
        .filter(was_built)
        .filter(|one| one.runs() < effort.repeat)
        .count();
    if fewer > 0 {
        text::say(&format!(
            "\n{} ran fewer than {} times: {} seconds were over.\n",
            text::count(fewer, "candidate"),
            effort.repeat,
            PATIENCE.as_secs()
        ));
    }

    // A mistake may be met elsewhere, so these hold of the whole course alone.
    if args.names.is_empty() {
        problems.extend(coverage(course, &Catalogue::open(&course.root)?)?);
    }
    let seen = format!(
        "{} of {}",
        text::count(museum.len(), "candidate"),
        text::count(exercises.len(), "exercise")
    );
    if problems.is_empty() {
        text::say(&format!("\n{seen}: each got the verdict it is there for.\n"));
        return Ok(ExitCode::SUCCESS);
    }
    text::say(&format!("\n{seen}, {}:\n\n", text::count(problems.len(), "problem")));
    for problem in &problems {
        text::say(&format!("{} {problem}\n", paint(RED, "-")));
    }
    Ok(ExitCode::FAILURE)
}

/// Whether there was a program to run.
fn was_built(judged: &&Judged) -> bool {
    !matches!(judged.verdicts[0].0, Verdict::Refused(_))
}

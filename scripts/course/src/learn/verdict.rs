//! What is to be said of an answer that was checked, in the terminal and on the page.

use anstream::adapter::strip_str;

use crate::repo::catalogue::{Catalogue, Mistake};
use crate::repo::progress::{Failed, Record};
use crate::repo::workspace::{Course, Exercise};
use crate::run::check::{CompilerError, Outcome};
use crate::text::{self, BOLD, GREEN, RED};

/// What is to be said of an outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// What happened, in one line without color.
    pub headline: String,
    /// The words of the compiler, or the cases that passed: as long as they come.
    pub words: String,
    /// What a reader has to read of it.
    pub meaning: String,
    /// What else there is: what the answer printed, what the compiler had warned of.
    pub aside: String,
    /// What the check saw, or the error of rustc's that has a meaning.
    pub saw: Option<String>,
    /// The mistake that the answer shows, if it shows one and no other.
    pub mistake: Option<String>,
}

impl Told {
    /// What to say of an outcome. `untouched` is an answer that is as it was shipped.
    pub fn of(
        outcome: &Outcome,
        course: &Course,
        exercise: &Exercise,
        catalogue: &Catalogue,
        untouched: bool,
    ) -> Told {
        match outcome {
            Outcome::Passed { output } => {
                let (cases, printed) = apart(output);
                Told {
                    headline: format!("{} passes", exercise.name),
                    words: cases.to_string(),
                    aside: printed.to_string(),
                    ..Told::default()
                }
            }
            Outcome::Failed { output, mistake, warnings } => {
                failed(exercise, output, mistake.as_deref(), warnings)
            }
            Outcome::DoesNotCompile { errors } => {
                let mut words: String =
                    errors.iter().map(|error| error.rendered.as_str()).collect();
                if !words.ends_with("\n\n") {
                    words.push('\n');
                }
                let mistakes = explain(exercise, catalogue, errors);
                let (headline, meaning) = match &mistakes[..] {
                    [] => (
                        errors.first().map_or("It does not compile".into(), headline),
                        unexplained(course, exercise, errors, untouched),
                    ),
                    [(one, error)] => {
                        (one.title.clone(), explained(one, exercise, &error.saw()))
                    }
                    several => (
                        "The compiler refuses it".to_string(),
                        several_told(exercise, several),
                    ),
                };
                let about = mistakes.first().map(|(_, error)| *error).or(errors.first());
                let only = (mistakes.len() == 1).then(|| mistakes[0].0.id.clone());
                Told {
                    headline,
                    words,
                    meaning,
                    saw: about.map(CompilerError::saw),
                    mistake: only,
                    ..Told::default()
                }
            }
        }
    }

    /// Remembers how an answer, given by its hash, did.
    pub fn remember(&self, record: &mut Record, answer: String, outcome: &Outcome) {
        let mistake = self.mistake.as_ref().filter(|id| !record.met.contains(id));
        record.met.extend(mistake.cloned());
        if matches!(outcome, Outcome::Passed { .. }) {
            record.passed = Some(answer);
            record.failed = None;
            return;
        }
        // The check may have become stricter since.
        record.passed.take_if(|passed| *passed == answer);
        record.failed = Some(Failed {
            answer,
            compiled: !matches!(outcome, Outcome::DoesNotCompile { .. }),
            mistake: self.mistake.clone(),
        });
    }

    /// All of it, as `cargo course check` shows it.
    pub fn all(&self) -> String {
        format!("{}{}{}", self.words, self.meaning, self.aside)
    }
}

/// What to say of an answer that compiles and is wrong.
fn failed(
    exercise: &Exercise,
    output: &str,
    mistake: Option<&str>,
    warnings: &[String],
) -> Told {
    if output.is_empty() {
        let headline = format!("{} failed, and said nothing", exercise.name);
        let meaning = format!("{RED}{headline}.{RED:#}\n");
        let aside = warned(warnings);
        let mistake = mistake.map(str::to_string);
        return Told { headline, meaning, aside, mistake, ..Told::default() };
    }
    let (meaning, printed) = apart(output);
    let plain = strip_str(meaning).to_string();
    let first = plain.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let title = first.strip_prefix(&format!("{}: ", exercise.name)).unwrap_or(first);
    let title = match mistake {
        Some(id) => title.trim_end().trim_end_matches(&format!("[{id}]")),
        None => title,
    };
    Told {
        headline: title.trim().to_string(),
        words: String::new(),
        saw: fact(&plain, "saw"),
        meaning: meaning.to_string(),
        aside: printed.to_string() + &warned(warnings),
        mistake: mistake.map(str::to_string),
    }
}

/// What a check says, and what it says that the answer printed.
fn apart(output: &str) -> (&str, &str) {
    match output.find("\n  what it printed:") {
        Some(at) => output.split_at(at),
        None => (output, ""),
    }
}

/// What rustc refuses, in one line: "It does not compile: mismatched types (E0308)".
fn headline(error: &CompilerError) -> String {
    let message = error.message.lines().next().unwrap_or_default();
    let code = error.code.as_ref().map(|code| format!(" ({code})"));
    format!("It does not compile: {message}{}", code.unwrap_or_default())
}

fn warned(warnings: &[String]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    format!("\n{BOLD}The compiler had warned:{BOLD:#}\n\n{}", warnings.concat())
}

/// The value of a line `  saw       10 tasks …`, and of those that go on from it.
fn fact(plain: &str, key: &str) -> Option<String> {
    let mut lines =
        plain.lines().skip_while(|line| !line.starts_with(&format!("  {key} ")));
    let first = lines.next()?.trim_start().strip_prefix(key)?;
    let rest = lines.take_while(|line| line.starts_with("     "));
    let words: Vec<&str> = [first].into_iter().chain(rest).map(str::trim).collect();
    Some(words.join(" "))
}

/// The mistakes that the exercise is there to meet and that rustc reports by one of these
/// errors: those of the first error that is so explained.
fn explain<'a>(
    exercise: &Exercise,
    catalogue: &'a Catalogue,
    errors: &'a [CompilerError],
) -> Vec<(&'a Mistake, &'a CompilerError)> {
    errors
        .iter()
        .map(|error| {
            exercise
                .meets
                .iter()
                .filter_map(|id| catalogue.get(id))
                .filter(|mistake| mistake.explains(error.code.as_deref(), &error.message))
                .map(|mistake| (mistake, error))
                .collect::<Vec<_>>()
        })
        .find(|found| !found.is_empty())
        .unwrap_or_default()
}

/// The explanation of a mistake that rustc found.
fn explained(mistake: &Mistake, exercise: &Exercise, saw: &str) -> String {
    text::explanation(
        &exercise.name,
        &mistake.title,
        &mistake.id,
        saw,
        &mistake.because,
        &mistake.read,
    )
}

fn several_told(exercise: &Exercise, several: &[(&Mistake, &CompilerError)]) -> String {
    let mut said = format!(
        "{BOLD}{}: the compiler refuses it, as it does for any of these{BOLD:#}\n",
        exercise.name
    );
    said += &text::fact("saw", &several[0].1.saw());
    for (mistake, _) in several {
        said += &text::fact("perhaps", &format!("{} [{}]", mistake.title, mistake.id));
        said += &text::fact("because", &mistake.because);
        said += &text::fact("read", &mistake.read);
    }
    said
}

/// What to do about errors that are none of the exercise's mistakes.
fn unexplained(
    course: &Course,
    exercise: &Exercise,
    errors: &[CompilerError],
    untouched: bool,
) -> String {
    let Some(first) = errors.first() else { return String::new() };
    let in_the_check = first
        .place
        .as_ref()
        .is_some_and(|(file, _)| course.root.join(file) == exercise.check);
    let advice = if untouched && first.is(&exercise.starts) {
        "So the exercise begins: the compiler refuses it, and its words say why. Its story and \
         its rules stand at the top of exercise.rs."
            .to_string()
    } else if in_the_check && first.is_about_an_interface() {
        "The error is where the check calls your code: keep the names and the signatures that \
         exercise.rs came with."
            .to_string()
    } else if in_the_check {
        "The error is where the check uses your code: what it asks of it, as the program around \
         it would, does not hold."
            .to_string()
    } else if errors.len() == 1 {
        "It does not compile yet: the compiler's words say why.".to_string()
    } else {
        format!(
            "It does not compile yet. Begin with the first of {}: later ones often follow from \
             it.",
            text::count(errors.len(), "error")
        )
    };
    text::wrapped("", &advice)
}

/// That the exercise passes, and what it was about. `met` are the mistakes that the reader made.
pub fn learned(exercise: &Exercise, catalogue: &Catalogue, met: &[String]) -> String {
    let mut said = format!("{GREEN}{} passes.{GREEN:#}", exercise.name);
    let about = about(exercise, catalogue, met);
    if about.is_empty() {
        return said + "\n";
    }
    said += " What it was about:\n";
    for Mistake { id, title, read, .. } in about {
        said += &text::wrapped("  - ", &format!("{title} [{id}]"));
        said += &text::wrapped("    ", &format!("read {read}"));
    }
    said
}

/// What an exercise was about for this reader: the mistake that it begins with, or the first of
/// those that it is there to meet, and then the others that the reader made.
pub fn about<'a>(
    exercise: &Exercise,
    catalogue: &'a Catalogue,
    met: &[String],
) -> Vec<&'a Mistake> {
    let main = catalogue
        .get(&exercise.starts)
        .or_else(|| exercise.meets.iter().find_map(|id| catalogue.get(id)));
    let met = met.iter().filter_map(|id| catalogue.get(id));
    let met = met.filter(|one| main.is_none_or(|main| main.id != one.id));
    main.into_iter().chain(met).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_check_saw_is_put_together_again() {
        let said = "01-zero: Not zero   [not-zero]\n  saw       one, and\n            two\n  because   of\n";
        assert_eq!(fact(said, "saw").as_deref(), Some("one, and two"));
        assert_eq!(fact(said, "because").as_deref(), Some("of"));
        assert_eq!(fact(said, "read"), None);
    }

    #[test]
    fn an_answer_that_fails_after_it_passed_is_not_done() {
        let (mut record, told) = (Record::default(), Told::default());
        let passed = Outcome::Passed { output: String::new() };
        let failed =
            Outcome::Failed { output: String::new(), mistake: None, warnings: vec![] };
        told.remember(&mut record, "a".into(), &passed);
        told.remember(&mut record, "b".into(), &failed);
        assert_eq!(record.passed.as_deref(), Some("a"));
        told.remember(&mut record, "a".into(), &failed);
        assert_eq!(record.passed, None);
    }
}

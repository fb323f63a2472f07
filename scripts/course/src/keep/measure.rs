//! `cargo course measure`, for maintainers: measures the figures that the book quotes.
//!
//! A figure is what an example called `…-measured` prints. It depends on the machine, so
//! nobody compares it: its recording opens with the command and the machine, and with a
//! fingerprint of the program, by which `cargo test` sees that a figure is older than what
//! it is said to measure.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use toml_edit::{DocumentMut, Item};

use crate::keep::stale::Stale;
use crate::repo::progress::hash;
use crate::repo::sources::{is_anchor, rust_files};
use crate::repo::workspace::{Course, Example};
use crate::run::cargo::{cargo, rustc_version};
use crate::text::{self, GREEN, paint};

/// Where a program may write a plot of what it prints: a file beside the recording.
const PLOT: &str = "MEASURE_PLOT";

/// The arguments of `cargo course measure`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Parts of names of `…-measured` examples; all of them by default
    names: Vec<String>,
}

/// What prints a figure, and where that is recorded.
struct Figure {
    example: Example,
    /// The recording, relative to the root of the repository.
    file: String,
    /// The command that a reader types.
    command: Vec<&'static str>,
}

/// Runs the command.
pub fn run(course: &Course, args: Args) -> Result<ExitCode> {
    let mut chosen = figures(course)?;
    chosen.retain(|figure| {
        let name = &figure.example.name;
        args.names.is_empty()
            || args.names.iter().any(|part| name.contains(part.as_str()))
    });
    if chosen.is_empty() && !args.names.is_empty() {
        bail!("no `…-measured` example has `{}` in its name", args.names.join("` or `"));
    }
    for figure in chosen {
        let name = &figure.example.name;
        text::warn(&format!("measuring {name}"));
        let path = course.root.join(&figure.file);
        fs::create_dir_all(path.parent().expect("a file is in a folder"))?;
        // As a reader would, but for the output.
        let output = cargo(&course.root)
            .args(&figure.command)
            .arg(name)
            .env(PLOT, path.with_extension("svg"))
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("cannot run cargo")?;
        if !output.status.success() {
            bail!("{name} ended with {}", output.status);
        }
        let printed = String::from_utf8_lossy(&output.stdout);
        let recording = format!("{}\n{printed}", header(course, &figure)?);
        fs::write(&path, &recording)
            .with_context(|| format!("cannot write {}", path.display()))?;
        text::say(&format!(
            "{} {}\n{recording}\n",
            paint(GREEN, "+"),
            course.shown(&path)
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The figures of the chapters, and those of the packages in `scripts`.
fn figures(course: &Course) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for chapter in &course.chapters {
        for example in chapter.examples.iter().filter(|example| example.is_measured()) {
            figures.push(Figure {
                example: example.clone(),
                file: format!("chapters/{}/recorded/{}.txt", chapter.slug, example.name),
                command: vec!["run", "--release", "--example"],
            });
        }
    }
    for package in packages(course)? {
        let folder = package.file_name().expect("it is in `scripts`").to_string_lossy();
        for path in rust_files(&package.join("examples"))? {
            let name =
                path.file_stem().expect("a file has a name").to_string_lossy().into();
            let example = Example { name, path };
            if example.is_measured() {
                figures.push(Figure {
                    file: format!("scripts/{folder}/recorded/{}.txt", example.name),
                    example,
                    command: match &*folder {
                        // Nobody runs the tool in release.
                        "course" => vec!["run", "--example"],
                        _ => vec!["run", "--release", "--example"],
                    },
                });
            }
        }
    }
    Ok(figures)
}

/// The folders in `scripts`.
fn packages(course: &Course) -> Result<Vec<PathBuf>> {
    let scripts = course.root.join("scripts");
    if !scripts.is_dir() {
        return Ok(Vec::new());
    }
    let mut packages = Vec::new();
    for entry in fs::read_dir(&scripts).with_context(|| scripts.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            packages.push(path);
        }
    }
    packages.sort();
    Ok(packages)
}

/// The recordings of all figures, and where their plots would be, relative to the root of the
/// repository.
pub fn files(course: &Course) -> Result<Vec<String>> {
    let files = figures(course)?.into_iter().map(|figure| figure.file);
    Ok(files.flat_map(|file| [file.replace(".txt", ".svg"), file]).collect())
}

/// The figures that are missing, or older than their programs.
pub fn stale(course: &Course) -> Result<Vec<Stale>> {
    let mut stale = Vec::new();
    for Figure { example, file, .. } in figures(course)? {
        let what = match fs::read_to_string(course.root.join(&file)) {
            Err(_) => "the figure is missing",
            Ok(text) if !text.contains(&fingerprint_line(&example)?) => {
                "the program has changed since the figure was measured"
            }
            Ok(_) => continue,
        };
        let mend = Some(format!("cargo course measure {}", example.name));
        stale.push(Stale { file, what: what.into(), mend });
    }
    Ok(stale)
}

fn header(course: &Course, figure: &Figure) -> Result<String> {
    let Figure { example, command, .. } = figure;
    Ok(format!(
        "# cargo {} {}\n# {}\n{}\n",
        command.join(" "),
        example.name,
        machine(&course.root)?,
        fingerprint_line(example)?
    ))
}

/// Processor, system and versions, in a line.
fn machine(root: &Path) -> Result<String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_string())
    });
    let processor = match processor {
        Some(name) => format!("{} of {name}", text::count(cores, "core")),
        None => text::count(cores, "core"),
    };
    let rustc = rustc_version()?;
    let rustc = rustc.split_whitespace().nth(1).unwrap_or_default().to_string();
    let lock: DocumentMut =
        fs::read_to_string(root.join("Cargo.lock"))?.parse().context("Cargo.lock")?;
    let tokio = lock
        .get("package")
        .and_then(Item::as_array_of_tables)
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(Item::as_str) == Some("tokio"))
        .and_then(|package| package.get("version")?.as_str())
        .unwrap_or("?");
    let system = format!("{} ({})", env::consts::OS, env::consts::ARCH);
    Ok(format!("{processor}, {system}; rustc {rustc}, tokio {tokio}"))
}

fn fingerprint_line(example: &Example) -> Result<String> {
    let sources = example.sources()?;
    Ok(format!("# measured program: {}", hash(code(&sources).as_bytes())))
}

/// What of a source can change a figure: no comments of whole lines, no blank lines.
fn code(source: &str) -> String {
    source
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty() && !line.trim_start().starts_with("//"))
        .filter(|line| !is_anchor(line))
        .flat_map(|line| [line, "\n"])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_comment_makes_no_figure_old() {
        assert_eq!(code("//! Says.\n\nfn main() {} \n  // why\n"), "fn main() {}\n");
        assert_ne!(code("fn main() { 1 }"), code("fn main() { 2 }"));
    }
}

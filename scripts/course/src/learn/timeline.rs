//! `cargo course timeline`: runs a stage, or a side program, and draws what its tasks did.
//!
//! The program is built aside, in a copy of the repository in which `tokio` is the package
//! `tokio-recorded`: Tokio, but for what it spawns. The sources are the same, so it does and
//! prints what it always does. As with [`scratch`](crate::run::scratch), the copy is built into the
//! *same* target folder, and a setting of the profile for the packages of the course alone keeps
//! the two apart: of the crates from elsewhere not one is compiled twice.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Component, Path, PathBuf};
use std::process::{self, ExitCode, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::Message;
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

use crate::repo::sources::text_files;
use crate::repo::workspace::{Course, Example};
use crate::run::cargo::cargo;
use crate::run::group::asked_to_end;
use crate::run::scratch::Scratch;
use crate::text::{self, BOLD, MAGENTA, paint};

/// What takes Tokio's place.
const RECORDED_TOKIO: &str = "scripts/tokio-recorded";

/// The packages whose sources the programs need, beside those of the chapters: what records, and
/// what the stages print with. They have the real Tokio.
const NEEDED: [&str; 3] = ["scripts/timeline", RECORDED_TOKIO, "scripts/probe"];

/// The repository's `Cargo.lock` as of the last run.
const LOCK: &str = "Cargo.lock.before";

/// How long a program may take to end by itself after Ctrl-C.
const GRACE: Duration = Duration::from_secs(5);

/// The arguments of `cargo course timeline`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The program: a stage such as `02-spawning`, another example, or a path; without one,
    /// they are listed
    name: Option<String>,
    /// Show the picture in the browser
    #[arg(long)]
    open: bool,
    /// What the program gets, after `--`
    #[arg(last = true)]
    args: Vec<String>,
}

/// Runs the command.
pub fn run(course: &Course, args: Args) -> Result<ExitCode> {
    let Some(name) = &args.name else {
        text::say(&list(course));
        return Ok(ExitCode::SUCCESS);
    };
    let example = resolve(course, name)?;
    let Some(program) = build(course, example)? else {
        return Ok(ExitCode::FAILURE); // rustc has said why
    };

    let picture =
        course.target_dir.join("timelines").join(format!("{}.svg", example.name));
    let drawing = picture.with_extension("txt");
    fs::create_dir_all(picture.parent().expect("it is in a folder"))?;
    for old in [&picture, &drawing] {
        match fs::remove_file(old) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                bail!("cannot remove {}: {error}", course.shown(old))
            }
            _ => {}
        }
    }

    let title = format!("{} {}", example.name, args.args.join(" "));
    let mut command = tokio::process::Command::new(program);
    command
        .args(&args.args)
        .env("TIMELINE_OUT", &picture)
        .env("TIMELINE_TITLE", format!("{}: what its tasks did", title.trim_end()))
        .env("TIMELINE_PROGRAM", course.shown(&example.path).replace('\\', "/"))
        .env("TIMELINE_PARENT", process::id().to_string())
        .env("COLUMNS", text::terminal_width().unwrap_or(100).to_string());
    if !args.args.is_empty() {
        // It may serve until Ctrl-C, which leaves it no time to write anything.
        command.env("TIMELINE_EVERY", "300");
    }
    let status = watch(command)?;

    let Ok(drawn) = fs::read_to_string(&drawing) else {
        let name = &example.name;
        match status.code() {
            Some(0) => bail!(
                "there is nothing to draw: {name} gave Tokio's runtime nothing to run (what \
                 runs elsewhere is not recorded)"
            ),
            _ => {
                bail!("there is nothing to draw: {name} ended with {status} before that")
            }
        }
    };
    let mut said =
        format!("\n{}\n\n{}\n", paint(BOLD, title.trim_end()), drawn.trim_end());
    said += &format!("\n{}", text::fact("picture", &course.shown(&picture)));
    if !args.open {
        said += &text::fact("see it", "with `--open`, in the browser");
    }
    text::say(&said);
    if args.open
        && let Err(error) = open::that_detached(&picture)
    {
        text::warn(&text::wrapped(
            &format!("{MAGENTA}note:{MAGENTA:#} "),
            &format!("no browser could be started ({error})"),
        ));
    }
    Ok(match status.code() {
        Some(0) | None => ExitCode::SUCCESS, // ended by Ctrl-C, as a server is
        Some(code) => {
            text::warn(&format!("{} ended with status {code}", example.name));
            u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
        }
    })
}

/// Runs a program to its end. Ctrl-C goes to it, too, and ends us only after it.
fn watch(mut command: tokio::process::Command) -> Result<ExitStatus> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let asked = asked_to_end()?;
        let mut program = command
            .kill_on_drop(true)
            .spawn()
            .context("the program cannot be started")?;
        tokio::select! {
            status = program.wait() => return Ok(status?),
            _ = asked => {}
        }
        let again = asked_to_end()?;
        tokio::select! {
            status = program.wait() => return Ok(status?),
            _ = again => {}
            () = tokio::time::sleep(GRACE) => {}
        }
        program.kill().await?;
        Ok(program.wait().await?)
    })
}

/// The programs that can be recorded, by chapter.
fn list(course: &Course) -> String {
    let mut list = String::new();
    for chapter in &course.chapters {
        let mut names: Vec<&str> = { chapter.examples.iter() }
            .filter(|example| !example.is_measured())
            .map(|example| example.name.as_str())
            .collect();
        // The stage first.
        names.sort_by_key(|name| *name != chapter.slug);
        list += &text::wrapped(&format!("  {:02}  ", chapter.number), &names.join("  "));
    }
    list
}

/// Finds the program that `query` names: its name, as much of it as is unambiguous, a chapter's
/// number for its stage, or a path.
///
/// # Errors
///
/// Fails with what there is if that is not exactly one.
pub fn resolve<'a>(course: &'a Course, query: &str) -> Result<&'a Example> {
    let examples: Vec<&Example> =
        course.chapters.iter().flat_map(|chapter| &chapter.examples).collect();
    let path = Path::new(query).canonicalize().ok();
    let of_path = |example: &Example| {
        path.as_ref().is_some_and(|path| {
            path.is_file()
                && example.path.canonicalize().is_ok_and(|source| {
                    source == *path
                        || source.ends_with("main.rs") && source.parent() == path.parent()
                })
        })
    };
    let is_stage = |example: &Example| {
        let stage = course.chapters.iter().find(|chapter| chapter.slug == example.name);
        stage.is_some_and(|chapter| query.parse() == Ok(chapter.number))
    };
    let fits: [&dyn Fn(&Example) -> bool; 5] = [
        &|one| one.name == query,
        &of_path,
        &is_stage,
        &|one| one.name.starts_with(query),
        &|one| one.name.contains(query),
    ];
    for fit in fits {
        let found: Vec<&Example> = { examples.iter().copied() }
            .filter(|one| !one.is_measured() || one.name == query)
            .filter(|one| fit(one))
            .collect();
        match found[..] {
            [] => {}
            [one] if one.is_measured() => bail!(
                "{} measures, and to be recorded would change its figures: run it with \
                 `cargo run --release --example {}`",
                one.name,
                one.name
            ),
            [one] => return Ok(one),
            _ => {
                let names: Vec<&str> =
                    found.iter().map(|one| one.name.as_str()).collect();
                bail!(
                    "`{query}` could be {}: {}",
                    text::count(names.len(), "program"),
                    names.join(", ")
                )
            }
        }
    }
    bail!("no program is called `{query}`; there are\n{}", list(course).trim_end())
}

/// Builds a program with the recorder in it. `None` if it does not compile, which Cargo has told
/// by then.
fn build(course: &Course, example: &Example) -> Result<Option<PathBuf>> {
    let scratch = copy(course)?;
    let target = target(&example.name);
    let mut child = cargo(&scratch.root)
        .args(["build", "--message-format=json-render-diagnostics", "--target-dir"])
        .arg(&scratch.target_dir)
        .args(["--example", &target])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run cargo")?;
    let mut program = None;
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        if let Ok(Message::CompilerArtifact(artifact)) = serde_json::from_str(&line?)
            && artifact.target.name == target
        {
            program = artifact.executable.map(|path| path.into_std_path_buf());
        }
    }
    let status = child.wait()?;
    scratch.built()?;
    if !status.success() {
        return Ok(None);
    }
    ensure!(program.is_some(), "Cargo built no `{target}`");
    Ok(program)
}

/// The name under which a program is built with the recorder: in the target folder it stands
/// beside the one without.
fn target(example: &str) -> String {
    format!("timeline-{example}")
}

/// Brings the copy of the repository up to date.
fn copy(course: &Course) -> Result<Scratch> {
    for package in NEEDED {
        ensure!(
            course.root.join(package).is_dir(),
            "{package} is missing: is this the whole repository?"
        );
    }
    let scratch = Scratch {
        root: course.target_dir.join("course").join("timeline"),
        target_dir: course.target_dir.clone(),
    };
    let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    let read = |path: &Path| {
        fs::read(path).with_context(|| format!("cannot read {}", path.display()))
    };
    for path in text_files(&course.root)? {
        let inside = path.strip_prefix(&course.root).expect("it was found there");
        if is_needed(inside) {
            files.insert(inside.to_path_buf(), read(&path)?);
        }
    }
    // Cargo leaves out what the copy does not need: that must not look like a change next time.
    let lock = read(&course.root.join("Cargo.lock"))?;
    let as_before = fs::read(scratch.root.join(LOCK)).is_ok_and(|old| old == lock);
    let known = fs::read(scratch.root.join("Cargo.lock")).ok().filter(|_| as_before);
    files.insert("Cargo.lock".into(), known.unwrap_or_else(|| lock.clone()));
    files.insert(LOCK.into(), lock);

    let root = String::from_utf8(read(&course.root.join("Cargo.toml"))?)?;
    let mut root: DocumentMut = root.parse().context("Cargo.toml")?;
    let tokio = &mut root["workspace"]["dependencies"]["tokio"];
    let real = tokio.clone();
    let mut recorded = InlineTable::new();
    recorded.insert("package", "tokio-recorded".into());
    recorded.insert("path", RECORDED_TOKIO.into());
    *tokio = value(recorded);

    let manifests: Vec<PathBuf> = { files.keys() }
        .filter(|path| {
            path.ends_with("Cargo.toml") && path.parent() != Some(Path::new(""))
        })
        .cloned()
        .collect();
    for manifest in manifests {
        let text = String::from_utf8(files[&manifest].clone())?;
        let toml: DocumentMut =
            text.parse().with_context(|| manifest.display().to_string())?;
        let dir = manifest.parent().expect("a manifest is in a folder");
        let chapter = course.chapters.iter().find(|one| dir.ends_with(&one.slug));
        let examples = chapter.map_or(&[][..], |chapter| &chapter.examples);
        let toml = adapted(toml, dir, &real, examples, course)?;
        if let Some(name) = toml["package"]["name"].as_str() {
            // One of these settings is in Cargo's name for what it builds, and different from
            // the repository's and from those of the museum. The rest keeps it small.
            let apart = &mut root["profile"]["dev"]["package"][name];
            apart["incremental"] = value(false);
            apart["codegen-units"] = value(16);
        }
        files.insert(manifest.clone(), toml.to_string().into_bytes());
        if chapter.is_none() && !NEEDED.iter().any(|one| dir == Path::new(one)) {
            // It is there for its dependencies: all must ask for the same features of a crate
            // as in the repository, or Cargo would build that crate anew.
            let stub = b"//! In the place of the real one.\n".to_vec();
            files.insert(dir.join("src/lib.rs"), stub);
        }
    }
    files.insert("Cargo.toml".into(), root.to_string().into_bytes());
    scratch.write(&files)?;
    Ok(scratch)
}

/// Whether the copy needs a file: the manifests, and of the chapters and the recorder what their
/// programs are made of.
fn is_needed(path: &Path) -> bool {
    let parts: Vec<&str> = { path.components() }
        .filter_map(|part| match part {
            Component::Normal(part) => part.to_str(),
            _ => None,
        })
        .collect();
    match parts[..] {
        ["solutions", "Cargo.toml"] | ["chapters" | "scripts", _, "Cargo.toml"] => true,
        ["chapters", _, _] | ["chapters", _, "src" | "examples", ..] => true,
        ["scripts", package, "src", ..] => {
            NEEDED.contains(&format!("scripts/{package}").as_str())
        }
        _ => false,
    }
}

/// A package's manifest as it is in the copy: with no targets but its library and the examples
/// that are to be recorded, and with the real Tokio where that is what is recorded.
fn adapted(
    mut toml: DocumentMut,
    dir: &Path,
    real_tokio: &Item,
    examples: &[Example],
    course: &Course,
) -> Result<DocumentMut> {
    for targets in ["bin", "bench", "test", "example"] {
        toml.remove(targets);
    }
    let package = toml["package"].as_table_mut().context("[package] is missing")?;
    package.remove("default-run");
    for targets in ["autobins", "autobenches", "autotests", "autoexamples"] {
        package[targets] = value(false);
    }
    if NEEDED.iter().any(|one| dir == Path::new(one)) {
        toml["dependencies"]["tokio"] = real_tokio.clone();
    }
    let mut targets = ArrayOfTables::new();
    for example in examples {
        let path =
            Path::new(&course.shown(&example.path)).strip_prefix(dir)?.to_path_buf();
        let mut one = Table::new();
        one["name"] = value(target(&example.name));
        one["path"] = value(path.to_string_lossy().replace('\\', "/"));
        targets.push(one);
    }
    if !targets.is_empty() {
        toml["example"] = Item::ArrayOfTables(targets);
    }
    Ok(toml)
}

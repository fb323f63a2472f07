//! Programs in the place of other programs, built aside.
//!
//! [`Scratch`] is a copy of the repository below the target folder, always with every
//! exercise as shipped, and with targets of its own: each answer of the museum in its
//! exercise's place, each program that must not compile. It is built into the *same* target
//! folder as the repository, so that not one crate is compiled twice; what keeps the two
//! apart is a profile setting for the packages of the course alone, since Cargo mixes the
//! profile into the names of what it builds.
//!
//! A file is only written where its content changes, so an unchanged candidate is not built
//! again either. What is written is younger than all that was built, even if the clock was turned
//! back since: Cargo goes by the times of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::{Message, diagnostic::Diagnostic, diagnostic::DiagnosticLevel};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::repo::sources::{rust_files, text_files};
use crate::repo::workspace::{Chapter, Course, Exercise};
use crate::run::cargo::{cargo, cargo_messages};

/// In the copy: the file that is as old as the last build.
const BUILT: &str = ".built";

/// A copy of the repository with candidates in the exercises' places.
#[derive(Debug)]
pub struct Scratch {
    /// The root of the copy.
    pub root: PathBuf,
    /// Where its programs are built: where the repository's are.
    pub target_dir: PathBuf,
}

/// What an answer of the museum is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The exercise as shipped.
    Stub,
    /// The answer we would write.
    Solution,
    /// Another right answer.
    Also,
    /// A wrong one.
    Wrong,
}

/// An answer of the museum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The check's name.
    pub exercise: String,
    /// What it is.
    pub kind: Kind,
    /// Its file in the exercise's museum: `wrong/copied.rs`.
    pub name: String,
    /// The same, absolute.
    pub file: PathBuf,
    /// The test target that checks it.
    pub target: String,
}

/// How a target came out of the compiler.
#[derive(Debug, Clone)]
pub enum Built {
    /// The program.
    Program(PathBuf),
    /// What rustc said against it.
    Refused(Vec<Diagnostic>),
}

impl Candidate {
    /// The museum of an exercise: its stub, its solution, the other right answers and the
    /// wrong ones. What does not exist is left out.
    pub fn all(exercise: &Exercise) -> Result<Vec<Candidate>> {
        let dir = &exercise.solution_dir;
        let mut files =
            vec![(Kind::Stub, exercise.stub()), (Kind::Solution, exercise.solution())];
        files.retain(|(_, file)| file.is_file());
        for (kind, folder) in [(Kind::Also, "also"), (Kind::Wrong, "wrong")] {
            files.extend(
                rust_files(&dir.join(folder))?.into_iter().map(|file| (kind, file)),
            );
        }
        let candidate = |(kind, file): (Kind, PathBuf)| {
            let name = file.strip_prefix(dir).expect("it was found there");
            let name = name.to_string_lossy().replace('\\', "/");
            let plain = name.trim_end_matches(".rs").replace(['/', '.', ' '], "-");
            let target = format!("museum-{}-{plain}", exercise.name);
            Candidate { exercise: exercise.name.clone(), kind, name, file, target }
        };
        Ok(files.into_iter().map(candidate).collect())
    }
}

/// The example target that builds a program of `compile-fail/`.
pub fn compile_fail_target(chapter: &Chapter, program: &Path) -> String {
    let stem = program.file_stem().unwrap_or_default().to_string_lossy();
    format!("compile-fail-{:02}-{stem}", chapter.number)
}

impl Scratch {
    /// Brings the copy up to date.
    pub fn of(course: &Course) -> Result<Scratch> {
        Scratch::with(course, &BTreeMap::new())
    }

    /// The same, with other answers than the stubs in some exercises' places: by the check's
    /// name, the answer's file.
    pub fn with(course: &Course, answers: &BTreeMap<String, PathBuf>) -> Result<Scratch> {
        let scratch = Scratch {
            root: course.target_dir.join("course").join("scratch"),
            target_dir: course.target_dir.clone(),
        };
        let mut files: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        let read = |path: &Path| {
            fs::read(path).with_context(|| format!("cannot read {}", path.display()))
        };
        let mut originals = text_files(&course.root)?;
        originals.push(course.root.join("Cargo.lock"));
        for path in originals {
            let inside = path.strip_prefix(&course.root).expect("it was found there");
            // Somebody may have removed it since.
            if let Ok(content) = fs::read(&path) {
                files.insert(inside.to_path_buf(), content);
            }
        }

        for chapter in &course.chapters {
            let dir = Path::new("chapters").join(&chapter.slug);
            let manifest = dir.join("Cargo.toml");
            let text = String::from_utf8(read(&chapter.dir.join("Cargo.toml"))?)?;
            let mut toml: DocumentMut =
                text.parse().with_context(|| format!("chapters/{}", chapter.slug))?;
            for exercise in &chapter.exercises {
                let exercise_dir = dir.join("exercises").join(&exercise.slug);
                let shipped = answers
                    .get(&exercise.name)
                    .cloned()
                    .or_else(|| Some(exercise.stub()).filter(|stub| stub.is_file()))
                    .unwrap_or_else(|| exercise.file.clone());
                if shipped.is_file() {
                    files.insert(exercise_dir.join("exercise.rs"), read(&shipped)?);
                }
                // What a check is made of, beside the exercise and its hints.
                let helpers: Vec<PathBuf> = rust_files(&exercise.dir)?
                    .into_iter()
                    .filter(|file| !file.ends_with("exercise.rs"))
                    .collect();
                for candidate in Candidate::all(exercise)? {
                    let place = Path::new("exercises")
                        .join(&exercise.slug)
                        .join(&candidate.target);
                    files.insert(
                        dir.join(&place).join("exercise.rs"),
                        read(&candidate.file)?,
                    );
                    for helper in &helpers {
                        let name = helper.file_name().expect("a file has a name");
                        files.insert(dir.join(&place).join(name), read(helper)?);
                    }
                    let path = place.join("check.rs");
                    add_target(&mut toml, "test", &candidate.target, &path)?;
                }
            }
            for program in &chapter.compile_fail {
                let name = program.file_name().expect("a file has a name");
                let path = Path::new("compile-fail").join(name);
                let target = compile_fail_target(chapter, program);
                add_target(&mut toml, "example", &target, &path)?;
            }
            files.insert(manifest, toml.to_string().into_bytes());
        }

        let root_manifest = String::from_utf8(read(&course.root.join("Cargo.toml"))?)?;
        let packages = packages(&files)?;
        let apart = set_apart(&root_manifest, &packages)?;
        files.insert("Cargo.toml".into(), apart.into_bytes());
        scratch.write(&files)?;
        Ok(scratch)
    }

    /// Writes what differs, and removes what is not in the list.
    pub(crate) fn write(&self, files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
        fs::create_dir_all(&self.root)
            .with_context(|| format!("cannot make {}", self.root.display()))?;
        let built = self.root.join(BUILT);
        let last_build = fs::metadata(&built).and_then(|built| built.modified()).ok();
        for path in all_files(&self.root)? {
            let inside = path.strip_prefix(&self.root).expect("it was found there");
            if path != built && !files.contains_key(inside) {
                fs::remove_file(&path)
                    .with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        for (path, content) in files {
            let path = self.root.join(path);
            if fs::read(&path).is_ok_and(|old| old == *content) {
                continue;
            }
            let write = || {
                fs::create_dir_all(path.parent().expect("a file is in a folder"))?;
                let mut file = File::create(&path)?;
                file.write_all(content)?;
                match last_build {
                    Some(built) if file.metadata()?.modified()? <= built => {
                        file.set_modified(built + Duration::from_secs(1))
                    }
                    _ => Ok(()),
                }
            };
            write().with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// Remembers that a build has ended.
    pub(crate) fn built(&self) -> Result<()> {
        fs::write(self.root.join(BUILT), "")
            .with_context(|| format!("cannot write in {}", self.root.display()))
    }

    /// Builds these targets, all of them, whatever becomes of the others. `each` hears of
    /// every target that is through, with how many are.
    ///
    /// # Errors
    ///
    /// Fails if Cargo cannot build at all, or if a dependency does not compile.
    pub fn build(
        &self,
        tests: &[String],
        examples: &[String],
        mut each: impl FnMut(usize),
    ) -> Result<BTreeMap<String, Built>> {
        if tests.is_empty() && examples.is_empty() {
            return Ok(BTreeMap::new());
        }
        let wanted: BTreeSet<&String> = tests.iter().chain(examples).collect();
        let mut command = cargo(&self.root);
        command
            .args(["build", "--keep-going", "--message-format=json", "--target-dir"])
            .arg(&self.target_dir)
            // The versions are those of the repository, and they are here already.
            .args(["--offline", "--locked"]);
        for (option, names) in [("--test", tests), ("--example", examples)] {
            for name in names {
                command.args([option, name]);
            }
        }

        let mut built: BTreeMap<String, Built> = BTreeMap::new();
        let mut others = Vec::new();
        let messages = cargo_messages(command, |message| match message {
            Message::CompilerArtifact(artifact) => {
                let Some(program) = artifact.executable else { return };
                if wanted.contains(&artifact.target.name) {
                    let program = Built::Program(program.into_std_path_buf());
                    built.insert(artifact.target.name, program);
                    each(built.len());
                }
            }
            Message::CompilerMessage(message) => {
                let name = message.target.name;
                if !wanted.contains(&name) {
                    let is_error = message.message.level == DiagnosticLevel::Error;
                    others.extend(is_error.then_some(message.message));
                    return;
                }
                let refused =
                    built.entry(name).or_insert_with(|| Built::Refused(Vec::new()));
                if let Built::Refused(said) = refused {
                    said.push(message.message);
                }
                each(built.len());
            }
            _ => {}
        })?;
        self.built()?;
        // Warnings came first, and the program after all.
        for (name, one) in &built {
            if let Built::Refused(said) = one {
                let refused = said.iter().any(|one| one.level == DiagnosticLevel::Error);
                ensure!(refused, "Cargo built no `{name}`, and rustc saw no error in it");
            }
        }
        let missing = wanted.iter().find(|name| !built.contains_key(**name));
        if let Some(name) = missing {
            let said: String =
                others.iter().filter_map(|one| one.rendered.clone()).collect();
            bail!("Cargo did not come to build `{name}`:\n{said}{messages}");
        }
        Ok(built)
    }
}

/// Adds a target to a package's manifest, one that only runs when it is named.
fn add_target(toml: &mut DocumentMut, kind: &str, name: &str, path: &Path) -> Result<()> {
    let mut target = Table::new();
    target["name"] = value(name);
    target["path"] = value(path.to_string_lossy().replace('\\', "/"));
    target["test"] = value(false);
    if kind == "test" {
        target["harness"] = value(false);
    }
    toml.entry(kind)
        .or_insert(Item::ArrayOfTables(ArrayOfTables::new()))
        .as_array_of_tables_mut()
        .with_context(|| format!("[[{kind}]] is no array of tables"))?
        .push(target);
    Ok(())
}

/// The names of the packages among these files, but for those that are workspaces of their own.
fn packages(files: &BTreeMap<PathBuf, Vec<u8>>) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for (path, content) in files.iter().filter(|(path, _)| path.ends_with("Cargo.toml")) {
        let toml: DocumentMut = std::str::from_utf8(content)?
            .parse()
            .with_context(|| path.display().to_string())?;
        if path.parent() != Some(Path::new("")) && toml.contains_key("workspace") {
            continue;
        }
        let name = toml.get("package").and_then(|package| package.get("name"));
        names.extend(name.and_then(Item::as_str).map(str::to_string));
    }
    Ok(names)
}

/// The root manifest, with settings for its packages that change the names of what is built,
/// and keep it small: of what is built once and never debugged there are many.
fn set_apart(root_manifest: &str, packages: &BTreeSet<String>) -> Result<String> {
    let mut toml: DocumentMut = root_manifest.parse().context("Cargo.toml")?;
    for package in packages {
        let overrides = &mut toml["profile"]["dev"]["package"][package.as_str()];
        overrides["incremental"] = value(false);
        overrides["debug"] = value(false);
        overrides["strip"] = value("debuginfo");
    }
    Ok(toml.to_string())
}

fn all_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let list =
                if entry.file_type()?.is_dir() { &mut folders } else { &mut files };
            list.push(entry.path());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_a_target_that_only_runs_when_it_is_named() {
        let mut toml: DocumentMut = "[package]\nname = \"one\"\n".parse().unwrap();
        add_target(&mut toml, "test", "museum-x", Path::new("exercises/x/check.rs"))
            .unwrap();
        assert_eq!(
            toml.to_string(),
            "[package]\nname = \"one\"\n\n[[test]]\nname = \"museum-x\"\n\
             path = \"exercises/x/check.rs\"\ntest = false\nharness = false\n"
        );
    }

    #[test]
    fn what_is_written_is_younger_than_what_was_built() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("copy");
        let scratch = Scratch { root: root.clone(), target_dir: dir.path().into() };
        let files = |content: &str| BTreeMap::from([("a.rs".into(), content.into())]);
        let written = |name| fs::metadata(root.join(name)).unwrap().modified().unwrap();
        scratch.write(&files("one")).unwrap();
        scratch.built().unwrap();
        // The clock goes back a day.
        let built = File::options().append(true).open(root.join(BUILT)).unwrap();
        built.set_modified(written(BUILT) + Duration::from_secs(24 * 60 * 60)).unwrap();
        scratch.write(&files("one")).unwrap();
        assert!(written("a.rs") < written(BUILT), "nothing has changed");
        scratch.write(&files("two")).unwrap();
        assert!(written("a.rs") > written(BUILT), "Cargo would not see it");
    }

    #[test]
    fn only_the_packages_of_the_course_are_set_apart() {
        let root = "[workspace]\nmembers = []\n\n[profile.dev]\ndebug = 1\n";
        let apart = set_apart(root, &BTreeSet::from(["one".to_string()])).unwrap();
        let toml: DocumentMut = apart.parse().unwrap();
        let dev = &toml["profile"]["dev"];
        assert_eq!(dev["debug"].as_integer(), Some(1));
        assert_eq!(dev["package"]["one"]["incremental"].as_bool(), Some(false));
        assert!(dev.get("package").unwrap().get("tokio").is_none());
    }
}

//! What the course is made of, read from the manifests of its chapters.
//!
//! The list of exercises, their order and what they teach stand in each chapter's
//! `Cargo.toml` and nowhere else. Cargo itself reads it for us (`cargo metadata`), so a
//! target found here is a target `cargo test` will find too.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use cargo_metadata::{MetadataCommand, Package};
use serde::Deserialize;

use crate::repo::sources::{rust_files, text_files};

/// The whole course: every chapter with its exercises.
#[derive(Debug, Clone)]
pub struct Course {
    /// The root of the repository.
    pub root: PathBuf,
    /// Where Cargo puts what it builds for this workspace.
    pub target_dir: PathBuf,
    /// The chapters, in order of their numbers.
    pub chapters: Vec<Chapter>,
}

/// One package below `chapters/`.
#[derive(Debug, Clone)]
pub struct Chapter {
    /// `2` for `chapters/02-spawning`.
    pub number: u32,
    /// The folder's name: `02-spawning`.
    pub slug: String,
    /// The package's name: `spawning`.
    pub package: String,
    /// The package's description, in the manner of a subtitle.
    pub title: String,
    /// The folder, absolute.
    pub dir: PathBuf,
    /// The programs below `examples/`.
    pub examples: Vec<Example>,
    /// The programs below `compile-fail/`, by name.
    pub compile_fail: Vec<PathBuf>,
    /// The exercises, in the order in which they are taught.
    pub exercises: Vec<Exercise>,
    /// Recordings of examples run with arguments: the recording's name, then the
    /// example's name and its arguments.
    pub recordings: BTreeMap<String, Vec<String>>,
    /// The chapter whose stage this one's goes on from: `02-spawning`. The page shows what
    /// has changed since.
    pub previous_stage: Option<String>,
}

/// A program that `cargo run --example NAME` runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The target's name: `02-spawning`.
    pub name: String,
    /// Its source file, absolute.
    pub path: PathBuf,
}

impl Example {
    /// Whether it prints a figure.
    pub fn is_measured(&self) -> bool {
        self.name.ends_with("-measured")
    }

    /// Its source files, in order, as one text.
    pub fn sources(&self) -> Result<String> {
        let files = match self.path.ends_with("main.rs") {
            true => text_files(self.path.parent().expect("a file has a folder"))?,
            false => vec![self.path.clone()],
        };
        let mut sources = String::new();
        for file in files {
            sources += &fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
        }
        Ok(sources)
    }
}

/// A reader's task, and the check that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// The check's name as a test target: `02-count-the-tasks`.
    pub name: String,
    /// The folder's name: `count-the-tasks`.
    pub slug: String,
    /// What a reader calls it: "Count the tasks".
    pub title: String,
    /// About how long it takes.
    pub minutes: u32,
    /// How it fails as shipped: a mistake's id, `unfinished`, or what rustc says
    /// (`E0373`, or the message where there is no code).
    pub starts: String,
    /// The ids of the mistakes it is there to meet.
    pub meets: Vec<String>,
    /// The exercise's folder, absolute.
    pub dir: PathBuf,
    /// The reader's file.
    pub file: PathBuf,
    /// The check.
    pub check: PathBuf,
    /// The hints.
    pub hints: PathBuf,
    /// Where the answers are: `solutions/02-spawning/count-the-tasks`.
    pub solution_dir: PathBuf,
}

impl Exercise {
    /// The exercise as shipped, kept beside its solution.
    pub fn stub(&self) -> PathBuf {
        self.solution_dir.join("stub.rs")
    }

    /// The answer we would write.
    pub fn solution(&self) -> PathBuf {
        self.solution_dir.join("solution.rs")
    }
}

impl Chapter {
    /// The chapter's page, relative to the root of the repository.
    pub fn page(&self) -> PathBuf {
        Path::new("book/src").join(format!("{}.md", self.slug))
    }
}

impl Course {
    /// Finds the course at or above the current folder, or else where this tool was
    /// compiled, and reads its manifests.
    pub fn open() -> Result<Course> {
        let compiled_in = Path::new(env!("CARGO_MANIFEST_DIR"));
        let here = env::current_dir().context("cannot tell which folder this is")?;
        let root =
            root_above(&here).or_else(|| root_above(compiled_in)).ok_or_else(|| {
                anyhow!("there is no course here: run this inside the repository")
            })?;
        Course::at(&root)
    }

    /// Reads the course whose repository has this root.
    pub fn at(root: &Path) -> Result<Course> {
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .current_dir(root)
            .no_deps()
            .other_options(["--offline".to_string()])
            .exec()
            .context("Cargo cannot read the manifests of the course")?;
        // As Cargo writes it, so that all paths it names below start with it.
        let root = metadata.workspace_root.into_std_path_buf();

        let chapters_dir = root.join("chapters");
        let mut chapters = metadata
            .packages
            .iter()
            .filter(|package| {
                package.manifest_path.as_std_path().starts_with(&chapters_dir)
            })
            .map(|package| Chapter::read(&root, package))
            .collect::<Result<Vec<_>>>()?;
        chapters.sort_by_key(|chapter| chapter.number);
        for pair in chapters.windows(2) {
            ensure!(
                pair[0].number != pair[1].number,
                "chapters/{} and chapters/{} have the same number",
                pair[0].slug,
                pair[1].slug
            );
        }

        for chapter in &chapters {
            if let Some(slug) = &chapter.previous_stage {
                ensure!(
                    chapters
                        .iter()
                        .any(|one| one.slug == *slug && one.number < chapter.number),
                    "chapters/{}/Cargo.toml: `previous-stage` names \"{slug}\", which is no \
                     earlier chapter",
                    chapter.slug
                );
            }
        }

        Ok(Course {
            root,
            target_dir: metadata.target_directory.into_std_path_buf(),
            chapters,
        })
    }

    /// Where the tool keeps what it remembers of the reader: `.course/`.
    pub fn state_dir(&self) -> PathBuf {
        self.root.join(".course")
    }

    /// Every exercise with its chapter, in the order of the course.
    pub fn exercises(&self) -> impl Iterator<Item = (&Chapter, &Exercise)> {
        self.chapters
            .iter()
            .flat_map(|chapter| chapter.exercises.iter().map(move |one| (chapter, one)))
    }

    /// The chapter of an exercise of this course.
    ///
    /// # Panics
    ///
    /// Panics if the exercise is none of this course's.
    pub fn chapter_of(&self, exercise: &Exercise) -> &Chapter {
        self.chapters
            .iter()
            .find(|chapter| chapter.exercises.iter().any(|one| one.name == exercise.name))
            .expect("an exercise belongs to a chapter of its course")
    }

    /// A path as a reader would write it: relative to the root of the repository.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

/// The nearest folder at or above `start` that has the shape of this repository.
fn root_above(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .find(|dir| dir.join("Cargo.toml").is_file() && dir.join("chapters").is_dir())
        .map(Path::to_path_buf)
}

/// What a chapter's manifest says below `[package.metadata]`.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "kebab-case")]
struct ChapterMetadata {
    exercises: BTreeMap<String, serde_json::Value>,
    recordings: BTreeMap<String, serde_json::Value>,
    previous_stage: Option<String>,
}

/// `[package.metadata.exercises.NAME]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExerciseMetadata {
    title: String,
    minutes: u32,
    starts: String,
    meets: Vec<String>,
}

impl Chapter {
    fn read(root: &Path, package: &Package) -> Result<Chapter> {
        let manifest = package.manifest_path.as_std_path();
        let shown = manifest.strip_prefix(root).unwrap_or(manifest).display();
        Chapter::read_manifest(root, package).with_context(|| shown.to_string())
    }

    fn read_manifest(root: &Path, package: &Package) -> Result<Chapter> {
        let manifest = package.manifest_path.as_std_path();
        let dir = manifest.parent().expect("a manifest is in a folder").to_path_buf();
        let slug = dir
            .file_name()
            .and_then(|name| name.to_str())
            .context("the folder's name is not UTF-8")?
            .to_string();
        let number = slug
            .split_once('-')
            .and_then(|(number, _)| number.parse().ok())
            .with_context(|| {
                format!("the folder `{slug}` does not start with its chapter's number")
            })?;
        let title = package.description.clone().context(
            "[package] `description` is missing: it is the chapter's subtitle",
        )?;

        let metadata = match &package.metadata {
            serde_json::Value::Null => ChapterMetadata::default(),
            value => ChapterMetadata::deserialize(value)
                .map_err(|error| anyhow!("[package.metadata]: {error}"))?,
        };

        let order = order_of_tests(manifest)?;
        let mut checks: Vec<_> =
            package.targets.iter().filter(|target| target.is_test()).collect();
        checks.sort_by_key(|target| order.iter().position(|name| *name == target.name));
        let mut exercises = Vec::new();
        for target in checks {
            let Some(folder) =
                exercise_folder(&dir.join("exercises"), target.src_path.as_std_path())
            else {
                continue;
            };
            let name = target.name.clone();
            ensure!(
                name == format!("{number:02}-{folder}"),
                "[[test]] `name` is \"{name}\", but the check of exercises/{folder} is \
                 \"{number:02}-{folder}\""
            );
            let key = format!("[package.metadata.exercises.{folder}]");
            let value = metadata
                .exercises
                .get(&folder)
                .with_context(|| format!("{key} is missing: [[test]] {name} needs it"))?;
            let about = ExerciseMetadata::deserialize(value)
                .map_err(|error| anyhow!("{key}: {error}"))?;
            let exercise_dir = dir.join("exercises").join(&folder);
            exercises.push(Exercise {
                name,
                title: about.title,
                minutes: about.minutes,
                starts: about.starts,
                meets: about.meets,
                file: exercise_dir.join("exercise.rs"),
                check: exercise_dir.join("check.rs"),
                hints: exercise_dir.join("hints.md"),
                dir: exercise_dir,
                solution_dir: root.join("solutions").join(&slug).join(&folder),
                slug: folder,
            });
        }
        for folder in metadata.exercises.keys() {
            if !exercises.iter().any(|exercise| exercise.slug == *folder) {
                bail!(
                    "[package.metadata.exercises.{folder}] has no [[test]] with \
                     path = \"exercises/{folder}/check.rs\""
                );
            }
        }

        let mut examples: Vec<Example> = package
            .targets
            .iter()
            .filter(|target| target.is_example())
            .map(|target| Example {
                name: target.name.clone(),
                path: target.src_path.clone().into_std_path_buf(),
            })
            .collect();
        examples.sort_by(|a, b| a.name.cmp(&b.name));

        let mut recordings = BTreeMap::new();
        for (name, value) in metadata.recordings {
            let key = format!("[package.metadata.recordings] `{name}`");
            let command = Vec::<String>::deserialize(value)
                .map_err(|error| anyhow!("{key}: {error}"))?;
            let example = command
                .first()
                .with_context(|| format!("{key} is empty: it names an example"))?;
            ensure!(
                examples.iter().any(|one| one.name == *example),
                "{key} names \"{example}\", which is no example of this chapter"
            );
            recordings.insert(name, command);
        }

        Ok(Chapter {
            number,
            slug,
            package: package.name.to_string(),
            title,
            compile_fail: rust_files(&dir.join("compile-fail"))?,
            dir,
            examples,
            exercises,
            recordings,
            previous_stage: metadata.previous_stage,
        })
    }
}

/// The names of the `[[test]]` targets as the manifest lists them. (`cargo metadata` sorts
/// them by name, and the order of the exercises is the order of teaching.)
fn order_of_tests(manifest: &Path) -> Result<Vec<String>> {
    let text = fs::read_to_string(manifest)?;
    let manifest: toml_edit::DocumentMut = text.parse()?;
    let tests = manifest.get("test").and_then(|item| item.as_array_of_tables());
    Ok(tests
        .into_iter()
        .flatten()
        .filter_map(|test| test.get("name")?.as_str().map(str::to_string))
        .collect())
}

/// The name of the folder below `exercises` that holds this `check.rs`.
fn exercise_folder(exercises: &Path, check: &Path) -> Option<String> {
    let inside = check.strip_prefix(exercises).ok()?;
    let folder = inside.parent()?;
    (inside.file_name()? == "check.rs" && folder.components().count() == 1)
        .then(|| folder.to_str().map(str::to_string))?
}

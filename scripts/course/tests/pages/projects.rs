//! What the pages say to begin a project of one's own with builds in a package of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use course::keep::pages::rules::{self, Project};
use course::run::cargo::cargo;
use toml_edit::DocumentMut;

use super::{BOOK, COURSE, Report};

/// A package outside of the workspace, with the versions of its crates that the workspace has.
struct Package {
    dir: PathBuf,
}

impl Package {
    fn new(name: &str, project: &Project, crates: &[(String, Vec<String>)]) -> Package {
        let dir = COURSE.target_dir.join("in-a-project").join(name);
        fs::create_dir_all(&dir).expect("it is ours");
        let mut manifest = format!(
            "[package]\nname = \"in-a-project-{name}\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [[bin]]\nname = \"in-a-project-{name}\"\npath = {:?}\n\n[lints.rust]\n\
             warnings = \"deny\"\n\n[dependencies]\n",
            project.main.to_str().expect("paths here are UTF-8")
        );
        for (one, features) in crates {
            let version = version(one);
            manifest += &format!(
                "{one} = {{ version = \"{version}\", features = {features:?} }}\n"
            );
        }
        // Cargo takes from the lock what it needs, so no registry is asked.
        write(&dir.join("Cargo.toml"), &manifest);
        let lock = fs::read_to_string(COURSE.root.join("Cargo.lock"));
        write(&dir.join("Cargo.lock"), &lock.expect("the workspace has a lock"));
        Package { dir }
    }

    fn check(&self) -> Output {
        let mut cargo = cargo(&self.dir);
        cargo.args(["check", "--offline", "--quiet", "--target-dir"]);
        cargo.arg(COURSE.target_dir.join("in-a-project/target"));
        cargo.output().expect("cargo runs")
    }
}

/// Writes a file, but leaves one alone that is so already: Cargo looks at its time.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).expect("it is ours");
    }
}

/// The version of this crate that the workspace asks for.
fn version(name: &str) -> String {
    let manifest = fs::read_to_string(COURSE.root.join("Cargo.toml"));
    let manifest: DocumentMut = manifest.unwrap().parse().expect("it is TOML");
    let asked = &manifest["workspace"]["dependencies"][name];
    let asked = asked.as_str().or_else(|| asked["version"].as_str());
    asked.unwrap_or_else(|| panic!("the workspace knows no {name}")).to_string()
}

#[test]
fn every_project_builds_with_what_its_page_adds() -> Result<(), Report> {
    let mut problems = Vec::new();
    for project in rules::projects(&BOOK, &COURSE).0 {
        let output = Package::new(&project.chapter, &project, &project.crates).check();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            problems.push(format!("{}:{}: {said}", project.page, project.line));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Report(problems)) }
}

#[test]
#[ignore = "needs half a minute: Tokio once for each set of features"]
fn no_project_builds_with_less_of_tokio() -> Result<(), Report> {
    let mut problems = Vec::new();
    for project in rules::projects(&BOOK, &COURSE).0 {
        let features = project.crates.iter().find(|(one, _)| one == "tokio");
        let Some((_, features)) = features else { continue };
        for without in features {
            let mut crates = project.crates.clone();
            let tokio = crates.iter_mut().find(|(one, _)| one == "tokio");
            tokio.expect("it was found").1.retain(|feature| feature != without);
            let name = format!("{}-less", project.chapter);
            if Package::new(&name, &project, &crates).check().status.success() {
                let Project { page, line, .. } = &project;
                problems
                    .push(format!("{page}:{line}: it builds without `{without}`, too"));
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Report(problems)) }
}

//! The floors of this tool, as `src/lib.rs` tells them: arrows lead downward, and no module uses
//! one that uses it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The folders and files right below `src`, from the ground up. Those of one floor do not know
/// each other.
const FLOORS: [&[&str]; 6] = [
    &["text", "patterns"],
    &["repo"],
    &["run"],
    &["learn"],
    &["live", "keep"],
    &["main"],
];

/// Sources by the modules' paths: `repo::names`.
type Sources = BTreeMap<String, String>;

/// Which modules each module uses.
type Uses = BTreeMap<String, BTreeSet<String>>;

#[test]
fn arrows_lead_downward_and_not_in_circles() {
    let mut sources = Sources::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut sources);
    let uses = uses(&sources);
    let arrows: usize = uses.values().map(BTreeSet::len).sum();
    assert!(arrows > sources.len(), "only {arrows} arrows were found: they are misread");
    let problems = problems(&uses);
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn an_arrow_upward_is_seen() {
    let house = [("repo::names", "use crate::learn::hint;"), ("learn::hint", "")];
    assert_eq!(judged(&house), ["repo::names uses learn::hint, which is above it"]);
}

#[test]
fn an_arrow_to_a_neighbor_is_seen() {
    let house = [
        (
            "keep::verify",
            "use crate::{\n    live::state::{Snapshot, self},\n    text,\n};",
        ),
        ("live::state", ""),
        ("text", ""),
    ];
    let problem = "keep::verify uses live::state, and neither knows the other";
    assert_eq!(judged(&house), [problem]);
}

#[test]
fn a_circle_is_seen() {
    let house = [
        ("keep::a", "/// See [`b`](crate::keep::b).\nuse crate::keep::{b::Stale};"),
        ("keep::b", "fn f() { crate::keep::c::g() }"),
        ("keep::c", "use super::a;"),
    ];
    assert_eq!(judged(&house), ["a circle: keep::a -> keep::b -> keep::c -> keep::a"]);
}

#[test]
fn a_child_that_uses_its_parent_is_a_circle() {
    let house = [("live", "pub use engine::Live;"), ("live::engine", "use super::Live;")];
    assert_eq!(judged(&house), ["a circle: live -> live::engine -> live"]);
}

#[test]
fn tests_and_comments_are_free() {
    let house = [
        (
            "text",
            "// use crate::repo::names;\n#[cfg(test)]\nmod tests { use crate::repo; }",
        ),
        ("repo::names", "use crate::text;"),
    ];
    assert_eq!(judged(&house), [""; 0]);
}

#[test]
fn a_module_without_a_floor_is_seen() {
    assert_eq!(judged(&[("cellar", "")]), ["cellar has no floor: see FLOORS"]);
}

fn judged(house: &[(&str, &str)]) -> Vec<String> {
    let house = house.iter().map(|(name, text)| (name.to_string(), text.to_string()));
    problems(&uses(&house.collect()))
}

/// The sources below a folder, but for the root of the library, which is above them all.
fn read(dir: &Path, module: &str, sources: &mut Sources) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let inner = match (module, stem) {
            ("", "lib") => continue,
            (module, "mod") => module.to_string(),
            ("", stem) => stem.to_string(),
            (module, stem) => format!("{module}::{stem}"),
        };
        if path.is_dir() {
            read(&path, &inner, sources);
        } else {
            sources.insert(inner, fs::read_to_string(&path).unwrap());
        }
    }
}

/// A module uses what it names by `crate::`, `course::`, or `super::`, and the modules below it.
fn uses(sources: &Sources) -> Uses {
    let mut uses = Uses::new();
    for (module, source) in sources {
        let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        let code: String = code
            .lines()
            .map(|line| line.split("//").next().unwrap())
            .flat_map(|line| [line, "\n"])
            .collect();
        let parent = parent_of(module).unwrap_or_default();
        let mut paths = Vec::new();
        for (root, base) in [("crate::", ""), ("course::", ""), ("super::", parent)] {
            for (at, _) in code.match_indices(root) {
                let named =
                    code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                if !named {
                    tree(&code[at + root.len()..], base, &mut paths);
                }
            }
        }
        let known = |path: &String| {
            let parts: Vec<&str> =
                path.split("::").filter(|one| !one.is_empty()).collect();
            let prefixes = (1..=parts.len()).rev().map(|n| parts[..n].join("::"));
            prefixes.into_iter().find(|prefix| sources.contains_key(prefix))
        };
        let mut used: BTreeSet<String> = paths.iter().filter_map(known).collect();
        used.extend(
            sources.keys().filter(|one| parent_of(one) == Some(module.as_str())).cloned(),
        );
        used.remove(module);
        uses.insert(module.clone(), used);
    }
    uses
}

fn parent_of(module: &str) -> Option<&str> {
    module.rsplit_once("::").map(|(parent, _)| parent)
}

/// Adds the paths of a tree such as `repo::{names, workspace::{Course, Exercise}};`, and returns
/// what follows it.
fn tree<'t>(text: &'t str, base: &str, paths: &mut Vec<String>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = tree(rest, base, paths).trim_start();
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => return rest.strip_prefix('}').unwrap_or(rest),
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let path = format!("{base}::{name}");
    match rest.strip_prefix("::") {
        Some(more) => tree(more, &path, paths),
        None => {
            paths.push(path);
            rest
        }
    }
}

fn problems(uses: &Uses) -> Vec<String> {
    let floor = |module: &str| {
        let top = module.split("::").next().unwrap_or_default();
        FLOORS
            .iter()
            .position(|floor| floor.contains(&top))
            .map(|floor| (floor, top.to_string()))
    };
    let mut problems = Vec::new();
    for (module, used) in uses {
        let Some((from, top)) = floor(module) else {
            problems.push(format!("{module} has no floor: see FLOORS"));
            continue;
        };
        for other in used {
            match floor(other) {
                Some((to, _)) if to > from => {
                    problems.push(format!("{module} uses {other}, which is above it"));
                }
                Some((to, neighbor)) if to == from && neighbor != top => {
                    problems.push(format!(
                        "{module} uses {other}, and neither knows the other"
                    ));
                }
                _ => {}
            }
        }
    }
    // Without upward arrows a circle stays on its floor, so each is told once.
    let mut done = BTreeSet::new();
    for module in uses.keys() {
        problems.extend(circle(uses, module, &mut Vec::new(), &mut done));
    }
    problems
}

/// The first circle that is met from this module on.
fn circle<'u>(
    uses: &'u Uses,
    module: &'u str,
    way: &mut Vec<&'u str>,
    done: &mut BTreeSet<&'u str>,
) -> Option<String> {
    if let Some(start) = way.iter().position(|one| *one == module) {
        let names = way[start..].iter().chain([&module]).copied();
        return Some(format!("a circle: {}", names.collect::<Vec<_>>().join(" -> ")));
    }
    if !done.insert(module) {
        return None;
    }
    way.push(module);
    let found = uses[module].iter().find_map(|used| circle(uses, used, way, done));
    way.pop();
    found
}

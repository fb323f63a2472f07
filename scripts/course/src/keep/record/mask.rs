//! What is not the same on every machine, taken out of a text.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Captures;

use crate::patterns::patterns;

patterns! {
    KEY = r"\?key=[0-9a-f]{16}\b";
    ADDRESS = r"127\.0\.0\.1:(\d+)";
    THREAD_NUMBER = r"(thread '[^']*') \(\d+\) panicked at";
    REGISTRY = r#"[^\s`'"(]*[/\\]registry[/\\]src[/\\][^/\\]+[/\\]"#;
    STD = r#"[^\s`'"(]*(?:/rustc/[0-9a-f]+|rustlib[/\\]src[/\\]rust)[/\\]library[/\\]"#;
    LONG_TYPE = r#"'[^'\n]*[/\\]([\w-]+?)-[0-9a-f]+\.long-type-\d+\.txt'"#;
    PLACE = r"^\s*(?:-->|:::) |panicked at ";
}

/// The ports of 127.0.0.1 that are no accident: those the program was given, and those that
/// stand in its source.
pub(super) fn kept_ports(args: &[String], sources: &str) -> BTreeSet<String> {
    let texts = args.iter().map(String::as_str).chain([sources]);
    texts
        .flat_map(|text| ADDRESS.captures_iter(text).map(|found| found[1].to_string()))
        .collect()
}

/// A text without what differs from run to run and from machine to machine.
pub(super) fn masked(text: &str, keep: &BTreeSet<String>, root: &Path) -> String {
    let text = ADDRESS.replace_all(text, |address: &Captures<'_>| {
        match keep.contains(&address[1]) {
            true => address[0].to_string(),
            false => "127.0.0.1:PORT".to_string(),
        }
    });
    let text = KEY.replace_all(&text, "?key=KEY");
    let text = THREAD_NUMBER.replace_all(&text, "$1 panicked at");
    without_machine(&text, root)
}

/// A text whose paths are the same on every machine: those of the repository from its root,
/// those of crates from the crate, those of std from `library/`.
pub(super) fn without_machine(text: &str, root: &Path) -> String {
    let text = REGISTRY.replace_all(text, "");
    let text = STD.replace_all(&text, "library/");
    let text = LONG_TYPE.replace_all(&text, "'$1.long-type.txt'");
    let root = format!("{}{}", root.display(), std::path::MAIN_SEPARATOR);
    let text = text.replace(&root, "");

    let mut out = String::new();
    // With the component `rust-src` installed, rustc quotes std; without, it does not.
    let mut in_std = false;
    for line in text.split_inclusive('\n') {
        let is_place = PLACE.is_match(line);
        let is_quote = line
            .trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit())
            .starts_with(['|', '.']);
        if is_place {
            in_std = line.contains("library/") && !line.contains("panicked at ");
        } else if in_std && is_quote {
            continue;
        } else {
            in_std = false;
        }
        match is_place {
            true => out += &line.replace('\\', "/"),
            false => out += line,
        }
    }
    out
}

pub(super) fn end_with_newline(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked_with(text: &str, args: &[&str], source: &str) -> String {
        let args: Vec<String> = args.iter().map(|arg| arg.to_string()).collect();
        masked(text, &kept_ports(&args, source), Path::new("/there/repo"))
    }

    #[test]
    fn a_free_port_is_masked_and_a_given_one_is_kept() {
        let text = "listening on 127.0.0.1:43210, peer 127.0.0.1:9\n";
        assert_eq!(
            masked_with(text, &["serve", "127.0.0.1:9"], ""),
            "listening on 127.0.0.1:PORT, peer 127.0.0.1:9\n"
        );
        assert_eq!(
            masked_with(
                "or 127.0.0.1:6379\n",
                &[],
                "const DEFAULT: &str = \"127.0.0.1:6379\";"
            ),
            "or 127.0.0.1:6379\n"
        );
    }

    #[test]
    fn a_key_is_masked() {
        let text = "http://127.0.0.1:43210/01-a.html?key=0123456789abcdef\n";
        let masked = masked_with(text, &[], "");
        assert_eq!(masked, "http://127.0.0.1:PORT/01-a.html?key=KEY\n");
    }

    #[test]
    fn a_panic_is_told_the_same_by_every_rustc() {
        let text = "thread 'main' (4711) panicked at chapters/a.rs:1:2:\nboom\n";
        let masked = masked_with(text, &[], "");
        assert_eq!(masked, "thread 'main' panicked at chapters/a.rs:1:2:\nboom\n");
    }

    #[test]
    fn paths_of_one_machine_are_taken_away() {
        let home = "/home";
        let text = format!(
            "  --> {home}/me/.cargo/registry/src/index.crates.io-1949/tokio-1.54.1/src/a.rs:1:2\n\
             \x20  |\n1  | pub fn spawn()\n\
             note: it is here\n  --> {home}/me/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/b.rs:3:4\n\
             \x20  |\n3  | pub trait Send\n   = note: more\n\
             \x20 --> /there/repo/chapters/c.rs:5:6\n\
             \x20  = note: the full name is in '/there/repo/target/debug/deps/x_y-0123abcd.long-type-42.txt'\n"
        );
        assert_eq!(
            without_machine(&text, Path::new("/there/repo")),
            "  --> tokio-1.54.1/src/a.rs:1:2\n   |\n1  | pub fn spawn()\n\
             note: it is here\n  --> library/core/src/b.rs:3:4\n   = note: more\n\
             \x20 --> chapters/c.rs:5:6\n   = note: the full name is in 'x_y.long-type.txt'\n"
        );
    }
}

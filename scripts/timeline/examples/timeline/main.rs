//! Draws each scene: in the terminal, in words, or as pictures into a folder.
//!
//! ```console
//! $ cargo run --example timeline
//! $ cargo run --example timeline -- words
//! $ cargo run --example timeline -- svg FOLDER
//! ```
//!
//! The pictures include some of several threads, which are different in every run.

mod scenes;

use std::io;
use std::path::Path;

use timeline::Options;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let real =
        scenes::REAL.into_iter().take(if args.is_empty() { 0 } else { usize::MAX });
    for (name, title, scene) in scenes::SCENES.into_iter().chain(real) {
        let timeline = scene();
        match args[..] {
            [] => println!("{name}: {title}\n\n{}", timeline.to_terminal(90, false)),
            ["words"] => println!("{name}: {title}\n\n{}", timeline.to_text()),
            ["svg", folder] => {
                let path = Path::new(folder).join(format!("{name}.svg"));
                let options = Options { title: title.into(), ..Options::default() };
                std::fs::write(&path, timeline.to_svg(&options))?;
                println!("{}", path.display());
            }
            _ => {
                eprintln!(
                    "usage: cargo run --example timeline [-- words | -- svg FOLDER]"
                );
                std::process::exit(2);
            }
        }
    }
    Ok(())
}

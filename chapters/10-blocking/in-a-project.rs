use std::{fs, io};

#[tokio::main]
async fn main() -> io::Result<()> {
    let words = tokio::task::spawn_blocking(|| count("Cargo.toml")).await??;
    println!("{words} words");
    Ok(())
}

/// Blocks: it reads, and it computes.
fn count(path: &str) -> io::Result<usize> {
    Ok(fs::read_to_string(path)?.split_whitespace().count())
}

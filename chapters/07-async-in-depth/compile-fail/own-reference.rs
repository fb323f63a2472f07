//! error: E0505
//!
//! A value that borrows a part of itself cannot be moved, so ordinary Rust cannot return it, or
//! put it into a task.

struct Letter<'a> {
    text: String,
    first: Option<&'a str>,
}

fn main() {
    let mut letter = Letter { text: "hello, world".into(), first: None };
    letter.first = Some(&letter.text[..5]);
    let moved = Box::new(letter);
    println!("{:?} of {:?}", moved.first, moved.text);
}

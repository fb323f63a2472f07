//! A request arrives in pieces. How many of its bytes does the parser search for the ends of lines?
//!
//! ```console
//! $ cargo run --example 06-looks
//! ```
//!
//! The first request is the one of `03-limits`. Each cut goes through a line.

use framing::{Grammar, Limits, Parser};

fn main() {
    let request = format!("*1000\r\n{}", "$3\r\nabc\r\n".repeat(1000));
    arrive("a request", &request, 90);
    let line = format!("+{}\r\n", "x".repeat(59_997));
    arrive("a line", &line, 1);
}

/// After every piece, the parser goes on where it was.
fn arrive(what: &str, frame: &str, size: usize) {
    let mut parser = Parser::new(Grammar::Replies, Limits::default());
    let mut pieces = 0;
    for end in (size..).step_by(size).map(|end| end.min(frame.len())) {
        pieces += 1;
        if let Ok(Some(_)) = parser.parse(&frame.as_bytes()[..end]) {
            break;
        }
    }
    println!("{what} of {} bytes that comes in {pieces} pieces", frame.len());
    println!("  bytes searched: {}", parser.looked_at());
}

//! What breaks without `Pin`: a value that remembers where its own buffer is, moved.
//!
//! ```console
//! $ cargo run --example 07-pin
//! ```

use std::cell::Cell;
use std::marker::PhantomPinned;
use std::pin::Pin;

/// Like the future of an `async` block that borrows one of its own variables across an
/// `.await`: a buffer, and an address inside it. (A number here, since safe Rust has no such
/// reference. rustc's machine has one.)
// ANCHOR: letter
struct Letter {
    text: [u8; 16],
    borrowed: Cell<usize>, // the address of `text`
    _pinned: PhantomPinned,
}

impl Letter {
    fn new() -> Letter {
        let (text, borrowed) = (*b"hello, world 123", Cell::new(0));
        Letter { text, borrowed, _pinned: PhantomPinned }
    }

    fn begin(&self) {
        self.borrowed.set(self.text.as_ptr().addr());
    }

    fn is_right(&self) -> bool {
        self.borrowed.get() == self.text.as_ptr().addr()
    }
}
// ANCHOR_END: letter

fn main() {
    // ANCHOR: moved
    let letter = Letter::new();
    letter.begin();
    println!("first   the address is right: {}", letter.is_right());
    let boxed = Box::new(letter);
    println!("second  the address is right: {}", boxed.is_right());
    // ANCHOR_END: moved

    // ANCHOR: pinned
    let pinned: Pin<Box<Letter>> = Box::pin(Letter::new());
    pinned.begin();
    println!("third   the address is right: {}", pinned.is_right());
    let elsewhere = Vec::from([pinned]);
    let is_right = elsewhere[0].is_right();
    println!("fourth  the address is right: {is_right}");
    // ANCHOR_END: pinned
}

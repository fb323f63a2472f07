//! error: E0277
//!
//! A box that is pinned does not give its value back, so that nobody can move it.

use std::marker::PhantomPinned;
use std::pin::Pin;

struct Letter {
    text: [u8; 16],
    pinned: PhantomPinned,
}

fn main() {
    let letter = Letter { text: *b"hello, world 123", pinned: PhantomPinned };
    let boxed: Pin<Box<Letter>> = Box::pin(letter);
    let moved: Letter = *Pin::into_inner(boxed);
    let _ = (moved.text, moved.pinned);
}

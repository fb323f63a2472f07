//! `println!` for a program whose reader may leave.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};

/// Prints to standard output, as `std::print!` does, but ends the program in silence if nobody reads on, as behind
/// `| head`. There, `std::print!` panics.
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => {
        $crate::print_or_end(::std::format_args!($($text)*), "")
    };
}

/// Prints a line to standard output. See [`print!`](crate::print!).
#[macro_export]
macro_rules! println {
    ($($text:tt)*) => {
        $crate::print_or_end(::std::format_args!($($text)*), "\n")
    };
}

/// For the macros alone.
#[doc(hidden)]
pub fn print_or_end(text: Arguments<'_>, end: &str) {
    let mut out = io::stdout().lock();
    match out.write_fmt(text).and_then(|()| out.write_all(end.as_bytes())) {
        Ok(()) => {}
        // A server that was to print three lines has nothing left to say, and neither has a demo.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => panic!("cannot print: {error}"),
    }
}

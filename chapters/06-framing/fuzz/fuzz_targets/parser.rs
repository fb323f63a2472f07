//! `cargo +nightly fuzz run parser`, in the folder `chapters/06-framing`.

#![no_main]

#[path = "../oracle.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|data: &[u8]| oracle::check(data));

//! The fuzz target's corpus, and small changes of it: bounded, repeatable, without nightly.

use std::path::Path;

use crate::oracle;

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/parser");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn the_corpus_of_the_fuzz_target_passes() {
    let corpus = corpus();
    assert!(corpus.len() > 20, "{} files", corpus.len());
    corpus.iter().for_each(|data| oracle::check(data));
}

#[test]
fn twenty_thousand_small_changes_of_the_corpus_pass() {
    // A linear congruential generator: the same changes on every machine.
    let mut state: u64 = 6;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below.max(1)
    };
    const BYTES: &[u8] = b"*$+-:\r\n 0123456789\"'\\x\0\xff";
    let corpus = corpus();
    for _ in 0..20_000 {
        let mut data = corpus[next(corpus.len())].clone();
        for _ in 0..=next(3) {
            let (at, byte) = (next(data.len()), BYTES[next(BYTES.len())]);
            match next(4) {
                0 => data.insert(at, byte),
                1 if data.len() > 2 => drop(data.remove(at)),
                2 => data.splice(at.., corpus[next(corpus.len())].clone()).for_each(drop),
                _ => data[at] = byte,
            }
        }
        oracle::check(&data);
    }
}

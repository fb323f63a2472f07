//! What a clone of `Bytes` copies, and what it keeps alive.
//!
//! ```console
//! $ cargo run --example 03-cheap-clones
//! ```

use bytes::Bytes;

fn main() {
    // ANCHOR: clone
    let value = Bytes::from(vec![b'x'; 1_000_000]);
    let clone = value.clone();
    println!("the handle is {} bytes, on any value", size_of::<Bytes>());
    println!("a clone shows the same memory: {}", same(&value, &clone));

    let copy = value.to_vec();
    println!("a `Vec` has memory of its own: {}", copy.as_ptr() != value.as_ptr());
    // ANCHOR_END: clone

    // ANCHOR: unique
    println!("with a clone, the value is the only owner: {}", value.is_unique());
    drop(clone);
    println!("without it:                                {}", value.is_unique());
    // ANCHOR_END: unique

    // ANCHOR: slice
    let word = value.slice(..5);
    drop(value);
    println!("a slice of 5 bytes alone: {} bytes to see", word.len());
    let all = word.try_into_mut().expect("nobody else has it");
    println!("but it kept {} bytes alive", kept(&all));
    // ANCHOR_END: slice
}

/// Whether two handles show the same memory.
fn same(a: &Bytes, b: &Bytes) -> bool {
    a.as_ptr() == b.as_ptr() && a.len() == b.len()
}

/// How much memory there is from the first byte to the end of the allocation: all of it, since
/// the slice begins where the value does.
fn kept(bytes: &bytes::BytesMut) -> usize {
    bytes.capacity()
}

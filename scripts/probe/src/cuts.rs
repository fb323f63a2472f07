/// Every way in which an input may come: whole, cut in two at each place, and byte by byte.
///
/// ```
/// let ways: Vec<Vec<&[u8]>> = probe::cuts(b"abc").collect();
/// let expected: [&[&[u8]]; 4] = [&[b"abc"], &[b"a", b"bc"], &[b"ab", b"c"], &[b"a", b"b", b"c"]];
/// assert_eq!(ways, expected);
/// ```
///
/// Make a [`Script`](crate::Script) of each with [`Script::chunks`](crate::Script::chunks).
pub fn cuts(input: &[u8]) -> impl Iterator<Item = Vec<&[u8]>> {
    let whole = std::iter::once(vec![input]);
    let in_two = (1..input.len()).map(|at| vec![&input[..at], &input[at..]]);
    // Two bytes, one by one, are two bytes cut in two.
    let one_by_one = (input.len() > 2).then(|| input.chunks(1).collect());
    whole.chain(in_two).chain(one_by_one)
}

/// The sizes around each power of two up to 2^`largest`, in order: an answer may have made any of
/// them the size of a buffer. Up to 2^17 is as large as buffers usually are.
///
/// ```
/// assert!(probe::sizes(3).eq([0, 1, 2, 3, 4, 5, 7, 8, 9]));
/// assert_eq!(probe::sizes(17).max(), Some(131_073));
/// ```
pub fn sizes(largest: u32) -> impl Iterator<Item = usize> {
    let small = [0, 1, 2, 3].into_iter();
    let large = (2..=largest).flat_map(|k| {
        let size = 1 << k;
        [size - 1, size, size + 1]
    });
    small.chain(large.filter(|size| *size > 3))
}

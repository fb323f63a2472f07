//! Redis's patterns: `news.*`, `h?llo`, `[a-c^]`, `[^a]`, `\*`.

/// How many steps a match may take besides those that it needs to look at everything once.
const WORK: usize = 1 << 20;

/// A pattern, ready to be matched.
///
/// | in a pattern | matches |
/// |---|---|
/// | `?` | any byte |
/// | `*` | any bytes, also none |
/// | `[abc]`, `[a-c]` | one of these bytes; `[c-a]` is the same range |
/// | `[^abc]` | any byte but these |
/// | `\x` | `x`, whatever it means elsewhere, also within `[…]` |
///
/// All this is as in Redis 7.0, with its oddities: a `[` that is never closed ends with the pattern, a range may end in
/// `]` or `\`, and an empty text matches only an empty pattern, not even `*`. (C leaves it to the machine how a range
/// compares bytes above 127. Here they are numbers from 128 to 255.)
#[derive(Clone, Debug)]
pub struct Pattern {
    elements: Vec<Element>,
    classes: Vec<Set>,
}

/// What matches one byte, or any number of them.
#[derive(Clone, Copy, Debug)]
enum Element {
    Star,
    Any,
    Byte(u8),
    /// The set at this place.
    Class(usize),
}

/// A set of bytes, one bit each. So a class of a million characters costs no more than one of two, when it is matched.
#[derive(Clone, Copy, Debug, Default)]
struct Set([u64; 4]);

impl Set {
    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }
}

impl Pattern {
    /// Reads a pattern. Every pattern means something.
    pub fn new(pattern: &[u8]) -> Pattern {
        let (mut elements, mut classes) = (Vec::new(), Vec::new());
        let mut rest = pattern;
        loop {
            let element = match rest {
                [] => return Pattern { elements, classes },
                [b'*', tail @ ..] => {
                    rest = tail;
                    // Two are as good as one.
                    if matches!(elements.last(), Some(Element::Star)) {
                        continue;
                    }
                    Element::Star
                }
                [b'?', tail @ ..] => {
                    rest = tail;
                    Element::Any
                }
                [b'[', tail @ ..] => {
                    let (set, tail) = class(tail);
                    rest = tail;
                    classes.push(set);
                    Element::Class(classes.len() - 1)
                }
                [b'\\', byte, tail @ ..] | [byte, tail @ ..] => {
                    rest = tail;
                    Element::Byte(*byte)
                }
            };
            elements.push(element);
        }
    }

    /// Whether all of `text` matches.
    ///
    /// Of several `*`, only the last needs another try, so a match takes at most as many steps as the product of the
    /// two lengths. That can still be too many. After a million of them, and a few for each byte, the answer is no.
    pub fn matches(&self, text: &[u8]) -> bool {
        self.try_match(text).0
    }

    /// The same, and how many steps that took. For proofs.
    pub fn try_match(&self, text: &[u8]) -> (bool, usize) {
        if text.is_empty() {
            return (self.elements.is_empty(), 0);
        }
        let most = WORK + 2 * (self.elements.len() + text.len());
        // Where we are, and where we were in both behind the last `*`.
        let (mut at, mut byte, mut star) = (0, 0, None);
        for steps in 0..most {
            let element = self.elements.get(at);
            match element {
                // It takes what is left.
                Some(Element::Star) if at + 1 == self.elements.len() => {
                    return (true, steps);
                }
                Some(Element::Star) => {
                    at += 1;
                    star = Some((at, byte));
                    continue;
                }
                None if byte == text.len() => return (true, steps),
                _ if byte == text.len() => return (false, steps),
                _ => {}
            }
            if element.is_some_and(|element| self.fits(*element, text[byte])) {
                (at, byte) = (at + 1, byte + 1);
            } else if let Some((behind, from)) = star {
                // The last `*` takes one byte more, and all that follows it begins anew.
                (at, byte) = (behind, from + 1);
                star = Some((behind, byte));
            } else {
                return (false, steps);
            }
        }
        (false, most)
    }

    fn fits(&self, element: Element, byte: u8) -> bool {
        match element {
            Element::Star | Element::Any => true,
            Element::Byte(literal) => literal == byte,
            Element::Class(place) => self.classes[place].contains(byte),
        }
    }
}

/// Whether all of `text` matches `pattern`. To match it more than once, keep a [`Pattern`].
pub fn matches(pattern: &[u8], text: &[u8]) -> bool {
    Pattern::new(pattern).matches(text)
}

/// The bytes of a class, and what follows its `]`.
fn class(text: &[u8]) -> (Set, &[u8]) {
    let (but, mut rest) = match text {
        [b'^', tail @ ..] => (true, tail),
        _ => (false, text),
    };
    let mut set = Set::default();
    loop {
        rest = match rest {
            [] => break,
            [b'\\', escaped, tail @ ..] => {
                set.insert(*escaped);
                tail
            }
            [b']', tail @ ..] => {
                rest = tail;
                break;
            }
            [start, b'-', end, tail @ ..] => {
                (*start.min(end)..=*start.max(end)).for_each(|byte| set.insert(byte));
                tail
            }
            [literal, tail @ ..] => {
                set.insert(*literal);
                tail
            }
        };
    }
    if but {
        set = Set(set.0.map(|bits| !bits));
    }
    (set, rest)
}

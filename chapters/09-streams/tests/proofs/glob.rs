//! Patterns, against an oracle that tries everything, and against a real Redis.

use arbtest::arbitrary::{Result as Arbitrary, Unstructured};
use arbtest::arbtest;
use conform::real::Redis;
use conform::wire::{converse, request};
use streams::glob::{Pattern, matches};

use crate::STAGE;

#[test]
fn a_pattern_matches_what_it_says() {
    for (pattern, yes, no) in [
        ("news", &["news"][..], &["new", "newss", "News", ""][..]),
        ("n?ws", &["news", "n?ws", "n\u{1}ws"], &["nws", "neews"]),
        ("*", &["a", "a\nb", "***"], &[""]),
        ("**", &["a"], &[""]),
        ("", &[""], &["a"]),
        ("news.*", &["news.", "news.a.b"], &["news", "xnews."]),
        ("*.*", &[".", "a.b", "..", "a.b.c"], &["ab"]),
        ("*a*b*", &["ab", "xaxbx", "aab"], &["ba", "a"]),
        ("a[bc]d", &["abd", "acd"], &["ad", "abcd", "a[d"]),
        ("[a-c]", &["a", "b", "c"], &["d", "-"]),
        ("[c-a]", &["a", "b", "c"], &["d", "-"]),
        ("[^a-c]", &["d", "^", "-"], &["a", "c"]),
        ("[a^]", &["a", "^"], &["b"]),
        ("[-a]", &["-", "a"], &["b"]),
        (r"\*", &["*"], &["a", r"\*", r"\"]),
        (r"[\]]", &["]"], &[r"\", "["]),
        (r"[\^a]", &["^", "a"], &["b"]),
        (r"\[a]", &["[a]"], &["a"]),
        // What is unfinished ends with the pattern.
        ("[", &[], &["[", ""]),
        ("[^", &["a", "^"], &["ab"]),
        ("[ab", &["a", "b"], &["[ab", "ab"]),
        ("[a-]", &["a", "^", "]"], &["-", "b", "[a-]"]),
        ("[a-]b]c", &["ac", "bc"], &["-bc"]),
        (r"\", &[r"\"], &["a", ""]),
        (r"[\", &[r"\"], &["[", "a"]),
        (r"[\]", &["]"], &[r"\"]),
        ("[]a", &[], &["a", "]", "]a"]),
        ("[^]", &["a", "]"], &[]),
    ] {
        for text in yes {
            assert!(matches(pattern.as_bytes(), text.as_bytes()), "{pattern} and {text}");
        }
        for text in no {
            assert!(
                !matches(pattern.as_bytes(), text.as_bytes()),
                "{pattern} and {text}"
            );
        }
    }
    assert!(matches(b"[\xe0-\xef]?\xff", b"\xe9\x80\xff"));
}

/// Tries every length for every `*`.
fn slow(pattern: &[u8], text: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'*', rest @ ..] => (0..=text.len()).any(|n| slow(rest, &text[n..])),
        _ => {
            // One element, alone, against one byte, alone: then the rest.
            let len = element(pattern);
            !text.is_empty()
                && matches(&pattern[..len], &text[..1])
                && slow(&pattern[len..], &text[1..])
        }
    }
}

/// How long the first element of a pattern is.
fn element(pattern: &[u8]) -> usize {
    let mut at = match pattern {
        [b'\\', _, ..] => return 2,
        [b'[', b'^', ..] => 2,
        [b'[', ..] => 1,
        _ => return 1,
    };
    loop {
        match &pattern[at..] {
            [] => return at,
            [b'\\', _, ..] => at += 2,
            [b']', ..] => return at + 1,
            [_, b'-', _, ..] => at += 3,
            _ => at += 1,
        }
    }
}

fn word(u: &mut Unstructured<'_>, of: &[u8], most: usize) -> Arbitrary<Vec<u8>> {
    (0..u.int_in_range(0..=most)?).map(|_| Ok(*u.choose(of)?)).collect()
}

#[test]
fn any_pattern_matches_as_if_every_length_were_tried() {
    arbtest(|u| {
        let pattern = word(u, b"aab*?[]^-\\c", 9)?;
        let text = word(u, b"aab-]^c", 7)?;
        // The one exception: an empty text.
        let right =
            if text.is_empty() { pattern.is_empty() } else { slow(&pattern, &text) };
        assert_eq!(
            matches(&pattern, &text),
            right,
            "{} and {}",
            pattern.escape_ascii(),
            text.escape_ascii()
        );
        Ok(())
    });
}

#[test]
fn many_stars_take_no_more_than_the_product_of_the_lengths() {
    // Tried with every length for every star, this takes longer than anybody waits.
    let pattern = "a*".repeat(5_000) + "b";
    assert!(!matches(pattern.as_bytes(), "a".repeat(20_000).as_bytes()));
    assert!(matches("*a".repeat(1_000).as_bytes(), "a".repeat(20_000).as_bytes()));
}

#[test]
fn a_match_takes_a_million_steps_at_most_and_a_few_for_each_byte() {
    let name = "a".repeat(100_000);
    for (pattern, matched) in [
        // A class of many characters is a set of bytes like another.
        (format!("*[{}]", "b".repeat(40_000)), false),
        (format!("*[{}]", "ab".repeat(20_000)), true),
        (format!("*{}b", "a".repeat(40_000)), false),
        (format!("{}b", "*[^b]".repeat(10_000)), false),
        (format!("{}*", "a*".repeat(10_000)), true),
        // The product of the lengths would be too much: given up, and so no match.
        (format!("*{}b*{}", "a".repeat(30_000), "a".repeat(30_000)), false),
    ] {
        let (got, steps) = Pattern::new(pattern.as_bytes()).try_match(name.as_bytes());
        assert_eq!(got, matched, "{}...", &pattern[..10]);
        assert!(steps <= (1 << 20) + 2 * (pattern.len() + name.len()), "{steps} steps");
    }
    // What a million steps are enough for is matched, however many stars there are.
    let (matched, steps) = Pattern::new(b"*a*a*a*a*b").try_match(name.as_bytes());
    assert!(!matched && steps < 1 << 20, "{steps} steps");
}

/// Ours and Redis's, for the same channels and patterns: `PUBSUB CHANNELS` asks both for the same match that a
/// message is matched with.
#[test]
#[ignore = "needs redis-server"]
fn forty_thousand_patterns_match_the_same_channels_as_in_redis() {
    let (redis, server) = (Redis::start(&[]), STAGE.start());
    let mut state: u64 = 9;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    let mut word = move |of: &[&str], most: usize| -> String {
        (0..next(most + 1)).map(|_| of[next(of.len())]).collect()
    };
    let channels: Vec<String> = (0..400)
        .map(|_| word(&["a", "b", "c", "-", "]", "[", "^", "\\", "*", "\u{e9}", "."], 6))
        .collect();
    let subscribe: Vec<&str> =
        ["SUBSCRIBE"].into_iter().chain(channels.iter().map(String::as_str)).collect();
    let mut listeners = Vec::new();
    for addr in [redis.addr(), server.addr()] {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(addr).unwrap();
        stream.write_all(&request(&subscribe)).unwrap();
        stream.read_exact(&mut [0; 1000]).unwrap();
        listeners.push(stream);
    }
    for _ in 0..40 {
        let patterns: Vec<String> = (0..1000)
            .map(|_| {
                word(
                    &[
                        "a", "b", "c", "*", "*", "?", "[", "]", "^", "-", "\\", "[a-c]",
                        "[^", ".",
                    ],
                    9,
                )
            })
            .collect();
        let ask: Vec<u8> = patterns
            .iter()
            .flat_map(|pattern| request(&["PUBSUB", "CHANNELS", pattern]))
            .collect();
        let (theirs, ours) =
            (lists(&converse(redis.addr(), &ask)), lists(&converse(server.addr(), &ask)));
        assert_eq!(theirs.len(), 1000);
        for ((pattern, theirs), ours) in patterns.iter().zip(theirs).zip(ours) {
            assert_eq!(ours, theirs, "{pattern}");
        }
    }
}

/// The replies of `PUBSUB CHANNELS`, each sorted: Redis gives the order of its hash table.
fn lists(mut bytes: &[u8]) -> Vec<Vec<Vec<u8>>> {
    fn line<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
        let end = bytes.windows(2).position(|two| two == b"\r\n").unwrap();
        let (line, rest) = bytes.split_at(end);
        *bytes = &rest[2..];
        line
    }
    fn number(line: &[u8]) -> usize {
        std::str::from_utf8(&line[1..]).unwrap().parse().unwrap()
    }
    let mut lists = Vec::new();
    while !bytes.is_empty() {
        let mut list: Vec<Vec<u8>> = (0..number(line(&mut bytes)))
            .map(|_| {
                let len = number(line(&mut bytes));
                let (word, rest) = bytes.split_at(len);
                bytes = &rest[2..];
                word.to_vec()
            })
            .collect();
        list.sort();
        lists.push(list);
    }
    lists
}

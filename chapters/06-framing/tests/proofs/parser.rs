use allocation_counter::{AllocationInfo, measure};
use arbtest::arbitrary::{Result as Arbitrary, Unstructured};
use arbtest::arbtest;
use bytes::{Bytes, BytesMut};
use framing::{Frame, Grammar, Limits, Parser, ProtocolError};

/// Of those that mean something to a parser, many.
fn byte(u: &mut Unstructured<'_>) -> Arbitrary<u8> {
    match u.ratio(2, 3)? {
        true => Ok(*u.choose(b"\r\n*$+-:0123")?),
        false => u.arbitrary(),
    }
}

fn bytes(u: &mut Unstructured<'_>) -> Arbitrary<Bytes> {
    (0..u.int_in_range(0..=40)?).map(|_| byte(u)).collect()
}

/// A line break would end a simple string: the encoder takes it out.
fn text(u: &mut Unstructured<'_>) -> Arbitrary<Bytes> {
    let bytes = bytes(u)?;
    Ok(bytes.into_iter().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect())
}

fn frame(u: &mut Unstructured<'_>, depth: usize) -> Arbitrary<Frame> {
    Ok(match u.int_in_range(0..=if depth > 0 { 7 } else { 5 })? {
        0 => Frame::Simple(text(u)?),
        1 => Frame::Error(text(u)?),
        2 => Frame::Integer(u.arbitrary()?),
        3 => Frame::Bulk(bytes(u)?),
        4 => Frame::Null,
        5 => Frame::NullArray,
        _ => Frame::Array(
            (0..u.int_in_range(0..=4)?)
                .map(|_| frame(u, depth - 1))
                .collect::<Arbitrary<_>>()?,
        ),
    })
}

fn frames(u: &mut Unstructured<'_>) -> Arbitrary<Vec<Frame>> {
    (0..u.int_in_range(1..=5)?).map(|_| frame(u, 5)).collect()
}

fn words(u: &mut Unstructured<'_>) -> Arbitrary<Vec<Bytes>> {
    (0..u.int_in_range(1..=5)?).map(|_| bytes(u)).collect()
}

fn encode<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> BytesMut {
    let mut out = BytesMut::new();
    frames.into_iter().for_each(|frame| frame.encode(&mut out));
    out
}

/// Parses pieces as they arrive, and sees to it that what is incomplete is left alone.
fn parse<'a>(
    parser: &mut Parser,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<Frame>, ProtocolError> {
    let mut buffer = BytesMut::new();
    let mut frames = Vec::new();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        while let Some(len) = parser.parse(&buffer)? {
            let bytes = buffer.split_to(len).freeze();
            frames.push(parser.frame(&bytes));
        }
    }
    assert!(buffer.is_empty(), "{} bytes are left", buffer.len());
    Ok(frames)
}

fn replies() -> Parser {
    Parser::new(Grammar::Replies, Limits::default())
}

fn requests() -> Parser {
    Parser::new(Grammar::Requests, Limits::default())
}

#[test]
fn any_frame_comes_back_as_it_went() {
    arbtest(|u| {
        let frame = frame(u, 5)?;
        let wire = encode([&frame]);
        assert_eq!(parse(&mut replies(), [&wire[..]]), Ok(vec![frame]));
        Ok(())
    });
}

#[test]
fn any_split_of_any_pipeline_parses_the_same() {
    arbtest(|u| {
        let frames = frames(u)?;
        let wire = encode(&frames);
        let mut cuts = vec![0, wire.len()];
        for _ in 0..u.int_in_range(0..=12)? {
            cuts.push(u.int_in_range(0..=wire.len())?);
        }
        cuts.sort();
        let pieces = cuts.windows(2).map(|cut| &wire[cut[0]..cut[1]]);
        assert_eq!(parse(&mut replies(), pieces).as_ref(), Ok(&frames));
        assert_eq!(parse(&mut replies(), wire.chunks(1)), Ok(frames));
        Ok(())
    });
}

#[test]
fn every_prefix_is_incomplete_and_leaves_the_buffer_as_it_was() {
    arbtest(|u| {
        let wire = encode([&frame(u, 5)?]);
        for end in 0..wire.len() {
            let mut prefix = BytesMut::from(&wire[..end]);
            assert_eq!(replies().parse(&prefix), Ok(None));
            // The codec has its hands on the buffer, and must keep them off.
            let mut codec = framing::Resp::client();
            let decoded = tokio_util::codec::Decoder::decode(&mut codec, &mut prefix);
            assert!(matches!(decoded, Ok(None)));
            assert_eq!(&prefix[..], &wire[..end]);
        }
        Ok(())
    });
}

#[test]
fn a_request_s_words_are_what_was_sent() {
    arbtest(|u| {
        let words = words(u)?;
        let wire = encode([&Frame::request(&words)]);
        let mut parser = requests();
        assert_eq!(parser.parse(&wire), Ok(Some(wire.len())));
        assert_eq!(parser.request(&wire).from(0).collect::<Vec<_>>(), words);
        Ok(())
    });
}

#[test]
fn a_quoted_line_means_the_same_words() {
    arbtest(|u| {
        let words = words(u)?;
        let mut line = Vec::new();
        for word in &words {
            let hex = word.iter().flat_map(|byte| format!("\\x{byte:02x}").into_bytes());
            line.extend([b"  \"", &hex.collect::<Vec<u8>>()[..], b"\""].concat());
        }
        line.extend(b"\r\n");
        assert_eq!(
            parse(&mut requests(), line.chunks(2)),
            Ok(vec![Frame::request(&words)])
        );
        Ok(())
    });
}

#[test]
fn no_bytes_make_it_panic() {
    arbtest(|u| {
        let head = [u.int_in_range(0..=1)?, u.int_in_range(1..=9)?];
        crate::oracle::check(&[&head[..], &bytes(u)?, &bytes(u)?].concat());
        Ok(())
    });
}

fn flat(len: usize) -> BytesMut {
    encode([&Frame::request((0..len).map(|n| n.to_string()))])
}

fn nested(len: usize) -> BytesMut {
    let row = Frame::Array(vec![Frame::Integer(1), Frame::Bulk("ab".into())]);
    encode([&Frame::Array(vec![row; len])])
}

/// What it costs to parse a frame that arrives in pieces: allocations, and bytes looked at.
fn cost(wire: &[u8], piece: usize) -> (AllocationInfo, u64) {
    let mut parser = replies();
    let mut buffer = BytesMut::with_capacity(wire.len());
    let mut looked_at = 0;
    let info = measure(|| {
        for piece in wire.chunks(piece) {
            buffer.extend_from_slice(piece);
            if let Some(len) = parser.parse(&buffer).unwrap() {
                let bytes = buffer.split_to(len).freeze();
                drop(parser.frame(&bytes));
            }
        }
        looked_at = parser.looked_at();
    });
    (info, looked_at)
}

#[test]
fn twice_the_elements_cost_twice_the_work_however_they_arrive() {
    for make in [flat, nested] {
        for piece in [1, 7, 1000, usize::MAX] {
            let (small, large) = (make(1000), make(2000));
            let ((one, looked_one), (two, looked_two)) =
                (cost(&small, piece), cost(&large, piece));
            assert!(looked_one <= small.len() as u64 && looked_two <= large.len() as u64);
            // The list of tokens grows by doubling: one allocation more, or as many as there are arrays.
            let most = 2 * one.count_total + 2;
            assert!(
                two.count_total <= most,
                "{} for {}",
                two.count_total,
                one.count_total
            );
        }
    }
}

#[test]
fn a_flat_frame_costs_no_allocation_an_element() {
    let (info, _) = cost(&flat(1000), 1);
    assert!(info.count_total < 20, "{} allocations", info.count_total);
}

#[test]
fn requests_one_after_the_other_cost_no_allocation_at_all() {
    let wire = encode([&Frame::request(["SET", "city", "Paris"])]);
    let mut parser = requests();
    parser.parse(&wire).unwrap();
    let info = measure(|| {
        for _ in 0..1000 {
            assert_eq!(parser.parse(&wire), Ok(Some(wire.len())));
            assert_eq!(parser.request(&wire).get(1), Some(&b"city"[..]));
        }
    });
    assert_eq!(info.count_total, 0);
}

#[test]
fn a_header_that_lies_costs_nothing() {
    for grammar in [Grammar::Requests, Grammar::Replies] {
        for header in [
            "*1048576\r\n",
            "*1\r\n$536870912\r\nabc",
            "*2147483647\r\n",
            "*1\r\n$536870913\r\n",
        ] {
            let info = measure(|| {
                let _ = Parser::new(grammar, Limits::default()).parse(header.as_bytes());
            });
            assert!(info.bytes_max < 1024, "{} bytes for {header:?}", info.bytes_max);
        }
    }
}

#[test]
fn a_big_request_leaves_no_memory_behind() {
    let (big, small) = (flat(100_000), flat(1));
    let mut parser = requests();
    let info = measure(|| {
        parser.parse(&big).unwrap();
        parser.parse(&small).unwrap();
    });
    assert!(info.bytes_current < 4096, "{} bytes are kept", info.bytes_current);
}

#[test]
fn limits_are_limits_and_what_is_within_passes() {
    let limits = Limits { bulk: 3, elements: 4, line: 8, depth: 2, frame: 40 };
    for (wire, verdict) in [
        ("*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n", None),
        ("*5\r\n", Some(ProtocolError::ArrayLength)),
        ("*2\r\n*3\r\n", Some(ProtocolError::ArrayLength)),
        ("$3\r\nabc\r\n", None),
        ("$4\r\n", Some(ProtocolError::BulkLength)),
        ("*1\r\n*1\r\n:1\r\n", None),
        ("*1\r\n*1\r\n*1\r\n", Some(ProtocolError::Depth)),
        ("+1234567\r\n", None),
        ("+12345678\r\n", Some(ProtocolError::Line)),
        ("$12345678\r\n", Some(ProtocolError::BulkHeader)),
        ("*12345678\r\n", Some(ProtocolError::ArrayHeader)),
        (
            "*4\r\n+1234567\r\n+1234567\r\n+1234567\r\n+1234567\r\n",
            Some(ProtocolError::Frame),
        ),
    ] {
        for piece in 1..=wire.len() {
            let mut parser = Parser::new(Grammar::Replies, limits);
            let result = parse(&mut parser, wire.as_bytes().chunks(piece));
            assert_eq!(result.err(), verdict, "{wire:?} in pieces of {piece}");
        }
    }
}

#[test]
fn what_is_no_resp_is_an_error() {
    for wire in [
        "?\r\n",
        "*x\r\n",
        "*\r\n",
        "*-2\r\n",
        "*01\r\n",
        "*+1\r\n",
        "$-2\r\n",
        "$ 1\r\n",
        "$1\r\nab\r\n",
        "$1\r\na\n\r\n",
        ":\r\n",
        ":1.5\r\n",
        ":--1\r\n",
        ":-0\r\n",
        ":9223372036854775808\r\n",
        "\r\n",
    ] {
        assert!(parse(&mut replies(), [wire.as_bytes()]).is_err(), "{wire:?}");
    }
}

#[test]
fn ten_thousand_arrays_in_each_other_are_refused_at_the_33rd() {
    let deep = "*1\r\n".repeat(10_000);
    let mut parser = replies();
    let error = parser.parse(deep.as_bytes());
    assert_eq!(error, Err(ProtocolError::Depth));
    assert_eq!(parser.looked_at(), 33 * 4);
}

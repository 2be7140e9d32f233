//! Tests of the encoder and the decoder together.

use proptest::prelude::*;

use super::*;

fn position() -> impl Strategy<Value = Position> {
    (any::<u64>(), any::<u64>(), any::<u64>()).prop_map(|(run, seq, time)| Position {
        run: RunId(run),
        seq,
        time,
    })
}

fn speaker() -> impl Strategy<Value = Speaker> {
    ("[a-zA-Z0-9._+-]{1,64}", "[0-9a-z.+-]{1,64}").prop_map(|(name, version)| Speaker { name, version })
}

fn message() -> impl Strategy<Value = Message> {
    let plain = prop::option::of((any::<u32>(), any::<u32>()));
    prop_oneof![
        (speaker(), prop::option::of(position()))
            .prop_map(|(speaker, last)| Message::Hello(Hello { speaker, last })),
        (speaker(), position(), any::<u64>(), plain).prop_map(|(speaker, at, next, plain)| {
            let plain = plain.map(|(first, more)| (u64::from(first), u64::from(first) + u64::from(more)));
            Message::Welcome(Welcome { speaker, run: at.run, began: at.time, next, plain })
        }),
        (position(), any::<u32>(), any::<u32>())
            .prop_map(|(at, headers, lines)| Message::Interval(Interval { at, headers, lines })),
        (speaker(), any::<[u8; 16]>()).prop_map(|(speaker, bits)| {
            Message::Launched(Launched { speaker, secret: Secret::new(bits) })
        }),
    ]
}

#[test]
fn the_lines_are_as_documented() {
    let at = Position { run: RunId(0x00c0_ffee_00c0_ffee), seq: 41, time: 1_795_355_544_500_000 };
    let speaker = |name: &str| Speaker { name: name.to_owned(), version: "5.0.0".to_owned() };
    let hello = Message::Hello(Hello { speaker: speaker("collectl-recv"), last: Some(at) });
    let line = "##hello name=collectl-recv version=5.0.0 run=00c0ffee00c0ffee seq=41 time=1795355544.500000";
    assert_eq!((hello.to_string().as_str(), decode(line.as_bytes())), (line, Some(hello)));
    let interval = Message::Interval(Interval { at, headers: 2, lines: 1 });
    let line = "##interval run=00c0ffee00c0ffee seq=41 time=1795355544.500000 lines=2+1";
    assert_eq!((interval.to_string().as_str(), decode(line.as_bytes())), (line, Some(interval)));
}

#[test]
fn words_of_later_versions_are_ignored() {
    let known = decode(b"##hello name=x version=1").unwrap();
    assert_eq!(decode(b"##hello secret=17 name=x  version=1 more"), Some(known));
}

#[test]
fn invalid_messages() {
    for line in [
        "",
        "##",
        "##hello",
        "hello",
        "### RECORD    1 >>> vm <<< (1795340405.012) ###",
        "# CPU SUMMARY",
        "##hello name=x",
        "##hello name=x version=",
        "##hello name=x\u{1b}[31m version=1",
        "##hello name=x version=1 run=1 seq=1 time=1.000000",
        "##hello name=x version=1 run=00c0ffee00c0ffee",
        "##interval run=00c0ffee00c0ffee seq=41 time=17.5 lines=2+1",
        "##interval run=00c0ffee00c0ffee seq=+41 time=17.500000 lines=2+1",
        "##interval run=00c0ffee00c0ffee seq=41 time=17.500000 lines=2+99999999999",
        "##welcome name=x version=1 run=00c0ffee00c0ffee began=1.000000 next=7 plain=9-8",
        &format!("##hello name=x version=1{}", " x".repeat(MAX_MESSAGE)),
    ] {
        assert_eq!(decode(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn only_the_first_line_of_a_client_is_read() {
    let mut first = FirstLine::default();
    assert_eq!(first.push(b"##he"), None);
    assert_eq!(first.push(b"llo x\r\nmore\n"), Some(b"##hello x".to_vec()));
    assert_eq!(first.push(b"again\n"), None);
    let mut endless = FirstLine::default();
    for _ in 0..3 * MAX_MESSAGE {
        assert_eq!(endless.push(b"x"), None);
    }
    assert_eq!(endless.push(b"\n##hello name=x version=1\n"), None);
}

proptest! {
    #[test]
    fn reads_back_what_is_written(message in message()) {
        let line = message.to_string();
        prop_assert!(line.len() <= MAX_MESSAGE && !line.contains('\n'));
        prop_assert_eq!(decode(line.as_bytes()), Some(message));
    }

    #[test]
    fn any_bytes_may_come(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(decode(&bytes), None);
    }

    #[test]
    fn decoded_messages_can_be_encoded_again(
        line in "##(hello|welcome|interval)( (name=[a-z]{1,3}|version=1|run=[0-9a-f]{15,17}|seq=[0-9]{1,21}|\
                 time=[0-9]{1,19}\\.[0-9]{5,7}|began=1\\.000000|next=[0-9]{1,3}|plain=[0-9]-[0-9]|\
                 lines=[0-9]{1,11}\\+[0-9])){0,9}",
    ) {
        if let Some(message) = decode(line.as_bytes()) {
            prop_assert_eq!(decode(message.to_string().as_bytes()), Some(message));
        }
    }

    #[test]
    fn the_first_line_may_be_split_anywhere(
        bytes in prop::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..600),
        size in 1usize..50,
    ) {
        let in_parts = |size| {
            let mut first = FirstLine::default();
            bytes.chunks(size).filter_map(|chunk| first.push(chunk)).collect::<Vec<_>>()
        };
        prop_assert_eq!(in_parts(size), in_parts(1000));
        prop_assert!(in_parts(size).len() <= 1);
    }
}

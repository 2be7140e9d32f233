//! A collector that remembers all or nothing, and connections that end anywhere.

use collectl_wire::hello::{Interval, Message, Position, RunId, Speaker, Welcome};
use proptest::prelude::*;

use super::*;
use crate::stream::decoder::StreamDecoder;

const BEGAN: u64 = 1_000_000_000;
const HEADER: &str = "n7 #a b\n";

fn position(run: u64, seq: u64) -> Position {
    Position { run: RunId(run), seq, time: BEGAN + seq * 1_000_000 }
}

/// Two lines, with a header before every fourth interval.
fn interval(run: u64, seq: u64, marked: bool) -> String {
    let headers = u32::from(seq.is_multiple_of(4));
    let mark = Message::Interval(Interval { at: position(run, seq), headers, lines: 2 });
    let mark = if marked { format!("n7 {mark}\n") } else { String::new() };
    let header = if headers > 0 { HEADER } else { "" };
    format!("{mark}{header}n7 {run} {seq}\nn7 ##interval\n")
}

fn welcome(run: u64, next: u64, plain: Option<(u64, u64)>) -> String {
    let speaker = Speaker::here("collectl");
    let welcome = Welcome { speaker, run: RunId(run), began: BEGAN, next, plain };
    let header = if welcome.keeps_plain() { "" } else { HEADER };
    format!("n7 {}\n{header}", Message::Welcome(welcome))
}

/// What a connection brings, from its hello with `last` on: `plain` go out before the answer, and then those from `next`
/// up to `end`.
fn stream(run: u64, next: u64, plain: Option<(u64, u64)>, end: u64) -> String {
    let before = plain.map(|(first, last)| (first..=last).map(|seq| interval(run, seq, false)).collect());
    let before: String = before.unwrap_or_default();
    let after: String = (next..=end).map(|seq| interval(run, seq, true)).collect();
    format!("{HEADER}{before}{}{after}", welcome(run, next, plain))
}

/// The intervals, and the gaps as negative numbers, that a stream gives to one who has `last`; and the last one.
fn shown(last: Option<Position>, stream: &str, size: usize) -> (Vec<i64>, Option<Position>) {
    let mut decoder = StreamDecoder::asked(last);
    let mut batches = Vec::new();
    for chunk in stream.as_bytes().chunks(size) {
        batches.extend(decoder.push(chunk));
    }
    batches.extend(decoder.end());
    let last = batches.last().map_or(last, |batch| batch.last);
    let mut seen = Vec::new();
    for batch in batches {
        seen.extend(batch.gap.map(|gap| -(gap.intervals as i64)));
        let text = String::from_utf8(batch.lines.text().to_vec()).unwrap();
        assert_eq!(text.matches("##interval").count(), text.matches("\n##interval\n").count(), "{text}");
        let data = text.lines().filter(|line| !line.starts_with('#'));
        seen.extend(data.map(|line| line.split(' ').nth(1).unwrap().parse::<i64>().unwrap()));
    }
    (seen, last)
}

#[test]
fn what_was_missed_comes_and_what_came_does_not_come_again() {
    let text = stream(1, 3, Some((5, 6)), 8);
    assert_eq!(shown(Some(position(1, 2)), &text, 999), (vec![3, 4, 5, 6, 7, 8], Some(position(1, 8))));
    // The collector repeats more than was asked for.
    assert_eq!(shown(Some(position(1, 4)), &text, 999).0, [5, 6, 7, 8]);
    assert_eq!(shown(None, &stream(1, 5, Some((5, 6)), 8), 999).0, [5, 6, 7, 8]);
}

#[test]
fn what_is_forgotten_is_a_gap() {
    assert_eq!(shown(Some(position(1, 2)), &stream(1, 12, None, 13), 999).0, [-9, 12, 13]);
    // Nothing is remembered: what came before the answer is kept.
    assert_eq!(shown(Some(position(1, 2)), &stream(1, 7, Some((5, 6)), 8), 999).0, [5, 6, -2, 7, 8]);
}

#[test]
fn another_run_has_no_false_gap() {
    let old = Position { time: BEGAN - 5_000_000, ..position(9, 7000) };
    assert_eq!(shown(Some(old), &stream(1, 1, None, 3), 999).0, [1, 2, 3]);
    assert_eq!(shown(Some(old), &stream(1, 3, None, 3), 999).0, [-2, 3]);
    let newer = position(9, 7000);
    assert_eq!(shown(Some(newer), &stream(1, 8000, None, 8001), 999).0, [8000, 8001]);
}

#[test]
fn headers_come_once() {
    let mut decoder = StreamDecoder::asked(None);
    let text = stream(1, 4, Some((4, 4)), 4);
    let batches = decoder.push(text.as_bytes());
    assert_eq!(batches.len(), 1);
    assert_eq!(String::from_utf8_lossy(batches[0].lines.text()), "#a b\n1 4\n##interval\n");
}

#[test]
fn a_collectl_that_knows_no_hello_is_shown_as_it_comes() {
    let plain = format!("{HEADER}{}", interval(1, 5, false));
    let mut decoder = StreamDecoder::asked(Some(position(1, 2)));
    assert_eq!((decoder.push(plain.as_bytes()), decoder.is_waiting()), (vec![], true));
    let held = decoder.give_up();
    assert_eq!((held.len(), held[0].last, &held[0].lines.text()[..5]), (1, None, &b"#a b\n"[..]));
    assert!(!decoder.is_waiting());
    // A late answer: what was shown is not shown again.
    let again: String = (3..=6).map(|seq| interval(1, seq, true)).collect();
    let text = format!("{}{again}", welcome(1, 3, Some((5, 5))));
    let seen = String::from_utf8(texts(decoder.push(text.as_bytes()))).unwrap();
    let data: Vec<&str> = seen.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(data, ["1 3", "1 4", "1 6"]);
}

#[test]
fn what_is_held_at_the_end_will_come_again_or_is_shown() {
    let plain = format!("{HEADER}{}", interval(1, 5, false));
    assert_eq!(shown(Some(position(1, 2)), &plain, 999), (vec![], Some(position(1, 2))));
    assert_eq!(shown(None, &plain, 999).0, [5]);
}

fn texts(batches: Vec<Batch>) -> Vec<u8> {
    batches.into_iter().flat_map(|batch| batch.lines.text().to_vec()).collect()
}

proptest! {
    /// Connections break off anywhere, while the collector continues and remembers everything: each interval comes once.
    #[test]
    fn nothing_is_missing_and_nothing_comes_twice(
        lives in prop::collection::vec((0u64..6, 0u64..3, 0u64..6, 0.0..1.2f64), 1..12),
        size in 1usize..60,
    ) {
        let (mut last, mut newest) = (None, 0);
        let mut seen: Vec<i64> = Vec::new();
        for (away, before, after, cut) in lives {
            newest += away;
            let plain = (before > 0).then_some((newest + 1, newest + before));
            let fresh = newest + 1;
            newest += before;
            let next = last.map_or(fresh, |last: Position| last.seq + 1);
            newest += after;
            let text = stream(1, next, plain, newest);
            let end = ((text.len() as f64 * cut) as usize).min(text.len());
            let (new, now) = shown(last, &text[..end], size);
            // What came before the first number can't be asked for.
            if now.is_some() {
                seen.extend(new);
            }
            last = now;
        }
        prop_assert!(seen.windows(2).all(|pair| pair[1] == pair[0] + 1), "{:?}", seen);
        prop_assert_eq!(seen.last().copied(), last.map(|last| last.seq as i64));
    }

    #[test]
    fn any_bytes_may_come(
        lines in prop::collection::vec(prop_oneof![
            Just("n7 ##welcome name=x version=1 run=0000000000000001 began=1000.000000 next=3".to_owned()),
            (0u64..9, 0u32..3, 0u32..3).prop_map(|(seq, headers, lines)| {
                format!("n7 {}", Message::Interval(Interval { at: position(1, seq), headers, lines }))
            }),
            "n7 [ -~]{0,20}",
        ], 0..40),
        size in 1usize..60,
    ) {
        let mut decoder = StreamDecoder::asked(Some(position(1, 2)));
        let text = lines.join("\n");
        let shown: usize = text.as_bytes().chunks(size).map(|chunk| texts(decoder.push(chunk)).len()).sum();
        prop_assert!(shown <= text.len());
    }
}

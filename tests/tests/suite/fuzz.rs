//! The fuzz targets on a stable toolchain: their corpus, and mutations of it.
//!
//! `tests/fuzz` runs the same targets guided by coverage. The inputs that it found are in the corpus.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tests::fuzz::{TARGETS, corpus};

/// Time for the mutations of one target, unless `COLLECTL_TESTS_FUZZ_SECONDS` is set.
const TIME: Duration = Duration::from_millis(700);

/// A change to an input.
#[derive(Debug, Clone)]
enum Edit {
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    /// Copies a piece of the input from the first place to the second one.
    Copy(Index, Index, usize),
    /// Replaces the next number by this text.
    Number(Index, &'static str),
    Truncate(Index),
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let size = bytes.len();
        let place = |index: &Index| index.index(size + 1);
        match self {
            Self::Replace(at, byte) => bytes.get_mut(place(at)).into_iter().for_each(|old| *old = *byte),
            Self::Insert(at, new) => drop(bytes.splice(place(at)..place(at), new.iter().copied())),
            Self::Remove(at, length) => drop(bytes.drain(place(at)..(place(at) + length).min(size))),
            Self::Copy(from, to, length) => {
                let piece = bytes[place(from)..(place(from) + length).min(size)].to_vec();
                bytes.splice(place(to)..place(to), piece);
            }
            Self::Number(at, number) => {
                let digits = |bytes: &[u8], start: usize, wanted: bool| {
                    let found = bytes[start..].iter().position(|byte| byte.is_ascii_digit() == wanted);
                    found.map_or(bytes.len(), |length| start + length)
                };
                let start = digits(bytes, place(at), true);
                let end = digits(bytes, start, false);
                bytes.splice(start..end, number.bytes());
            }
            Self::Truncate(at) => bytes.truncate(place(at)),
        }
    }
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    let numbers = [
        "0",
        "-1",
        "1e999",
        "NaN",
        "4294967296",
        "9223372036854775808",
        "18446744073709551615",
        "99999999999999999999",
    ];
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Edit::Replace(at, byte)),
        (at(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(at, new)| Edit::Insert(at, new)),
        (at(), prop::sample::select(vec!["\n", " ", ":", ",", "-", "\x1b[", "é", "\u{202e}"]))
            .prop_map(|(at, new)| Edit::Insert(at, new.as_bytes().to_vec())),
        (at(), 1usize..40).prop_map(|(at, length)| Edit::Remove(at, length)),
        (at(), at(), 1usize..100).prop_map(|(from, to, length)| Edit::Copy(from, to, length)),
        (at(), prop::sample::select(numbers.to_vec())).prop_map(|(at, number)| Edit::Number(at, number)),
        at().prop_map(Edit::Truncate),
    ]
}

#[test]
fn the_corpus_breaks_nothing() {
    for target in TARGETS {
        (target.run)(b"");
        for (path, bytes) in corpus(target) {
            let run = std::panic::catch_unwind(|| (target.run)(&bytes));
            assert!(run.is_ok(), "{} breaks {}", path.display(), target.name);
        }
    }
}

/// The same mutations in each run, so that results depend only on the code; their number depends on the machine.
#[test]
fn mutations_of_the_corpus_break_nothing() {
    let seconds = std::env::var("COLLECTL_TESTS_FUZZ_SECONDS");
    let time =
        seconds.map_or(TIME, |seconds| Duration::from_secs(seconds.parse().expect("a number of seconds")));
    for target in TARGETS {
        let corpus = corpus(target);
        let edits = prop::collection::vec(any_edit(), 1..8);
        let strategy = (any::<Index>(), edits);
        let mut runner = TestRunner::deterministic();
        let start = Instant::now();
        while start.elapsed() < time {
            let (seed, edits) = strategy.new_tree(&mut runner).expect("nothing is rejected").current();
            let mut bytes = corpus[seed.index(corpus.len())].1.clone();
            edits.iter().for_each(|edit| edit.apply(&mut bytes));
            let run = std::panic::catch_unwind(|| (target.run)(&bytes));
            assert!(run.is_ok(), "this breaks {}: {}", target.name, bytes.escape_ascii());
        }
    }
}

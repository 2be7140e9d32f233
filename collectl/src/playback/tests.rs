//! Truncated recordings: playback shows the same intervals as for the whole recording, up to the cut.

use std::fs;
use std::io::{Cursor, Read};
use std::path::PathBuf;

use collectl_core::frame::Frame;
use collectl_core::machine::Machine;
use collectl_core::report::Report;
use collectl_core::source::raw::reader::RawReader;
use flate2::bufread::MultiGzDecoder;

use crate::cli::literal::Literal;
use crate::cli::plan::Plan;

fn recording(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/goldens/raw").join(name)
}

fn unpacked(name: &str) -> Vec<u8> {
    let packed = fs::read(recording(name)).unwrap();
    let mut text = Vec::new();
    MultiGzDecoder::new(&packed[..]).read_to_end(&mut text).unwrap();
    text
}

/// The plans of some command lines that together show everything.
fn plans() -> Vec<Plan> {
    ["-scdnmstfijb -oTm", "-scCdDmMnNjJbBstyYZ --verbose", "-P -scdnmCDN", "--export lexpr -scdnmCDN"]
        .map(|line| {
            let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            Plan::resolve(&Literal::parse_from_args(&args).unwrap(), None).unwrap()
        })
        .into()
}

/// The texts of the intervals.
fn intervals(mut reader: RawReader, plan: &Plan) -> Vec<Vec<u8>> {
    let mut report = Report::new(&plan.view, &Machine::recorded(reader.header()), "host");
    let (mut frame, mut texts) = (Frame::default(), Vec::new());
    while reader.next(&mut frame).unwrap() {
        texts.extend(report.accept(&frame).map(|text| text.whole().to_vec()));
    }
    texts
}

fn plain(text: &[u8]) -> RawReader {
    RawReader::new(Box::new(Cursor::new(text.to_vec()))).unwrap()
}

/// Where the markers of `text` end.
fn marker_ends(text: &[u8]) -> Vec<usize> {
    let mut end = 0;
    let ends = text.split_inclusive(|&byte| byte == b'\n').filter_map(|line| {
        end += line.len();
        line.starts_with(b">>> ").then_some(end)
    });
    ends.collect()
}

#[test]
fn a_recording_cut_at_any_byte_shows_whole_intervals_only() {
    // Processes and slabs are the largest part of a sample: each of their lines is cut, but not at every byte.
    for (name, samples, step) in
        [("H-rolled/node01-20261122-101936.raw.gz", 4, 1), ("A-main/node01-20261122-101936.raw.gz", 4, 997)]
    {
        let text = unpacked(name);
        let markers = marker_ends(&text);
        let text = &text[..markers[samples]];
        for plan in plans() {
            let whole = intervals(plain(text), &plan);
            assert!(!whole.is_empty(), "{name} {:?}", plan.view.choice.letters);
            for end in (markers[samples - 2]..text.len()).step_by(step) {
                let cut = intervals(plain(&text[..end]), &plan);
                // The sample before the last marker is complete; the first one ends no interval.
                let markers = markers.iter().filter(|&&marker| marker <= end).count();
                assert!(whole.starts_with(&cut), "{name} at {end}");
                assert!(
                    cut.len() <= markers.saturating_sub(2),
                    "{name} at {end}: {} of {markers}",
                    cut.len()
                );
            }
            assert_eq!(intervals(plain(&text[..text.len() - 1]), &plan).len(), whole.len() - 1);
        }
    }
}

#[test]
fn a_compressed_recording_cut_at_any_byte_shows_whole_intervals_only() {
    let packed = fs::read(recording("H-rolled/node01-20261122-101936.raw.gz")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.raw.gz");
    let plan = plans().remove(0);
    let whole =
        intervals(RawReader::open(&recording("H-rolled/node01-20261122-101936.raw.gz")).unwrap(), &plan);
    let mut most = 0;
    for end in (1..packed.len()).step_by(7).chain([packed.len() - 1]) {
        fs::write(&path, &packed[..end]).unwrap();
        let Ok(reader) = RawReader::open(&path) else { continue };
        let cut = intervals(reader, &plan);
        assert!(whole.starts_with(&cut), "at {end}");
        assert!(cut.len() >= most, "at {end}");
        most = cut.len();
    }
    assert_eq!(most, whole.len());
}

//! Foreign raw files: plain, compressed and cut off.

use std::io::{BufReader, Cursor, Read, Write};

use collectl_core::frame::Frame;
use collectl_core::machine::Machine;
use collectl_core::source::raw::reader::RawReader;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::show;

/// Most samples that are shown.
const SAMPLES: usize = 16;
/// Highest size of a decompressed input, in bytes.
const UNPACKED: u64 = 1 << 20;

/// A raw file, shown in all formats.
pub(super) fn raw(bytes: &[u8]) {
    let reader = RawReader::new(Box::new(Cursor::new(bytes.to_vec()))).expect("memory can be read");
    play(reader);
}

/// A compressed one.
pub(super) fn gzip(bytes: &[u8]) {
    if let Ok(reader) = unpacked(bytes.to_vec()) {
        play(reader);
    }
}

/// A compressed raw file that was cut off has the first samples of the whole one. Two bytes of the input choose where
/// it is cut.
pub(super) fn recovery(bytes: &[u8]) {
    let Some((cut, text)) = bytes.split_at_checked(2) else { return };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for part in text.chunks(100) {
        encoder.write_all(part).and_then(|()| encoder.flush()).expect("memory can be written to");
    }
    let mut packed = encoder.finish().expect("memory can be written to");
    let whole = samples(RawReader::new(Box::new(Cursor::new(text.to_vec()))).expect("memory can be read"));
    assert_eq!(samples(unpacked(packed.clone()).expect("memory can be read")), whole);
    packed.truncate(usize::from(u16::from_le_bytes([cut[0], cut[1]])) % (packed.len() + 1));
    let found = samples(unpacked(packed).expect("the end is no error"));
    assert!(whole.starts_with(&found));
}

fn unpacked(bytes: Vec<u8>) -> std::io::Result<RawReader> {
    let bytes = MultiGzDecoder::new(Cursor::new(bytes)).take(UNPACKED);
    RawReader::new(Box::new(BufReader::new(bytes)))
}

fn samples(mut reader: RawReader) -> Vec<(i64, Vec<u8>)> {
    let (mut frame, mut samples) = (Frame::default(), Vec::new());
    while reader.next(&mut frame).expect("the end is no error") {
        samples.push((frame.time().micros(), frame.text().to_vec()));
    }
    samples
}

fn play(mut reader: RawReader) {
    let (machine, header) = (Machine::recorded(reader.header()), reader.header().clone());
    let mut reports = show::reports(Some(&header), &machine);
    let mut frame = Frame::default();
    for _ in 0..SAMPLES {
        match reader.next(&mut frame) {
            Ok(true) => reports.iter_mut().for_each(|report| report.accept(&frame)),
            Ok(false) | Err(_) => break,
        }
    }
}

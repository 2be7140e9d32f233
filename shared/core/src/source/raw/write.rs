//! A sample in the format of a raw file.

use crate::capture::Capture;
use crate::clock::Time;
use crate::frame::Frame;

/// A sample in the format of a raw file: the marker, and the lines of the `wanted` captures.
pub fn sample(frame: &Frame, wanted: impl Fn(&Capture) -> bool) -> Vec<u8> {
    let mut lines = marker(frame.time());
    frame
        .sections()
        .filter(|(capture, _)| wanted(capture))
        .for_each(|(_, text)| lines.extend_from_slice(text));
    lines
}

/// The line before a sample; it also ends a file.
#[must_use]
pub fn marker(time: Time) -> Vec<u8> {
    let millis = time.to_millisecond().micros() / 1000;
    format!(">>> {}.{:03} <<<\n", millis.div_euclid(1000), millis.rem_euclid(1000)).into_bytes()
}

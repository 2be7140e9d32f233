//! The ports of one instant.

use super::{LONGEST_NAME, MOST_PORTS, PORTS};
use crate::frame::Frame;
use crate::scan::{UNKNOWN, Words, number};
use crate::subsystem::devices::Devices;

/// Counters of one port since it was reset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Counters {
    /// Units of four bytes that came in and went out.
    pub(super) words: [u64; 2],
    /// Packets that came in and went out.
    pub(super) packets: [u64; 2],
    /// Errors of all kinds.
    pub(super) errors: u64,
}

impl Default for Counters {
    fn default() -> Self {
        Self { words: [UNKNOWN; 2], packets: [UNKNOWN; 2], errors: UNKNOWN }
    }
}

/// The ports by the name of their device, a colon and their number.
pub(crate) type Sample = Devices<Counters>;

/// Takes the ports of `frame` in place of those of `sample`.
pub(super) fn read(frame: &Frame, sample: &mut Sample) {
    sample.clear();
    let mut port = Port::default();
    let mut left = MOST_PORTS;
    for line in frame.lines(&PORTS) {
        let Some((place, rest)) = split(line, b':') else { continue };
        if place != port.place {
            port.finish(&mut left, sample);
            port = Port { place, ..Port::default() };
        }
        port.add(rest);
    }
    port.finish(&mut left, sample);
}

/// The lines of one port so far.
#[derive(Default)]
struct Port<'a> {
    /// Its device and number, as in `ib0-1`.
    place: &'a [u8],
    /// The name of its device, if the recording tells.
    name: Option<&'a [u8]>,
    counters: Counters,
    known: bool,
}

impl<'a> Port<'a> {
    /// Takes what stands behind the place: a counter, or the line of `perfquery -x`, which older recordings have: port,
    /// selection and mask, then what went out and came in, in units of four bytes and in packets.
    fn add(&mut self, text: &'a [u8]) {
        let mut words = Words(text);
        let (tag, value) = (words.next().unwrap_or_default(), words);
        let Counters { words: [words_in, words_out], packets: [packets_in, packets_out], errors } =
            &mut self.counters;
        let counter = match tag {
            b"name" => {
                self.name = { value }.next().map(|name| &name[..name.len().min(LONGEST_NAME)]);
                return;
            }
            b"pquery:" => {
                let mut value = value;
                let [_, _, _, _, numbers @ ..] = value.counters::<8>();
                [*words_out, *words_in, *packets_out, *packets_in] = numbers;
                self.known = true;
                return;
            }
            b"rcvd" => words_in,
            b"xmtd" => words_out,
            b"rcvp" => packets_in,
            b"xmtp" => packets_out,
            b"errs" => errors,
            _ => return,
        };
        *counter = { value }.counter();
        self.known = true;
    }

    /// Adds the port to `sample`, unless nothing is known of it.
    fn finish(&self, left: &mut usize, sample: &mut Sample) {
        let Some((device, port)) = split(self.place, b'-').filter(|_| self.known && *left > 0) else {
            return;
        };
        *left -= 1;
        let name = self.name.unwrap_or(&device[..device.len().min(LONGEST_NAME)]);
        let name = [name, b":", number(port).to_string().as_bytes()].concat();
        sample.push(&name, self.counters);
    }
}

/// The parts of `text` before and behind the first `mark`.
fn split(text: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == mark)?;
    Some((&text[..at], &text[at + 1..]))
}

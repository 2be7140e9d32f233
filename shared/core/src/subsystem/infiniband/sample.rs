//! The ports of one instant.

use super::{LONGEST_NAME, MOST_PORTS, PORTS};
use crate::frame::Frame;
use crate::scan::{Words, number};
use crate::subsystem::counter::{Counters as _, counters};
use crate::subsystem::devices::Devices;

counters! {
    /// Counters of one port since its last reset, named as their files. Data is in units of four bytes. `errors` is the
    /// sum of all kinds of errors.
    pub(crate) struct PortCounters { port_rcv_data, port_xmit_data, port_rcv_packets, port_xmit_packets, errors }
}

/// The ports, named by their device, a colon and their number.
pub(crate) type Sample = Devices<PortCounters>;

/// Replaces `sample` by the ports of `frame`.
pub(super) fn read(frame: &Frame, sample: &mut Sample) {
    sample.clear();
    let mut port = Port::new(b"");
    let mut left = MOST_PORTS;
    for line in frame.lines(&PORTS) {
        let Some((place, rest)) = split(line, b':') else { continue };
        if place != port.place {
            port.finish(&mut left, sample);
            port = Port::new(place);
        }
        port.add(rest);
    }
    port.finish(&mut left, sample);
}

/// The lines of one port so far.
struct Port<'a> {
    /// Its device and number, as in `ib0-1`.
    place: &'a [u8],
    /// The name of its device, if the recording has it.
    name: Option<&'a [u8]>,
    counters: PortCounters,
    /// Whether any counter was found.
    known: bool,
}

impl<'a> Port<'a> {
    /// A port without lines.
    fn new(place: &'a [u8]) -> Self {
        Self { place, name: None, counters: PortCounters::UNKNOWN, known: false }
    }

    /// Reads the text after the position: a counter, or the output of `perfquery -x` in older recordings: port,
    /// selection and mask, then sent and received data in units of four bytes, and packets.
    fn add(&mut self, text: &'a [u8]) {
        let mut words = Words(text);
        let (tag, value) = (words.next().unwrap_or_default(), words);
        let counters = &mut self.counters;
        let counter = match tag {
            b"name" => {
                self.name = { value }.next().map(|name| &name[..name.len().min(LONGEST_NAME)]);
                return;
            }
            b"pquery:" => {
                let mut value = value;
                let [_, _, _, _, xmit_data, rcv_data, xmit_packets, rcv_packets] = value.counters::<8>();
                (counters.port_xmit_data, counters.port_rcv_data) = (xmit_data, rcv_data);
                (counters.port_xmit_packets, counters.port_rcv_packets) = (xmit_packets, rcv_packets);
                self.known = true;
                return;
            }
            b"rcvd" => &mut counters.port_rcv_data,
            b"xmtd" => &mut counters.port_xmit_data,
            b"rcvp" => &mut counters.port_rcv_packets,
            b"xmtp" => &mut counters.port_xmit_packets,
            b"errs" => &mut counters.errors,
            _ => return,
        };
        *counter = { value }.counter();
        self.known = true;
    }

    /// Adds the port to `sample`, unless nothing is known about it.
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

/// The parts of `text` before and after the first `mark`.
fn split(text: &[u8], mark: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == mark)?;
    Some((&text[..at], &text[at + 1..]))
}

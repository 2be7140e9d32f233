//! The verbose and detail format: a section for each part, with its headings, and a row for each instance.

use jiff::Timestamp;

use crate::clock::Time;
use crate::machine::Machine;
use crate::number::push_padded;
use crate::render::line::Line;
use crate::render::stamp::StampFormat;
use crate::render::verbose::{Heading, Records, Rows};
use crate::settings::Settings;
use crate::subsystem::{Apart, Meter, Part};

/// The verbose format of a run.
#[derive(Debug)]
pub(super) struct Verbose {
    records: Records,
    letters: String,
    host: String,
    recorded: bool,
    whole_seconds: bool,
    count: u64,
    line: Line,
}

impl Verbose {
    /// A format for the selection `letters` on this host, which `machine` describes.
    #[must_use]
    pub(super) fn new(
        settings: &Settings,
        records: Records,
        letters: String,
        host: &str,
        machine: &Machine,
    ) -> Self {
        Self {
            records,
            letters,
            host: host.to_ascii_lowercase(),
            recorded: machine.recorded,
            whole_seconds: machine.whole_seconds,
            count: 0,
            line: Line::new(settings.numbers),
        }
    }

    /// What follows was measured on `host`. Each host has its own count, as in the Perl collectl.
    pub(super) fn set_host(&mut self, host: &str) {
        if !self.host.eq_ignore_ascii_case(host) {
            self.host = host.to_ascii_lowercase();
            self.count = 0;
        }
    }

    /// Continues after this many intervals.
    pub(super) fn resume(&mut self, intervals: u64) {
        self.count = intervals;
    }

    /// The heading of a section that is shown alone, without separators; it is repeated from time to time. Otherwise
    /// headings are part of the intervals.
    #[must_use]
    pub(super) fn header(&self, stamp: &StampFormat, meters: &[Box<dyn Meter>]) -> Vec<u8> {
        let mut out = Vec::new();
        if self.records == Records::AsNeeded && !has_several(meters) && apart(meters) == Apart::No {
            for heading in sections(meters).filter_map(|(meter, part)| meter.heading(part)) {
                push_heading(&heading, stamp, None, &stamp.heading, &mut out);
            }
        }
        out
    }

    /// Appends the interval that ended at `time`. `heading_due` tells whether a section that is shown alone gets its
    /// heading after the separator.
    pub(super) fn interval(
        &mut self,
        stamp: &StampFormat,
        meters: &[Box<dyn Meter>],
        time: Time,
        heading_due: bool,
        out: &mut Vec<u8>,
    ) {
        let several = has_several(meters);
        let apart = apart(meters);
        let separated = several
            || self.records == Records::Full
            || apart >= if self.recorded { Apart::Headed } else { Apart::Separated };
        self.count += 1;
        if separated {
            self.record(stamp, meters, time, out);
        }
        let mut prefix = Vec::new();
        stamp.push(time, &mut prefix);
        for (meter, part) in sections(meters).filter(|(meter, part)| meter.has_section(*part)) {
            let Some(heading) = meter.heading(part) else { continue };
            let unstamped = several && self.recorded || heading.clock;
            if several || apart > Apart::No || separated && heading_due {
                push_heading(&heading, stamp, Some(time), if unstamped { "" } else { &stamp.heading }, out);
            }
            self.line.bytes().clear();
            let prefix = if unstamped { &[][..] } else { &prefix };
            meter.rows(part, &mut Rows::new(prefix, &mut self.line));
            out.append(self.line.bytes());
        }
    }

    /// `### RECORD    1 >>> host <<< (epoch.mmm) (Sun Nov 22 10:19:38 2026) ###` between a blank line and the section.
    fn record(&self, stamp: &StampFormat, meters: &[Box<dyn Meter>], time: Time, out: &mut Vec<u8>) {
        let mut letters = String::new();
        if self.records == Records::Full {
            let waits = |letter| {
                let mut waiting = sections(meters).filter(|(meter, _)| !meter.is_ready());
                waiting.any(|(meter, part)| meter.descriptor().letter(part) == Some(letter))
            };
            letters.push(':');
            letters.extend(self.letters.chars().filter(|letter| !waits(*letter)));
        }
        out.extend_from_slice(format!("\n### RECORD {:4} >>> {} <<< (", self.count, self.host).as_bytes());
        push_padded(out, time.micros().div_euclid(1_000_000).unsigned_abs(), 1);
        if !self.whole_seconds {
            out.push(b'.');
            push_padded(out, time.micros().rem_euclid(1_000_000).unsigned_abs() / 1000, 3);
        }
        let instant = Timestamp::from_microsecond(time.micros()).unwrap_or_default();
        let local = stamp.zone.to_datetime(instant);
        let (pattern, millis) =
            if stamp.millis { (".", format!("{:03}", local.millisecond())) } else { ("", String::new()) };
        out.extend_from_slice(
            format!(
                "{letters}) ({}{pattern}{millis} {}) ###\n",
                local.strftime("%a %b %e %H:%M:%S"),
                local.year()
            )
            .as_bytes(),
        );
    }
}

fn sections(meters: &[Box<dyn Meter>]) -> impl Iterator<Item = (&dyn Meter, Part)> {
    meters.iter().flat_map(|meter| meter.parts().iter().map(move |part| (&**meter, *part)))
}

fn has_several(meters: &[Box<dyn Meter>]) -> bool {
    sections(meters).nth(1).is_some()
}

/// How a section that stands alone is set apart.
fn apart(meters: &[Box<dyn Meter>]) -> Apart {
    sections(meters).map(|(meter, part)| meter.apart(part)).max().unwrap_or(Apart::No)
}

fn push_heading(heading: &Heading, format: &StampFormat, time: Option<Time>, stamp: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("\n{}", heading.title).as_bytes());
    if let Some(time) = time.filter(|_| heading.clock) {
        out.push(b' ');
        format.push_clock(time, out);
    }
    out.push(b'\n');
    for (index, line) in heading.lines.iter().enumerate() {
        let last = index + 1 == heading.lines.len();
        let before = if last && heading.names_stamp { stamp.to_owned() } else { " ".repeat(stamp.len()) };
        out.extend_from_slice(format!("#{before}{line}\n").as_bytes());
    }
}

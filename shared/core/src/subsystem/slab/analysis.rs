//! `--slabanalyze`: one line per slab cache of a recording that used any memory.

use std::collections::BTreeMap;

use collectl_wire::display::sanitize;

use super::Slab;
use super::rates::Rates;
use crate::subsystem::analysis::{Step, Style, Summarize};

const HEADING: &str =
    "Slab Name                  Start         End     Minimum     Maximum    Change       Pct\n";

/// The memory of a cache in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    first: u64,
    last: u64,
    least: u64,
    most: u64,
}

impl Summarize for Slab {
    /// By name.
    type Summary = BTreeMap<Vec<u8>, Memory>;

    const ENDING: &'static str = "slbs";

    fn add(&self, rates: &Rates, _: Step, caches: &mut Self::Summary) {
        for row in &rates.rows {
            let bytes = row.bytes.slabs;
            let new = Memory { first: bytes, last: bytes, least: bytes, most: bytes };
            let memory = caches.entry(rates.name(row).to_vec()).or_insert(new);
            memory.last = bytes;
            memory.least = memory.least.min(bytes);
            memory.most = memory.most.max(bytes);
        }
    }

    fn write(&self, caches: &Self::Summary, _: &Style, out: &mut Vec<u8>) {
        out.extend_from_slice(HEADING.as_bytes());
        for (name, Memory { first, last, least, most }) in caches.iter().filter(|(_, memory)| memory.most > 0)
        {
            let name = sanitize(name);
            let change = most - least;
            let percent = if *least > 0 { 100.0 * change as f64 / *least as f64 } else { 0.0 };
            let line =
                format!("{name:<20} {first:11} {last:11} {least:11} {most:11} {change:9} {percent:9.2}\n");
            out.extend_from_slice(line.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;
    use crate::frame::Frame;
    use crate::render::stamp::{Stamp, StampFormat};
    use crate::settings::Settings;
    use crate::subsystem::analysis::boxed;
    use crate::subsystem::slab::SLABINFO;

    #[test]
    fn caches_that_used_memory() {
        let mut analysis = boxed::<Slab>(&Settings::default(), &Default::default());
        for (second, slabs) in [(1, [9, 0, 1, 7]), (2, [9, 0, 4, 0]), (3, [9, 0, 2, 9])] {
            let mut frame = Frame::default();
            frame.restart(Time::from_micros(second * 1_000_000));
            for (name, slabs) in ["same", "none", "grow", "again"].iter().zip(slabs) {
                let line = format!("Slab {name} 1 1 8 1 1 : tunables 0 0 0 : slabdata {slabs} {slabs} 0\n");
                frame.add_line(&SLABINFO, line.as_bytes());
            }
            analysis.accept(&frame, true);
        }
        let stamp = StampFormat::new(Stamp::Date, false, jiff::tz::TimeZone::UTC);
        let text = String::from_utf8(analysis.text(&Style { separator: b' ', stamp })).unwrap();
        let expected = format!(
            "{HEADING}again                          0       36864           0       36864     36864      0.00\n\
             grow                       16384        8192        8192       16384      8192    100.00\n\
             same                       36864       36864       36864       36864         0      0.00\n"
        );
        assert_eq!(text, expected);
    }
}

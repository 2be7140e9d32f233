//! The figures of a host, as `collectl -scdnm` shows them.

use std::io::Write;

/// The headers before the figures.
pub const HEADER: &str = "#<--------CPU--------><-----------Memory-----------><----------Disks-----------><----------Network---------->\n\
     #cpu sys inter  ctxsw Free Buff Cach Inac Slab  Map KBRead  Reads KBWrit Writes   KBIn  PktIn  KBOut  PktOut \n";
/// The same with the time of day (`-oT`).
pub const STAMPED_HEADER: &str = "#         <--------CPU--------><-----------Memory-----------><----------Disks-----------><----------Network---------->\n\
     #Time     cpu sys inter  ctxsw Free Buff Cach Inac Slab  Map KBRead  Reads KBWrit Writes   KBIn  PktIn  KBOut  PktOut \n";

/// A column: its width, its unit, the range of its figures, and their largest change in an interval.
struct Kind {
    width: usize,
    unit: &'static str,
    most: f64,
    step: f64,
}

const fn rate(width: usize, most: f64) -> Kind {
    Kind { width, unit: "", most, step: most / 10.0 }
}

const fn memory(unit: &'static str, most: f64) -> Kind {
    Kind { width: 5, unit, most, step: most / 100.0 }
}

/// CPU, memory, disks, network.
const COLUMNS: [Kind; 18] = [
    rate(4, 100.0),
    rate(4, 40.0),
    rate(6, 60_000.0),
    rate(7, 90_000.0),
    memory("G", 500.0),
    memory("M", 900.0),
    memory("G", 90.0),
    memory("G", 60.0),
    memory("M", 800.0),
    memory("G", 40.0),
    rate(7, 500_000.0),
    rate(7, 4000.0),
    rate(7, 300_000.0),
    rate(7, 3000.0),
    rate(7, 110_000.0),
    rate(7, 80_000.0),
    rate(7, 110_000.0),
    rate(8, 80_000.0),
];

/// The current figures.
#[derive(Debug)]
pub(super) struct Figures([f64; COLUMNS.len()]);

impl Figures {
    /// The figures of any machine.
    pub(super) fn new(dice: &mut fastrand::Rng) -> Self {
        Self(COLUMNS.map(|kind| dice.f64() * kind.most))
    }

    /// The figures of the next interval, each a little higher or lower.
    pub(super) fn step(&mut self, dice: &mut fastrand::Rng) {
        for (value, kind) in self.0.iter_mut().zip(&COLUMNS) {
            *value = (*value + (dice.f64() * 2.0 - 1.0) * kind.step).clamp(0.0, kind.most);
        }
    }

    /// Shows them, after the time if there is one (seconds since midnight).
    pub(super) fn show(&self, time: Option<u64>, out: &mut Vec<u8>) {
        if let Some(time) = time {
            put(out, format_args!("{:02}:{:02}:{:02} ", time / 3600, time / 60 % 60, time % 60));
        }
        for (value, Kind { width, unit, .. }) in self.0.iter().zip(&COLUMNS) {
            put(out, format_args!("{:>1$.0}{unit}", value, width - unit.len()));
        }
        out.extend_from_slice(b" \n");
    }
}

/// Appends text; writing to memory never fails.
pub(super) fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brief::cells;

    #[test]
    fn figures_stand_under_their_headings() {
        let mut dice = fastrand::Rng::with_seed(7);
        let mut figures = Figures::new(&mut dice);
        for (header, time) in [(HEADER, None), (STAMPED_HEADER, Some(86_399))] {
            let (titles, headings) = header.trim_end_matches('\n').split_once('\n').unwrap();
            for _ in 0..1000 {
                let mut line = Vec::new();
                figures.step(&mut dice);
                figures.show(time, &mut line);
                let line = String::from_utf8(line).unwrap();
                assert_eq!(
                    cells(line.trim_end_matches('\n'), titles, headings).map(|cells| cells.len()),
                    Ok(18)
                );
                assert_eq!(time.is_some(), line.starts_with("23:59:59 "));
            }
        }
    }
}

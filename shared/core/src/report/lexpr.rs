//! `--export lexpr`: one line per figure, with its name and value.

use crate::clock::Time;
use crate::render::lexpr::Pairs;
use crate::render::sheet::Sheet;
use crate::subsystem::{Meter, Part};

/// The format of one run.
#[derive(Debug)]
pub(super) struct Lexpr {
    marked: bool,
    recorded: bool,
    pairs: Pairs,
}

impl Lexpr {
    /// A format; `marked` ends each interval with the line `>>><<<`; `recorded` tells that it is played back.
    #[must_use]
    pub(super) fn new(marked: bool, recorded: bool) -> Self {
        Self { marked, recorded, pairs: Pairs::default() }
    }

    /// Appends the interval that ended at `time`: its time, summaries, and details.
    pub(super) fn interval(&mut self, meters: &[Box<dyn Meter>], time: Time, out: &mut Vec<u8>) {
        let millis = time.micros().div_euclid(1000);
        let mut seconds = format!("{}.{:03}", millis.div_euclid(1000), millis.rem_euclid(1000));
        if self.recorded {
            // As in the Perl collectl, which treats the time of a recording as a number.
            seconds.truncate(seconds.trim_end_matches('0').trim_end_matches('.').len());
        }
        self.pairs.name(&format!("sample.time {seconds}\n"));
        for part in [Part::Summary, Part::Detail] {
            for meter in meters.iter().filter(|meter| meter.parts().contains(&part)) {
                meter.figures(part, &mut Sheet::Lexpr(&mut self.pairs));
            }
        }
        if self.marked {
            self.pairs.name(">>><<<\n");
        }
        out.append(&mut self.pairs.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_begins_with_its_time_and_ends_with_a_mark_on_sockets() {
        let mut out = Vec::new();
        Lexpr::new(true, false).interval(&[], Time::from_micros(1_001_999), &mut out);
        Lexpr::new(false, false).interval(&[], Time::from_micros(2_000_000), &mut out);
        assert_eq!(out, b"sample.time 1.001\n>>><<<\nsample.time 2.000\n");
    }

    #[test]
    fn a_recorded_time_is_a_number() {
        for (millis, text) in [(1_120, "1.12"), (10_000, "10"), (5, "0.005")] {
            let mut out = Vec::new();
            Lexpr::new(false, true).interval(&[], Time::from_micros(millis * 1000), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("sample.time {text}\n"));
        }
    }
}

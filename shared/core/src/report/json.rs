//! `--export json`: one JSON object (RFC 8259) per interval, each on its own line. `docs/json.md` lists all keys.

use crate::clock::Time;
use crate::render::json::Object;
use crate::render::sheet::Sheet;
use crate::subsystem::{Cadence, Meter, Part};

/// The format of one run.
#[derive(Debug)]
pub(super) struct Json {
    host: String,
}

impl Json {
    /// A format for measurements of `host`.
    #[must_use]
    pub(super) fn new(host: &str) -> Self {
        Self { host: host.to_owned() }
    }

    /// What follows was measured on `host`.
    pub(super) fn set_host(&mut self, host: &str) {
        host.clone_into(&mut self.host);
    }

    /// Appends the interval that ended at `time`: host, time, and summary and details of each meter that has any.
    pub(super) fn interval(&self, meters: &[Box<dyn Meter>], time: Time, out: &mut Vec<u8>) {
        let seconds = |cadence| {
            let mut ready =
                meters.iter().filter(|meter| meter.is_ready() && meter.descriptor().cadence == cadence);
            ready.next().map(|meter| meter.interval().real)
        };
        let [each, second, third] = [Cadence::Each, Cadence::Second, Cadence::Third].map(seconds);
        let mut line = Object::default();
        line.text("host", self.host.as_bytes());
        line.number("time", time.micros().div_euclid(1000) as f64 / 1000.0);
        line.number("interval", each.or(second).or(third).unwrap_or(0.0));
        if let Some(second) = second {
            line.number("second_interval", second);
        }
        for meter in meters.iter().filter(|meter| meter.is_ready()) {
            for part in [Part::Summary, Part::Detail] {
                if meter.parts().contains(&part) {
                    meter.figures(part, &mut Sheet::Json(&mut line));
                }
            }
        }
        // A write to memory does not fail.
        let _ = serde_json::to_writer(&mut *out, &line.0);
        out.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_its_host_and_time() {
        let mut out = Vec::new();
        Json::new("no\"de").interval(&[], Time::from_micros(1_795_340_405_012_999), &mut out);
        assert_eq!(out, b"{\"host\":\"no\\\"de\",\"time\":1795340405.012,\"interval\":0.0}\n");
    }
}

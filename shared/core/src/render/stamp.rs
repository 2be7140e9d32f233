//! Date and time before a line (`-o T d D m`).

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::clock::Time;
use crate::number::push_padded;

/// The kind of time stamp before a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stamp {
    /// None.
    #[default]
    None,
    /// `HH:MM:SS` (`-oT`).
    Time,
    /// `MM/DD HH:MM:SS` (`-od`).
    Day,
    /// `YYYYMMDD HH:MM:SS` (`-oD`).
    Date,
}

/// A stamp, its precision and its time zone.
#[derive(Debug, Clone)]
pub struct StampFormat {
    /// The kind of stamp.
    pub stamp: Stamp,
    /// Whether seconds have milliseconds (`-om`).
    pub millis: bool,
    /// The time zone of the stamps.
    pub zone: TimeZone,
    /// The heading above the stamps, after the `#`; as wide as a stamp and its blank.
    pub heading: String,
}

impl StampFormat {
    /// A format.
    #[must_use]
    pub fn new(stamp: Stamp, millis: bool, zone: TimeZone) -> Self {
        let heading = match stamp {
            Stamp::None => "",
            Stamp::Time => "Time     ",
            Stamp::Day => "Date Time      ",
            Stamp::Date => "Date    Time      ",
        };
        // The Perl collectl makes room for milliseconds even for -om without a time.
        let heading = format!("{heading}{}", if millis { "    " } else { "" });
        Self { stamp, millis, zone, heading }
    }

    /// Appends `HH:MM:SS`, with milliseconds if the format has them.
    pub fn push_clock(&self, time: Time, out: &mut Vec<u8>) {
        self.push_as(Stamp::Time, time, out);
        out.pop();
    }

    /// Appends the stamp of `time` and a blank; nothing without a stamp.
    pub fn push(&self, time: Time, out: &mut Vec<u8>) {
        self.push_as(self.stamp, time, out);
    }

    /// Appends a stamp of another kind, with milliseconds if the format has them.
    pub fn push_as(&self, stamp: Stamp, time: Time, out: &mut Vec<u8>) {
        if stamp == Stamp::None {
            return;
        }
        let instant = Timestamp::from_microsecond(time.micros()).unwrap_or_default();
        let local = self.zone.to_datetime(instant);
        match stamp {
            Stamp::None | Stamp::Time => {}
            Stamp::Day => {
                push_padded(out, local.month() as u64, 2);
                out.push(b'/');
                push_padded(out, local.day() as u64, 2);
                out.push(b' ');
            }
            Stamp::Date => {
                push_padded(out, local.year() as u64, 4);
                push_padded(out, local.month() as u64, 2);
                push_padded(out, local.day() as u64, 2);
                out.push(b' ');
            }
        }
        push_padded(out, local.hour() as u64, 2);
        out.push(b':');
        push_padded(out, local.minute() as u64, 2);
        out.push(b':');
        push_padded(out, local.second() as u64, 2);
        if self.millis {
            out.push(b'.');
            push_padded(out, local.millisecond() as u64, 3);
        }
        out.push(b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(stamp: Stamp, millis: bool, zone: TimeZone) -> (String, String) {
        let format = StampFormat::new(stamp, millis, zone);
        let mut out = Vec::new();
        format.push(Time::from_micros(1_795_340_405_012_000), &mut out);
        (format.heading.clone(), String::from_utf8(out).unwrap())
    }

    #[test]
    fn stamps_and_their_headings() {
        let utc = || TimeZone::UTC;
        assert_eq!(shown(Stamp::None, true, utc()), ("    ".into(), String::new()));
        for (stamp, millis, text) in [
            (Stamp::Time, false, "09:40:05 "),
            (Stamp::Time, true, "09:40:05.012 "),
            (Stamp::Day, true, "11/22 09:40:05.012 "),
            (Stamp::Date, false, "20261122 09:40:05 "),
        ] {
            let (heading, shown) = shown(stamp, millis, utc());
            assert_eq!(shown, text);
            assert_eq!(heading.len(), shown.len());
        }
    }

    #[test]
    fn times_are_local() {
        let zone = TimeZone::fixed(jiff::tz::offset(-5));
        assert_eq!(shown(Stamp::Date, false, zone).1, "20261122 04:40:05 ");
    }
}

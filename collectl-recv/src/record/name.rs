//! What files are called: `HOST-YYYYMMDD-HHMMSS.raw`, as collectl calls them, or `.txt`.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Longest host name in a file name.
const MAX_HOST: usize = 100;

/// The name of a file that begins at `time`, in seconds of the epoch.
pub(super) fn of(host: &str, time: f64, extension: &str) -> String {
    let duration = SignedDuration::try_from_secs_f64(time).unwrap_or_default();
    let begun = Timestamp::from_duration(duration).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{}-{}.{extension}", safe(host), begun.to_zoned(TimeZone::system()).strftime("%Y%m%d-%H%M%S"))
}

/// A host's name as part of a file name: what names of hosts don't have becomes `_`.
fn safe(host: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '#');
    let name: String = host.chars().take(MAX_HOST).map(|c| if harmless(c) { c } else { '_' }).collect();
    if name.is_empty() || name.starts_with(['.', '-']) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert_eq!(
            ["n1.x", "../../etc/x", "", "-rf", "a\x1b[2Jé%n"].map(safe),
            ["n1.x", "_.._.._etc_x", "_", "_-rf", "a__2J__n"]
        );
    }
}

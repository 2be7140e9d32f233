//! What files are called: `HOST-YYYYMMDD-HHMMSS.raw`, as collectl calls them, or `.txt`.

use collectl_core::wall::Instants;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::base::time::{self, Time};

/// Longest host name in a file name.
const MAX_HOST: usize = 100;

/// The name of a file that begins at `time`.
pub(crate) fn of(host: &str, time: Time, extension: &str) -> String {
    let begun = time::timestamp(time);
    format!("{}-{}.{extension}", safe(host), begun.to_zoned(TimeZone::system()).strftime("%Y%m%d-%H%M%S"))
}

/// The host and the beginning in the name of a file without its extension. That may be one of two instants where the
/// local time is repeated.
pub(crate) fn parse(stem: &str) -> Option<(&str, Instants)> {
    let (rest, time) = stem.rsplit_once('-')?;
    let (host, date) = rest.rsplit_once('-').filter(|(host, _)| !host.is_empty())?;
    if (date.len(), time.len()) != (8, 6) {
        return None;
    }
    let begun = DateTime::strptime("%Y%m%d-%H%M%S", format!("{date}-{time}")).ok()?;
    Some((host, Instants::of(begun, &TimeZone::system())?))
}

/// A host's name as part of a file name: characters that names of hosts don't have become `_`.
fn safe(host: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '#');
    let name: String = host.chars().take(MAX_HOST).map(|c| if harmless(c) { c } else { '_' }).collect();
    if name.is_empty() || name.starts_with(['.', '-']) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_host_and_time() {
        let name = of("n-1.x", time::at(1_795_344_158.7), "raw");
        let begun = time::at(1_795_344_158.0);
        let instants = Instants { first: begun, last: begun };
        assert_eq!(parse(name.strip_suffix(".raw").unwrap()), Some(("n-1.x", instants)));
        for bad in
            ["n1", "n1-20261122", "-20261122-101112", "n-20261322-101112", "n-2026112é-101112", "n-x-y"]
        {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert_eq!(
            ["n1.x", "../../etc/x", "", "-rf", "a\x1b[2Jé%n"].map(safe),
            ["n1.x", "_.._.._etc_x", "_", "_-rf", "a__2J__n"]
        );
    }
}

//! Removes old files: only those of this host's recordings in the same place.

use std::fs;
use std::path::PathBuf;

use collectl_core::registry::REGISTRY;
use collectl_core::roll::Roll;
use jiff::ToSpan;
use jiff::civil::Date;

use super::location::Location;
use crate::warn;

/// Removes files of `host` that are older than `roll` allows on the day `today`. Failures are reported.
pub fn purge(location: &Location, host: &str, roll: &Roll, today: Date) {
    for path in expired(location, host, roll, today) {
        if let Err(error) = fs::remove_file(&path) {
            warn!("removing {}: {error}", path.display());
        }
    }
}

fn expired(location: &Location, host: &str, roll: &Roll, today: Date) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(location.folder()) else { return Vec::new() };
    let first_day = today.checked_sub(i64::from(roll.days).days()).unwrap_or(Date::MIN);
    let first_month =
        today.first_of_month().checked_sub(i64::from(roll.months).months()).unwrap_or(Date::MIN);
    let (stem, stem_of_log) = (format!("{}-", location.stem(host)), format!("{host}-collectl-"));
    let is_old = |name: &str| match name.strip_prefix(&stem_of_log).and_then(|rest| rest.strip_suffix(".log"))
    {
        Some(month) => date(&format!("{month}01")).is_some_and(|month| month < first_month),
        None => name.strip_prefix(&stem).and_then(day_of_data).is_some_and(|day| day < first_day),
    };
    let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    files.filter(|entry| entry.file_name().to_str().is_some_and(is_old)).map(|entry| entry.path()).collect()
}

/// The day of a file `YYYYMMDD[-HHMMSS].EXTENSION[.gz]` with raw data or plots in it.
fn day_of_data(name: &str) -> Option<Date> {
    let (stamp, extension) = name.split_once('.')?;
    let extension = extension.strip_suffix(".gz").unwrap_or(extension);
    let known = ["raw", "rawp", "tab"].contains(&extension)
        || REGISTRY.iter().any(|entry| entry.descriptor.plot_file == Some(extension));
    let (day, time) = stamp.split_once('-').map_or((stamp, None), |(day, time)| (day, Some(time)));
    let is_time = |time: &str| time.len() == 6 && time.bytes().all(|byte| byte.is_ascii_digit());
    (known && time.is_none_or(is_time)).then(|| date(day)).flatten()
}

fn date(text: &str) -> Option<Date> {
    (text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| Date::strptime("%Y%m%d", text).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_files_of_this_host_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let old = [
            "n1-20261114.tab",
            "n1-20261114.tab.gz",
            "n1-20261114-000000.raw.gz",
            "n1-20261114-000000.rawp",
            "n1-20251114-120000.cpu.gz",
            "n1-collectl-202510.log",
        ];
        let kept = [
            "n1-20261115.tab",
            "n1-20261115-000000.raw.gz",
            "n1-collectl-202511.log",
            "n1-20261114.txt",
            "n1-2026111.tab",
            "n1-20261114-00000.raw.gz",
            "n1-20261341.tab",
            "pre-n1-20261114.tab",
            "n1-x-20261114.tab",
            "n2-20261114.tab",
            "n1-20261114.tab.gz.old",
        ];
        for name in old.iter().chain(&kept) {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::create_dir(folder.path().join("n1-20261113.tab")).unwrap();
        let location = Location::parse(folder.path().to_str().unwrap());
        purge(&location, "n1", &Roll::parse("00:00,7").unwrap(), jiff::civil::date(2026, 11, 22));
        for (names, there) in [(&old[..], false), (&kept[..], true)] {
            for name in names {
                assert_eq!(folder.path().join(name).exists(), there, "{name}");
            }
        }
    }

    #[test]
    fn logs_have_no_prefix() {
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("n1-collectl-202510.log");
        fs::write(&old, "x").unwrap();
        let location = Location::parse(folder.path().join("pre").to_str().unwrap());
        purge(&location, "n1", &Roll::parse("00:00,7").unwrap(), jiff::civil::date(2026, 11, 22));
        assert!(!old.exists());
    }
}

//! Sensors of the kernel, from `/sys/class/hwmon` (hwmon/sysfs-interface in the kernel's documentation), as lines like
//! those of `ipmitool -c sdr`.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::sensor::decimal;
use crate::kernel::file;

/// Most sensors per chip and most chips that are read.
const MOST: usize = 256;
/// Most bytes of a file that are read.
const LONGEST_VALUE: u64 = 64;

/// Files of readings: the start and end of their names, the name of the sensor, the scale of the number, and the unit.
const READINGS: [(&str, &str, &str, f64, &str); 4] = [
    ("temp", "_input", "Temp", 1e3, "degrees C"),
    ("fan", "_input", "Fan", 1.0, "RPM"),
    ("power", "_average", "Power Meter", 1e6, "Watts"),
    ("power", "_input", "Power Meter", 1e6, "Watts"),
];

/// Calls `line` with a line for each sensor, in the order of the names of chips and of numbers. What can't be read is left
/// out.
pub(super) fn read(sys: &Path, mut line: impl FnMut(&[u8])) {
    for (name, chip) in chips(&sys.join("class/hwmon")) {
        let mut powers = Vec::new();
        for (prefix, suffix, kind, scale, unit) in READINGS {
            for number in numbered(&chip, prefix, suffix) {
                // One with a mean is not shown twice.
                if prefix == "power" && powers.contains(&number) {
                    continue;
                }
                let value = text(&chip.join(format!("{prefix}{number}{suffix}")));
                let Some(value) = value.and_then(|value| value.parse::<i64>().ok()) else { continue };
                if prefix == "power" {
                    powers.push(number);
                }
                let label = label(&chip.join(format!("{prefix}{number}_label")));
                let value = decimal(value as f64 / scale);
                let mut out = Vec::new();
                // Writing to memory does not fail.
                let _ = write!(out, "{name} {kind} {number}{label},{value},{unit},ok");
                line(&out);
            }
        }
    }
}

/// The names and the folders of all chips. The numbers of the folders change from one start of the machine to the next:
/// the order is that of the names. Chips of one name have that of their device added, where the kernel tells one.
fn chips(folder: &Path) -> Vec<(String, PathBuf)> {
    let chip = |number| {
        let chip = folder.join(format!("hwmon{number}"));
        let name = text(&chip.join("name")).unwrap_or_else(|| "hwmon".to_owned());
        (name, device(&chip), chip)
    };
    let mut chips: Vec<_> = numbered(folder, "hwmon", "").into_iter().map(chip).collect();
    chips.sort_by_cached_key(|(name, device, _)| {
        let number = device.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u64>();
        (name.clone(), number.ok(), device.clone())
    });
    let names: Vec<String> = chips.iter().map(|(name, ..)| name.clone()).collect();
    let named = |(name, device, chip): (String, String, PathBuf)| {
        let shared = names.iter().filter(|other| **other == name).count() > 1;
        let name = match shared && !device.is_empty() {
            true if device.starts_with(&name) => device,
            true => format!("{name}-{device}"),
            false => name,
        };
        (name, chip)
    };
    chips.into_iter().map(named).collect()
}

/// The name of the device that a chip belongs to: `nvme0`, `coretemp.1`, `0000:0c:00.0`.
fn device(chip: &Path) -> String {
    let link = fs::read_link(chip.join("device")).unwrap_or_default();
    let name = link.file_name().unwrap_or_default().to_string_lossy();
    name.replace(|c: char| c.is_control() || c.is_whitespace() || "(),".contains(c), "_")
}

/// Whether there is any sensor.
pub(super) fn is_present(sys: &Path) -> bool {
    let mut any = false;
    read(sys, |_| any = true);
    any
}

/// The numbers between `prefix` and `suffix` in the names of a folder's entries, sorted.
fn numbered(folder: &Path, prefix: &str, suffix: &str) -> Vec<u16> {
    let number = |entry: fs::DirEntry| {
        entry.file_name().to_str()?.strip_prefix(prefix)?.strip_suffix(suffix)?.parse().ok()
    };
    let mut numbers: Vec<u16> =
        fs::read_dir(folder).into_iter().flatten().flatten().filter_map(number).collect();
    numbers.sort_unstable();
    numbers.truncate(MOST);
    numbers
}

/// The label in brackets, after a blank; nothing where there is none, or where it would be taken for the kind.
fn label(path: &Path) -> String {
    let label = text(path).unwrap_or_default().replace(['(', ')'], " ");
    let lower = label.to_ascii_lowercase();
    let misleading = ["fan", "temp", "power meter"].iter().any(|word| lower.contains(word));
    if label.is_empty() || misleading { String::new() } else { format!(" ({label})") }
}

/// The text of a file, without anything that would break a line or a field.
fn text(path: &Path) -> Option<String> {
    let bytes = file::read_short(path, LONGEST_VALUE).ok()?;
    let text = String::from_utf8_lossy(&bytes).trim().replace(|c: char| c.is_control() || c == ',', " ");
    Some(text).filter(|text| !text.is_empty())
}

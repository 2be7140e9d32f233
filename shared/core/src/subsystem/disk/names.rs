//! The kinds of block devices.

use crate::kernel::devices::{Asked, Class, Devices, Kind};

/// Tells what the devices of a sample are, in the order of their lines.
#[derive(Debug)]
pub(super) struct Lines {
    asked: Asked,
    /// The last one that was no partition.
    last: Vec<u8>,
}

impl Default for Lines {
    fn default() -> Self {
        Self::new(Devices::default())
    }
}

impl Lines {
    pub(super) fn new(devices: Devices) -> Self {
        Self { asked: Asked::new(devices, Class::Disk), last: Vec::new() }
    }

    /// Begins another sample.
    pub(super) fn begin(&mut self) {
        self.asked.begin();
        self.last.clear();
    }

    /// What the device of the next line is. Where nothing tells, it is a partition if its line follows that of its disk.
    pub(super) fn kind(&mut self, name: &[u8]) -> Kind {
        let asked = self.asked.kind(name);
        let kind = asked.unwrap_or_else(|| match disk_of(name) {
            Some(disk)
                if disk == self.last || self.asked.kind(disk).is_some_and(|kind| kind != Kind::Other) =>
            {
                Kind::Other
            }
            _ => by_name(name),
        });
        if kind != Kind::Other {
            self.last.clear();
            self.last.extend_from_slice(name);
        }
        kind
    }
}

/// The disk that this would be a partition of: `sda` of `sda1`, `nvme0n1` of `nvme0n1p2`.
fn disk_of(name: &[u8]) -> Option<&[u8]> {
    let (stem, number) = split_number(name);
    let stem = match stem.strip_suffix(b"p") {
        Some(disk) if disk.last().is_some_and(u8::is_ascii_digit) => disk,
        _ => stem,
    };
    (!number.is_empty() && !stem.is_empty()).then_some(stem)
}

/// The disk of which this is a path: `nvme0n1` of `nvme0c2n1`.
pub(super) fn head(name: &[u8]) -> Option<Vec<u8>> {
    let (rest, namespace) = split_number(name);
    let (rest, controller) = split_number(rest.strip_suffix(b"n")?);
    let (rest, subsystem) = split_number(rest.strip_suffix(b"c")?);
    let numbers = [namespace, controller, subsystem];
    let is_path = rest == b"nvme" && numbers.iter().all(|number| !number.is_empty());
    is_path.then(|| [rest, subsystem, b"n", namespace].concat())
}

/// What is no partition, by the names that drivers give to what is made of others or of memory.
fn by_name(name: &[u8]) -> Kind {
    const STACKED: [&[u8]; 11] =
        [b"md", b"md_d", b"dm-", b"loop", b"zram", b"ram", b"drbd", b"bcache", b"psv", b"zd", b"VxDMP"];
    let (stem, number) = split_number(name);
    let stacked = !number.is_empty() && STACKED.contains(&stem) || name.starts_with(b"emcpower");
    if stacked { Kind::Stacked } else { Kind::Own }
}

/// Splits off the digits at the end.
fn split_number(name: &[u8]) -> (&[u8], &[u8]) {
    let digits = name.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    name.split_at(name.len() - digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds<'a>(lines: &mut Lines, names: &[&'a str]) -> Vec<(&'a str, Kind)> {
        lines.begin();
        names
            .iter()
            .map(|name| (*name, lines.kind(name.as_bytes())))
            .filter(|it| it.1 != Kind::Other)
            .collect()
    }

    #[test]
    fn partitions_follow_their_disk() {
        let names = [
            "sda",
            "sda1",
            "sda2",
            "nvme0n1",
            "nvme0n1p1",
            "nvme1n12",
            "mmcblk0",
            "mmcblk0p1",
            "cciss/c0d1",
            "cciss/c0d1p2",
            "xvda1",
            "xvda2",
            "xvdb",
            "rssda",
            "rssda1",
            "scinia",
            "pmem0s",
            "pmem1.1",
            "sr0",
        ];
        let expected = [
            "sda",
            "nvme0n1",
            "nvme1n12",
            "mmcblk0",
            "cciss/c0d1",
            "xvda1",
            "xvda2",
            "xvdb",
            "rssda",
            "scinia",
            "pmem0s",
            "pmem1.1",
            "sr0",
        ];
        assert_eq!(kinds(&mut Lines::default(), &names), expected.map(|name| (name, Kind::Own)));
    }

    #[test]
    fn devices_made_of_others_are_known_by_name() {
        let names = ["dm-0", "dm-11", "md127", "md_d0", "loop0", "zram0", "ram3", "drbd1", "emcpowera"];
        assert_eq!(kinds(&mut Lines::default(), &names), names.map(|name| (name, Kind::Stacked)));
        assert_eq!(kinds(&mut Lines::default(), &["md127", "md127p1"]), [("md127", Kind::Stacked)]);
    }

    #[test]
    fn a_header_overrules_names_and_tells_of_partitions() {
        let mut header = crate::header::Header::default();
        header.push(b"# DiskKinds:  sda:own xvda1:own ublkb0:stacked");
        let mut lines = Lines::new(crate::machine::Machine::recorded(&header).devices);
        let expected = [("xvda1", Kind::Own), ("ublkb0", Kind::Stacked), ("sdb", Kind::Own)];
        assert_eq!(kinds(&mut lines, &["sda1", "xvda1", "ublkb0", "sdb"]), expected);
    }

    #[test]
    fn paths_of_a_disk() {
        assert_eq!(head(b"nvme10c2n31").as_deref(), Some(&b"nvme10n31"[..]));
        for name in ["nvme0n1", "nvme0cn1", "sda", "nvmec0n1"] {
            assert_eq!(head(name.as_bytes()), None, "{name}");
        }
    }
}

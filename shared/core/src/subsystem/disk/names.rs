//! The kinds of block devices.

/// The kind of a block device, by its name (Documentation/admin-guide/devices.txt and the drivers' naming).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole disk.
    Whole,
    /// A device made of other disks, which count its traffic too, or of memory.
    Stacked,
    /// A partition, or something that is not measured.
    Other,
}

/// Letters, then numbers and letters in turn: `sda`, `sda1`, `nvme0n1`, `nvme0n1p2`, `mmcblk0boot0`.
pub(super) fn kind(name: &[u8]) -> Kind {
    let stem_end = name.iter().position(u8::is_ascii_digit).unwrap_or(name.len());
    let (stem, rest) = name.split_at(stem_end);
    let numbers_and_letters = |letters: &[u8]| {
        let mut rest = rest;
        for letter in letters {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            match rest.get(digits) {
                Some(found) if digits > 0 && found == letter => rest = &rest[digits + 1..],
                _ => return false,
            }
        }
        !rest.is_empty() && rest.iter().all(u8::is_ascii_digit)
    };
    let lettered = |prefix: &[u8]| {
        stem.strip_prefix(prefix)
            .is_some_and(|unit| !unit.is_empty() && unit.iter().all(u8::is_ascii_lowercase))
    };
    match stem {
        b"nvme" if numbers_and_letters(b"n") || numbers_and_letters(b"cn") => Kind::Whole,
        b"cciss/c" if numbers_and_letters(b"d") => Kind::Whole,
        b"mmcblk" | b"nbd" | b"rbd" | b"pmem" if numbers_and_letters(b"") => Kind::Whole,
        b"md" | b"dm-" | b"loop" | b"zram" | b"drbd" | b"bcache" | b"psv" if numbers_and_letters(b"") => {
            Kind::Stacked
        }
        _ if stem.starts_with(b"emcpower") && rest.is_empty() => Kind::Stacked,
        _ if rest.is_empty()
            && [&b"sd"[..], b"hd", b"vd", b"xvd", b"dasd", b"fio"].into_iter().any(lettered) =>
        {
            Kind::Whole
        }
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_rule() {
        let whole = [
            "sda",
            "sdaa",
            "vda",
            "vdab",
            "xvdb",
            "hdc",
            "nvme0n1",
            "nvme10n12",
            "nvme1c2n3",
            "mmcblk0",
            "rbd7",
            "dasda",
            "cciss/c0d1",
        ];
        let stacked = ["dm-0", "dm-11", "md127", "loop0", "zram0", "drbd1", "emcpowera"];
        let other = [
            "sda1",
            "nvme0n1p1",
            "mmcblk0p1",
            "mmcblk0boot0",
            "rbd7p1",
            "vda2",
            "cciss/c0d1p2",
            "sr0",
            "ram0",
            "fd0",
            "sd",
            "nvme0",
            "",
        ];
        for name in whole {
            assert_eq!(kind(name.as_bytes()), Kind::Whole, "{name}");
        }
        for name in stacked {
            assert_eq!(kind(name.as_bytes()), Kind::Stacked, "{name}");
        }
        for name in other {
            assert_eq!(kind(name.as_bytes()), Kind::Other, "{name}");
        }
    }
}

//! Short names of sensors, as the Perl collectl makes them: `CPU FAN1` is `CFAN1`.

/// What a sensor measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The speed of a fan, in turns per minute.
    Fan,
    /// Power, in Watts.
    Power,
    /// A temperature.
    Temperature,
}

impl Kind {
    /// Its name in exports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fan => "fan",
            Self::Power => "power",
            Self::Temperature => "temperature",
        }
    }
}

/// The words for each kind; the last one in a name counts.
const WORDS: [(&str, Kind); 3] =
    [("fan", Kind::Fan), ("temp", Kind::Temperature), ("power meter", Kind::Power)];

/// The kind of a sensor, its short name (the first letter of what is before or after the kind, and the kind), and its
/// number, if it has one. None if no kind is in the name.
pub(super) fn short(name: &str) -> Option<(Kind, String, String)> {
    let lower = name.to_ascii_lowercase();
    let found = |(word, kind): &(&str, Kind)| Some((lower.rfind(word)?, word.len(), *kind));
    let (at, length, kind) = WORDS.iter().filter_map(found).max_by_key(|(at, ..)| *at)?;
    let (before, word, after) = (name[..at].trim(), &name[at..at + length], &name[at + length..]);
    let word = if kind == Kind::Power { "Power" } else { word };
    let after = if after == "s" { "" } else { after };
    let (mut instance, after) = leading_digits(after.trim_start_matches(' '));
    if !instance.is_empty() {
        let end = after.find(' ').unwrap_or(after.len());
        instance.push_str(&after[..end]);
    }
    let after = after.trim();
    let bracketed = || Some(after.split_once('(')?.1.split(')').next()?.trim());
    let prefix = if !before.is_empty() {
        before
    } else if kind == Kind::Power {
        ""
    } else if let Some(inside) = bracketed() {
        inside
    } else if instance.is_empty() {
        after
    } else {
        ""
    };
    let letter = prefix.chars().next();
    if instance.is_empty() && kind != Kind::Power {
        // As in `CPU0`, but not in `Core 0`.
        let rest = prefix.split(' ').next().unwrap_or_default().get(1..).unwrap_or_default();
        instance = leading_digits(rest.trim_start_matches(|c: char| !c.is_ascii_digit())).0;
    }
    Some((kind, letter.into_iter().collect::<String>() + word, instance))
}

/// The chip, if a name is that of a sensor of the kernel: `coretemp Temp 3 (Core 0)`.
pub(super) fn chip(name: &str) -> Option<&str> {
    let (chip, sensor) = name.split_once(' ')?;
    let number = ["Fan ", "Temp ", "Power Meter "].iter().find_map(|kind| sensor.strip_prefix(kind))?;
    let number = number.split_once(" (").map_or(number, |(number, _)| number);
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(chip)
}

fn leading_digits(text: &str) -> (String, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn as_the_reference_names_them() {
        for (name, expected) in [
            ("Fan 1", "Fan1"),
            ("Fans", "Fan"),
            ("CPU FAN1", "CFAN1"),
            ("SYS FAN1", "SFAN1"),
            ("Fan1A (CPU)", "CFan1A"),
            ("FAN CPU0", "CFAN0"),
            ("FAN CPU0 Tach", "CFAN0"),
            ("FAN MOD 1A RPM", "MFAN"),
            ("MOD FAN 1A RPM", "MFAN1A"),
            ("Fan Redundancy", "RFan"),
            ("Virtual Fan", "VFan"),
            ("12V Fan", "1Fan2"),
            ("Fan_3", "_Fan3"),
            ("Fan #3", "#Fan3"),
            ("Fan 3 B", "Fan3"),
            ("Temp 1", "Temp1"),
            ("Temp (Core 0)", "CTemp"),
            ("Core 0 Temp", "CTemp"),
            ("CPU0 Temp", "CTemp0"),
            ("CPU1 VR Temp", "CTemp1"),
            ("Temperature", "eTemp"),
            ("CPU Temperature", "CTemp"),
            ("CPU fan temp", "Ctemp"),
            ("coretemp Temp 3 (Core 0)", "cTemp3"),
            ("k10temp Temp 1 (Tctl)", "kTemp1"),
            ("Power Meter", "Power"),
            ("Power Meter 2", "Power2"),
            ("amdgpu Power Meter 1", "aPower1"),
        ] {
            assert_eq!(
                short(name).map(|(_, name, instance)| name + &instance).as_deref(),
                Some(expected),
                "{name}"
            );
        }
        assert_eq!(chip("coretemp Temp 3 (Core 0)"), Some("coretemp"));
        assert_eq!(chip("nvme1 Temp 1"), Some("nvme1"));
        for name in ["CPU FAN1", "CPU0 VR Temp", "Temp 1", "Fan 1A (CPU)", "Power Meter 2"] {
            assert_eq!(chip(name), None);
        }
        assert_eq!(short("PS1 Power"), None);
        assert_eq!(short("Inlet"), None);
    }

    proptest! {
        #[test]
        fn any_name_is_read(before in ".{0,9}", word in "(?i)(fan|temp|power meter|x)", after in ".{0,9}") {
            let _ = short(&format!("{before}{word}{after}"));
        }
    }
}

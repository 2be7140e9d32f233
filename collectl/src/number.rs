//! How the brief and verbose formats write a number into few columns.
//!
//! The rules are those of the Perl collectl 4.3.1: counts are rounded half up, percentages are cut off, and what does not
//! fit is cut to a unit.

/// What the units of a number are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Things: units are powers of 1000.
    Count,
    /// Kilobytes that are shown bare while they fit: units are powers of 1024.
    Kilobytes,
    /// Kilobytes of memory, always with their unit: powers of 1024.
    Memory,
}

/// How a number that does not fit is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NumberStyle {
    /// Cut to a unit.
    #[default]
    Cut,
    /// In full, however wide (`-w`).
    Wide,
}

/// Appends `value` in at most `width` columns, right-aligned in `width`.
///
/// A value that does not fit is divided by the base of its scale until it has fewer digits than `width`, cut off each
/// time, and followed by its unit; what would become zero is shown as 1.
pub fn push_scaled(out: &mut Vec<u8>, value: f64, width: usize, scale: Scale, style: NumberStyle) {
    const UNITS: &[u8] = b" KMGTPEZY";
    let (base, mut unit) = match scale {
        Scale::Count => (1000, 0),
        Scale::Kilobytes => (1024, 0),
        Scale::Memory => (1024, 1),
    };
    let mut whole = round_half_up(value);
    let fits =
        unit == 0 && digits(whole) + usize::from(whole < 0) <= width || whole == 0 && scale == Scale::Memory;
    if fits || style == NumberStyle::Wide {
        return push_right(out, whole, b"", width);
    }
    while digits(whole) >= width && unit + 1 < UNITS.len() {
        whole /= base;
        unit += 1;
    }
    push_right(out, if whole == 0 { 1 } else { whole }, &UNITS[unit..=unit], width);
}

/// Appends `value`, its fraction cut off, right-aligned in `width` columns, however wide it is.
pub fn push_integer(out: &mut Vec<u8>, value: f64, width: usize) {
    push_right(out, value as i64, b"", width);
}

/// Appends `number` in at least `width` digits, filled up with zeros.
pub fn push_padded(out: &mut Vec<u8>, number: u64, width: usize) {
    let count = digits(number as i64);
    out.extend(std::iter::repeat_n(b'0', width.saturating_sub(count)));
    push_digits(out, number);
}

fn push_right(out: &mut Vec<u8>, number: i64, unit: &[u8], width: usize) {
    let length = digits(number) + usize::from(number < 0) + unit.len();
    out.extend(std::iter::repeat_n(b' ', width.saturating_sub(length)));
    if number < 0 {
        out.push(b'-');
    }
    push_digits(out, number.unsigned_abs());
    out.extend_from_slice(unit);
}

fn push_digits(out: &mut Vec<u8>, mut number: u64) {
    let mut text = [0; 20];
    let mut start = text.len();
    loop {
        start -= 1;
        text[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&text[start..]);
}

/// Digits of `number`; its sign is none.
fn digits(number: i64) -> usize {
    number.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1
}

fn round_half_up(value: f64) -> i64 {
    if value > 0.0 { (value + 0.5) as i64 } else { value as i64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(value: f64, width: usize, scale: Scale) -> String {
        let mut out = Vec::new();
        push_scaled(&mut out, value, width, scale, NumberStyle::Cut);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn as_the_reference_shows_them() {
        assert_eq!(scaled(999_999.0, 6, Scale::Count), "999999");
        assert_eq!(scaled(1_004_999.0, 6, Scale::Kilobytes), "  981K");
        assert_eq!(scaled(1_004_999.0, 6, Scale::Count), " 1004K");
        assert_eq!(scaled(999.0, 4, Scale::Memory), "999K");
        assert_eq!(scaled(1000.0, 4, Scale::Memory), "  1M");
        assert_eq!(scaled(24_684_092.0, 4, Scale::Memory), " 23G");
        assert_eq!(scaled(0.0, 4, Scale::Memory), "   0");
    }

    #[test]
    fn rounding_and_signs() {
        assert_eq!(scaled(0.5, 4, Scale::Count), "   1");
        assert_eq!(scaled(1.49, 4, Scale::Count), "   1");
        assert_eq!(scaled(-3.7, 4, Scale::Count), "  -3");
        assert_eq!(scaled(-999.0, 4, Scale::Count), "-999");
        assert_eq!(scaled(-8192.0, 4, Scale::Kilobytes), " -8K");
        assert_eq!(scaled(-163_840_000.0, 4, Scale::Kilobytes), "-156M");
        assert_eq!(scaled(-163_840_000.0, 7, Scale::Kilobytes), "-160000K");
        assert_eq!(scaled(-12_288.0, 4, Scale::Kilobytes), "-12K");
    }

    #[test]
    fn extremes_stay_in_bounds() {
        for value in [f64::MAX, f64::MIN, f64::INFINITY, f64::NAN] {
            assert!(scaled(value, 6, Scale::Count).len() <= 8, "{value}");
        }
    }
}

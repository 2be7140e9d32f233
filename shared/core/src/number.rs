//! How the brief and verbose formats fit a number into few columns.
//!
//! The rules are those of the Perl collectl 4.3.1: counts are rounded half up, percentages are cut off, and a number
//! that does not fit is shortened to a unit.

/// The units of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Plain numbers: units are powers of 1000.
    Count,
    /// Kilobytes, shown without a unit while they fit: units are powers of 1024.
    Kilobytes,
    /// Kilobytes of memory, always with their unit: powers of 1024.
    Memory,
}

/// How a number that does not fit is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NumberStyle {
    /// Shortened to a unit.
    #[default]
    Cut,
    /// In full, however wide (`-w`).
    Wide,
    /// Shortened to a unit; for G and above with decimals up to three digits, and the unit as decimal point: `1g31`,
    /// `24g0` (`-og`).
    Point,
    /// Shortened to a unit; for G and above one decimal after a single digit: `1.3G`, `24G` (`-oG`).
    Decimal,
}

/// Appends `value` in at most `width` columns, right-aligned in `width`.
///
/// A value that does not fit is divided by the base of its scale until it has fewer digits than `width`, cut off each
/// time, and followed by its unit; what would become zero is shown as 1. A sign is not counted, and may take one more
/// column.
pub fn push_scaled(out: &mut Vec<u8>, value: f64, width: usize, scale: Scale, style: NumberStyle) {
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
    let mut below = 0;
    while digits(whole) >= width && unit + 1 < UNITS.len() {
        below = whole % base;
        whole /= base;
        unit += 1;
    }
    let whole = if whole == 0 { 1 } else { whole };
    if unit >= GIGA
        && whole > 0
        && push_fraction(out, (whole, below as f64 / base as f64), unit, width, style)
    {
        return;
    }
    push_right(out, whole, &UNITS[unit..=unit], width);
}

const UNITS: &[u8] = b" KMGTPEZY";
const GIGA: usize = 3;

/// Appends a number in this unit with the decimals of `style`; false if it has none.
fn push_fraction(
    out: &mut Vec<u8>,
    (whole, fraction): (i64, f64),
    unit: usize,
    width: usize,
    style: NumberStyle,
) -> bool {
    let decimals = match (style, whole) {
        (NumberStyle::Point, ..10) => 2,
        (NumberStyle::Point, ..100) | (NumberStyle::Decimal, ..10) => 1,
        // The Perl collectl cuts these off as usual, but rounds up when very little is missing.
        (NumberStyle::Decimal, ..100) if fraction * 1024.0 >= 995.0 => {
            push_right(out, whole + 1, &UNITS[unit..=unit], width);
            return true;
        }
        _ => return false,
    };
    let scale = if decimals == 2 { 100 } else { 10 };
    // Cut off like whole numbers, or rounded: both as in the Perl collectl.
    let digits = fraction * scale as f64 + if style == NumberStyle::Decimal { 0.5 } else { 0.0 };
    let all = whole * scale + digits as i64;
    let (whole, fraction) = (all / scale, all % scale);
    let text = match style {
        NumberStyle::Decimal if whole < 10 => format!("{whole}.{fraction}{}", char::from(UNITS[unit])),
        NumberStyle::Point => {
            let point = char::from(UNITS[unit].to_ascii_lowercase());
            format!("{whole}{point}{fraction:0decimals$}")
        }
        _ => format!("{whole}{}", char::from(UNITS[unit])),
    };
    out.extend(std::iter::repeat_n(b' ', width.saturating_sub(text.len())));
    out.extend_from_slice(text.as_bytes());
    true
}

/// Appends `value`, its fraction cut off, right-aligned in `width` columns, however wide it is.
pub fn push_integer(out: &mut Vec<u8>, value: f64, width: usize) {
    push_right(out, value as i64, b"", width);
}

/// Appends `number` with at least `width` digits, filled with zeros.
pub fn push_padded(out: &mut Vec<u8>, number: u64, width: usize) {
    let count = number.checked_ilog10().unwrap_or(0) as usize + 1;
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

/// Digits of `number`, without its sign.
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
        assert_eq!(scaled(-600_000_000.0, 4, Scale::Memory), "-572G");
        assert_eq!(scaled(-980_000_000.0, 7, Scale::Memory), "-957031M");
    }

    #[test]
    fn decimals_for_giga_and_above() {
        let styled = |style, value| {
            let mut out = Vec::new();
            push_scaled(&mut out, value, 4, Scale::Memory, style);
            String::from_utf8(out).unwrap()
        };
        let gigabytes = |value: f64| value * 1024.0 * 1024.0;
        for (value, cut, point, decimal) in [
            (gigabytes(0.5), "512M", "512M", "512M"),
            (gigabytes(1.5), "  1G", "1g50", "1.5G"),
            (gigabytes(3.0625), "  3G", "3g06", "3.1G"),
            (gigabytes(9.99), "  9G", "9g98", " 10G"),
            (gigabytes(22.976), " 22G", "22g9", " 23G"),
            (gigabytes(28.625), " 28G", "28g6", " 28G"),
            (gigabytes(99.99), " 99G", "99g9", "100G"),
            (gigabytes(512.0), "512G", "512G", "512G"),
            (gigabytes(1024.0 * 1.25), "  1T", "1t25", "1.3T"),
            (gigabytes(-5.0), " -5G", " -5G", " -5G"),
        ] {
            assert_eq!(styled(NumberStyle::Cut, value), cut);
            assert_eq!(styled(NumberStyle::Point, value), point);
            assert_eq!(styled(NumberStyle::Decimal, value), decimal);
        }
    }

    #[test]
    fn extremes_stay_in_bounds() {
        for value in [f64::MAX, f64::MIN, f64::INFINITY, f64::NAN] {
            assert!(scaled(value, 6, Scale::Count).len() <= 8, "{value}");
        }
    }
}

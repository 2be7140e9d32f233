//! Reads numbers and words of kernel text. Nothing here fails: missing text reads as zero or nothing.

use std::io::BufRead;

/// The value of a counter that is missing or not a number: there are no rates for the intervals around it.
pub const UNKNOWN: u64 = u64::MAX;

/// The lines of `text` without their ends; empty lines are left out.
pub fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    whole_lines(text).map(|line| line.strip_suffix(b"\n").unwrap_or(line)).filter(|line| !line.is_empty())
}

/// The lines of `text` with their ends; the last may lack one.
pub fn whole_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (line, behind) = rest.split_at(line_length(rest).unwrap_or(rest.len()));
        rest = behind;
        (!line.is_empty()).then_some(line)
    })
}

/// Length of the first line of `text`, including its end; none if it has no end.
#[must_use]
pub fn line_length(text: &[u8]) -> Option<usize> {
    // This uses the standard library's memchr, which is several times as fast as a loop.
    let mut rest = text;
    let length = rest.skip_until(b'\n').unwrap_or(0);
    text[..length].ends_with(b"\n").then_some(length)
}

/// Blank-separated words, read from the left.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a>(pub &'a [u8]);

impl<'a> Words<'a> {
    /// The next number; zero if the next word is not a number, or there is none. A number too large for `u64` wraps.
    pub fn number(&mut self) -> u64 {
        let start = self.0.iter().position(|&byte| !is_blank(byte)).unwrap_or(self.0.len());
        let (value, digits) = leading_number(&self.0[start..]);
        self.0 = &self.0[start + digits..];
        if self.0.first().is_some_and(|&byte| !is_blank(byte)) {
            self.next();
        }
        value
    }

    /// The next `N` numbers.
    pub fn numbers<const N: usize>(&mut self) -> [u64; N] {
        std::array::from_fn(|_| self.number())
    }
}

impl Words<'_> {
    /// The next counter; [`UNKNOWN`] if the next word is not a number, or there is none.
    pub fn counter(&mut self) -> u64 {
        self.next().map_or(UNKNOWN, counter)
    }

    /// The next `N` counters; zero for missing words, since lines of older kernels are shorter.
    pub fn counters<const N: usize>(&mut self) -> [u64; N] {
        std::array::from_fn(|_| self.next().map_or(0, counter))
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let start = self.0.iter().position(|&byte| !is_blank(byte))?;
        let rest = &self.0[start..];
        let end = rest.iter().position(|&byte| is_blank(byte)).unwrap_or(rest.len());
        self.0 = &rest[end..];
        Some(&rest[..end])
    }
}

/// The decimal number at the start of `word`; zero if there is none. A number too large for `u64` wraps.
#[must_use]
pub fn number(word: &[u8]) -> u64 {
    leading_number(word).0
}

/// The decimal number at the start of `text`, and how many digits it has.
fn leading_number(text: &[u8]) -> (u64, usize) {
    let (mut value, mut count) = (0u64, 0);
    while let Some(digit) = text.get(count).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        count += 1;
    }
    (value, count)
}

/// The value of the counter `word`; [`UNKNOWN`] for anything but a decimal number.
#[must_use]
pub fn counter(word: &[u8]) -> u64 {
    /// Digits of the largest counter.
    const MOST_DIGITS: usize = 20;
    if word.is_empty() || word.len() > MOST_DIGITS {
        return UNKNOWN;
    }
    let mut value = 0u64;
    for byte in word {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return UNKNOWN;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
    }
    value
}

/// Splits `key=value`; none without a `=`.
#[must_use]
pub fn key_value(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = word.iter().position(|&byte| byte == b'=')?;
    Some((&word[..equals], &word[equals + 1..]))
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_and_numbers() {
        let mut words = Words(b"  cpu0 12\t 34 x");
        assert_eq!(words.next(), Some(&b"cpu0"[..]));
        assert_eq!(words.numbers::<4>(), [12, 34, 0, 0]);
        assert_eq!(Words(b"1a 2 b 3 ").numbers::<5>(), [1, 2, 0, 3, 0]);
        assert_eq!(lines(b"\na\n\nb").collect::<Vec<_>>(), [b"a", b"b"]);
        assert_eq!((line_length(b"ab\nc\n"), line_length(b"ab"), line_length(b"")), (Some(3), None, None));
        assert_eq!(number(b"18446744073709551615"), u64::MAX);
        assert_eq!(number(b"7:"), 7);
        assert_eq!(Words(b"7 x8 9y -1").counters::<5>(), [7, UNKNOWN, UNKNOWN, UNKNOWN, 0]);
        assert_eq!(counter(b"123456789012345678901"), UNKNOWN);
        assert_eq!(key_value(b"a=b=c"), Some((&b"a"[..], &b"b=c"[..])));
        assert_eq!(key_value(b"total"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for line in lines(&bytes) {
                let _ = Words(line).map(number).count();
            }
        }
    }
}

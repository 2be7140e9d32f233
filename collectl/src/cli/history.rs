//! `--history`: how many past intervals a server keeps.

use std::time::Duration;

use collectl_core::usage::UsageError;

use super::runtime;
use crate::sink::memory::Limits;

/// Reads a time (a number and one of `w d h m s`), a size (a number and one of `K M G`), both separated by a comma, or
/// `0`.
///
/// # Errors
/// A [`UsageError`] for anything else.
pub fn parse(text: &str) -> Result<Limits, UsageError> {
    if text == "0" {
        return Ok(Limits::NONE);
    }
    let invalid = || {
        UsageError::new(format!(
            "--history must be a time (10m), a size (4M), both (10m,4M) or 0, not '{}'",
            text.escape_debug()
        ))
    };
    let (mut age, mut bytes) = (None, None);
    for part in text.split(',') {
        if let (None, Some(size)) = (bytes, size(part)) {
            bytes = Some(size);
        } else if let (None, Ok(time)) = (age, runtime::parse(part)) {
            age = Some(time);
        } else {
            return Err(invalid());
        }
    }
    // A size alone is the only bound. A time alone is not: memory is limited.
    Ok(Limits { age: age.unwrap_or(Duration::MAX), bytes: bytes.unwrap_or(Limits::DEFAULT.bytes) })
}

fn size(text: &str) -> Option<usize> {
    let shift = match text.chars().last()? {
        'K' => 10,
        'M' => 20,
        'G' => 30,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    let number: usize = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    number.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes() {
        let seconds = Duration::from_secs;
        for (text, age, bytes) in [
            ("10m,4M", seconds(600), 4 << 20),
            ("64K,1h", seconds(3600), 64 << 10),
            ("30s", seconds(30), 4 << 20),
            ("1G", Duration::MAX, 1 << 30),
            ("0", Duration::ZERO, 0),
        ] {
            assert_eq!(parse(text).unwrap(), Limits { age, bytes }, "{text}");
        }
        assert_eq!(parse("10m,4M").unwrap(), Limits::DEFAULT);
        for text in ["", "10", "4", "M", "4M,5M", "1m,2m", "1m,", "-1M", "x", "99999999999999999999G"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}

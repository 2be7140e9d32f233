//! `-o`: letters that change how intervals are shown.

use crate::number::NumberStyle;
use crate::render::stamp::Stamp;
use crate::settings::Per;
use crate::usage::UsageError;

/// The letters of `-o`, parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// `T d D`: the stamp before each line.
    pub stamp: Stamp,
    /// `m`: whether it has milliseconds.
    pub millis: bool,
    /// `U`: seconds since the epoch instead of date and time.
    pub utc: bool,
    /// `n`: counts per interval, not per second.
    pub per: Per,
    /// `1 2`: decimals of the plot format.
    pub decimals: usize,
    /// `g G`: how large numbers are written.
    pub numbers: NumberStyle,
    /// `x`: only busy disks. `X`, which shows all, matters in configuration files only.
    pub exceptions: bool,
    /// `z`: plot files are not compressed.
    pub uncompressed: bool,
    /// `u`: the names of plot files contain the time of day.
    pub of_instant: bool,
    /// `a`, `c`: what happens to an existing plot file when recordings are played into it.
    pub existing: Existing,
}

/// What happens to an existing plot file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Existing {
    /// It is kept, and nothing is written.
    #[default]
    Keep,
    /// It is continued.
    Append,
    /// It is replaced.
    Replace,
}

impl Options {
    /// Reads the letters.
    ///
    /// # Errors
    /// A [`UsageError`] for unknown letters, and for two time stamps.
    pub fn parse(text: &str) -> Result<Self, UsageError> {
        let mut options = Self::default();
        for letter in text.chars() {
            match letter {
                'T' => options.set_stamp(Stamp::Time)?,
                'd' => options.set_stamp(Stamp::Day)?,
                'D' => options.set_stamp(Stamp::Date)?,
                'm' => options.millis = true,
                'U' => options.utc = true,
                'n' => options.per = Per::Interval,
                '1' => options.decimals = 1,
                '2' => options.decimals = 2,
                'g' => options.numbers = NumberStyle::Point,
                'G' => options.numbers = NumberStyle::Decimal,
                'x' => options.exceptions = true,
                'z' => options.uncompressed = true,
                'u' => options.of_instant = true,
                'a' => options.existing = Existing::Append,
                'c' => options.existing = Existing::Replace,
                'X' => {}
                _ => return Err(UsageError::new("invalid option")),
            }
        }
        Ok(options)
    }

    fn set_stamp(&mut self, stamp: Stamp) -> Result<(), UsageError> {
        if self.stamp != Stamp::None && self.stamp != stamp {
            return Err(UsageError::new("use only 1 of -o dDT"));
        }
        self.stamp = stamp;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        let stamped = |text| Options::parse(text).map(|options| (options.stamp, options.millis));
        assert_eq!(stamped("Tm"), Ok((Stamp::Time, true)));
        assert_eq!(stamped("TT"), Ok((Stamp::Time, false)));
        assert_eq!(stamped("m"), Ok((Stamp::None, true)));
        assert_eq!(stamped("TD").unwrap_err().0, "use only 1 of -o dDT");
        assert_eq!(stamped("Z").unwrap_err().0, "invalid option");
        assert_eq!(
            Options::parse("n2").map(|options| (options.per, options.decimals)),
            Ok((Per::Interval, 2))
        );
        let options = Options::parse("xG").unwrap();
        assert!(options.exceptions && options.numbers == NumberStyle::Decimal);
        assert_eq!(Options::parse("X"), Ok(Options::default()));
    }
}

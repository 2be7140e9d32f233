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
    /// `i`: whether the header of a recording stands before the plots on the terminal.
    pub file_header: bool,
    /// The first letter that applies to plots alone.
    pub of_plots: Option<char>,
    /// `a`, `c`: what is done with a plot file that is there when recordings are played into it.
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
            if "12acz".contains(letter) {
                options.of_plots.get_or_insert(letter);
            }
            match letter {
                'i' => options.file_header = true,
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

    /// Refuses what applies to plots alone, where none are made.
    ///
    /// # Errors
    /// A [`UsageError`] with the Perl collectl's words.
    pub fn without_plots(&self) -> Result<(), UsageError> {
        match self.of_plots {
            Some('z') => Err(UsageError::new("-oz only applies to -P files")),
            Some(letter) => Err(UsageError::new(format!("option {letter} only apply to -P"))),
            None => Ok(()),
        }
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
        let refused = |text| Options::parse(text).unwrap().without_plots().unwrap_err().0;
        assert_eq!(refused("T2a"), "option 2 only apply to -P");
        assert_eq!(refused("z"), "-oz only applies to -P files");
        assert_eq!(Options::parse("TmuxXngG").unwrap().without_plots(), Ok(()));
    }
}

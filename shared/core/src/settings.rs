//! Settings for all subsystems: how counters are divided and how numbers are written.

use crate::number::NumberStyle;

/// Settings for all subsystems; the defaults are those of a run without switches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What counters are divided by (`-on`).
    pub per: Per,
    /// How numbers are written in few columns (`-w`, `-og`, `-oG`).
    pub numbers: NumberStyle,
    /// Decimals of the plot format (`-o1`, `-o2`).
    pub decimals: usize,
    /// Page size of the machine that is measured, in bytes.
    pub page_size: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { per: Per::default(), numbers: NumberStyle::default(), decimals: 0, page_size: 4096 }
    }
}

/// What counters are divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Per {
    /// The elapsed time: the results are rates.
    #[default]
    Second,
    /// Nothing: the results are counts of the interval (`-on`).
    Interval,
}

impl Per {
    /// Its name in headings: `sec` or `int`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Second => "sec",
            Self::Interval => "int",
        }
    }
}

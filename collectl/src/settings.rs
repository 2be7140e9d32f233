//! What the user chose that changes what subsystems measure and how numbers are written.

use crate::number::NumberStyle;
use crate::subsystem::{cpu, disk, memory, net};

/// All settings, as they come from switches; the defaults are those of a run without any.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What counters are divided by (`-on`).
    pub per: Per,
    /// How numbers are written in few columns (`-w`, `-og`, `-oG`).
    pub numbers: NumberStyle,
    /// Decimals of the plot format (`-o1`, `-o2`).
    pub decimals: usize,
    pub(crate) cpu: cpu::Options,
    pub(crate) disk: disk::Options,
    pub(crate) memory: memory::Options,
    pub(crate) net: net::Options,
}

/// What counters are divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Per {
    /// The seconds of the interval.
    #[default]
    Second,
    /// Nothing: they are what happened in the interval (`-on`).
    Interval,
}

impl Per {
    /// How it is called in headings: `sec` or `int`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Second => "sec",
            Self::Interval => "int",
        }
    }
}

//! What the user chose that changes what subsystems measure and how numbers are written.

use crate::number::NumberStyle;
use crate::subsystem::process::ProcessOptions;
use crate::subsystem::slab::SlabOptions;
use crate::subsystem::top::Top;

/// All settings, as they come from switches; the defaults are those of a run without any.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What counters are divided by (`-on`).
    pub per: Per,
    /// How numbers are written in few columns (`-w`, `-og`, `-oG`).
    pub numbers: NumberStyle,
    /// Decimals of the plot format (`-o1`, `-o2`).
    pub decimals: usize,
    /// How processes are captured and shown (`--procopts` and its kin).
    pub process: ProcessOptions,
    /// How slabs are (`--slabopts`, `--slabfilt`).
    pub slab: SlabOptions,
    /// Which processes or slabs are shown by their size (`--top`).
    pub top: Option<Top>,
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

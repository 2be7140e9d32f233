//! Memory as vmstat(8) shows it.

use super::Rates;
use super::sample::Levels;

/// What vmstat shows of memory.
pub(crate) struct Columns {
    /// kB, like the next four.
    pub(crate) swap_used: f64,
    pub(crate) free: f64,
    pub(crate) buffers: f64,
    pub(crate) cached: f64,
    pub(crate) inactive: f64,
    /// kB per second, like the following.
    pub(crate) swapped_in: f64,
    pub(crate) swapped_out: f64,
    pub(crate) paged_in: f64,
    pub(crate) paged_out: f64,
}

impl Rates {
    /// The columns of vmstat.
    pub(crate) fn vmstat(&self) -> Columns {
        let Levels { swap_used, free, buffers, cached, inactive, .. } = self.levels;
        Columns {
            swap_used,
            free,
            buffers,
            cached,
            inactive,
            swapped_in: self.swapped_in,
            swapped_out: self.swapped_out,
            paged_in: self.paged_in,
            paged_out: self.paged_out,
        }
    }
}

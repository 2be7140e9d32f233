//! Processors as vmstat(8) shows them.

use super::Rates;

/// What vmstat shows of processors.
pub(crate) struct Columns {
    /// Tasks that run, and tasks that are blocked.
    pub(crate) running: f64,
    pub(crate) blocked: f64,
    /// Per second, as the next one.
    pub(crate) interrupts: f64,
    pub(crate) switches: f64,
    /// Shares of time, as what follows: with those of low priority.
    pub(crate) user: f64,
    /// With interrupts and what a hypervisor took.
    pub(crate) system: f64,
    pub(crate) idle: f64,
    pub(crate) wait: f64,
}

impl Rates {
    /// The columns of vmstat.
    pub(crate) fn vmstat(&self) -> Columns {
        let total = &self.total;
        Columns {
            running: self.running as f64,
            blocked: self.blocked as f64,
            interrupts: self.interrupts,
            switches: self.switches,
            user: total.user + total.nice,
            system: total.all_system(),
            idle: total.idle,
            wait: total.wait,
        }
    }
}

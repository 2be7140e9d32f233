//! How processor time was spent.

use crate::settings::Per;
use crate::subsystem::counter::{Counters, counters};

counters! {
    /// Time of a processor since boot, in jiffies. `guest` is a part of `user`, and `guest_nice` of `nice`.
    pub(crate) struct CpuTime { user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice }
}

impl CpuTime {
    /// The total.
    fn whole(&self) -> u64 {
        let Self { user, nice, system, idle, iowait, irq, softirq, steal, .. } = *self;
        let times = [user, nice, system, idle, iowait, irq, softirq, steal];
        times.iter().fold(0, |sum, &time| sum.saturating_add(time))
    }
}

/// Shares of processor time in percent, or jiffies with `-on`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Shares {
    pub(super) user: f64,
    pub(super) nice: f64,
    pub(super) system: f64,
    pub(super) idle: f64,
    pub(super) wait: f64,
    pub(super) irq: f64,
    pub(super) soft: f64,
    pub(super) steal: f64,
    pub(super) guest: f64,
    pub(super) guest_nice: f64,
}

impl Shares {
    pub(super) fn between(previous: &CpuTime, current: &CpuTime, per: Per) -> Self {
        let spent = current.since(previous);
        let whole = match per {
            Per::Second => spent.whole().max(1) as f64,
            Per::Interval => 100.0,
        };
        let share = |jiffies: u64| 100.0 * jiffies as f64 / whole;
        Self {
            user: share(spent.user),
            nice: share(spent.nice),
            system: share(spent.system),
            idle: share(spent.idle),
            wait: share(spent.iowait),
            irq: share(spent.irq),
            soft: share(spent.softirq),
            steal: share(spent.steal),
            guest: share(spent.guest),
            guest_nice: share(spent.guest_nice),
        }
    }

    /// Time in the kernel, in interrupts, and taken by a hypervisor.
    pub(super) fn all_system(&self) -> f64 {
        self.system + self.irq + self.soft + self.steal
    }

    pub(super) fn busy(&self) -> f64 {
        self.user + self.nice + self.all_system()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.busy() == 0.0 && self.wait == 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_relative_to_the_elapsed_time() {
        let before = CpuTime { user: 10, idle: 10, ..CpuTime::default() };
        let now = CpuTime { user: 20, system: 10, idle: 30, guest: 5, ..CpuTime::default() };
        let shares = Shares::between(&before, &now, Per::Second);
        assert_eq!((shares.user, shares.system, shares.idle, shares.busy()), (25.0, 25.0, 50.0, 50.0));
        assert_eq!(Shares::between(&now, &now, Per::Second), Shares::default());
    }
}

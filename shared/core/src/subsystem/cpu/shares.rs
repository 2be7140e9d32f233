//! How processor time was spent.

use crate::scan::UNKNOWN;
use crate::settings::Per;
use crate::subsystem::counter::counters;

counters! {
    /// Time of a processor since boot, in jiffies. `guest` is a part of `user`, and `guest_nice` of `nice`.
    pub(crate) struct CpuTime { user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice }
}

impl CpuTime {
    /// All of it that is known, and whether that is all.
    fn whole(&self) -> (u64, bool) {
        let Self { user, nice, system, idle, iowait, irq, softirq, steal, .. } = *self;
        let times = [user, nice, system, idle, iowait, irq, softirq, steal];
        let known = times.iter().filter(|time| **time != UNKNOWN);
        let sum = known.fold(0, |sum: u64, &time| sum.saturating_add(time));
        (sum, !times.contains(&UNKNOWN))
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
    /// Those of what was spent, of which some may be [`UNKNOWN`]. Then the others are shares of the `elapsed` jiffies that
    /// the clock tells, if they fit in there; else nothing is known.
    pub(super) fn of(spent: &CpuTime, elapsed: f64, per: Per) -> Self {
        let (known, is_whole) = spent.whole();
        let whole = match per {
            Per::Interval => 100.0,
            Per::Second if is_whole => known.max(1) as f64,
            Per::Second if known as f64 <= elapsed => elapsed,
            Per::Second => f64::NAN,
        };
        let share = |jiffies: u64| if jiffies == UNKNOWN { f64::NAN } else { 100.0 * jiffies as f64 / whole };
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
    use crate::subsystem::counter::Counters as _;

    fn between(before: &CpuTime, now: &CpuTime) -> Shares {
        Shares::of(&now.changes(before), 100.0, Per::Second)
    }

    #[test]
    fn shares_are_relative_to_the_elapsed_time() {
        let before = CpuTime { user: 10, idle: 10, ..CpuTime::default() };
        let now = CpuTime { user: 20, system: 10, idle: 30, guest: 5, ..CpuTime::default() };
        let shares = between(&before, &now);
        assert_eq!((shares.user, shares.system, shares.idle, shares.busy()), (25.0, 25.0, 50.0, 50.0));
        assert_eq!(between(&now, &now), Shares::default());
    }

    #[test]
    fn nothing_is_made_of_the_rest_where_a_term_went_back() {
        let before = CpuTime { user: 10, idle: 1000, iowait: 50, ..CpuTime::default() };
        let now = CpuTime { user: 30, idle: 1070, iowait: 49, ..CpuTime::default() };
        let shares = between(&before, &now);
        assert_eq!((shares.user, shares.idle, shares.busy()), (20.0, 70.0, 20.0));
        assert!(shares.wait.is_nan());
        // More than passed.
        let shares = between(&before, &CpuTime { user: 150, ..now });
        assert!(shares.user.is_nan() && shares.idle.is_nan() && shares.busy().is_nan());
    }
}

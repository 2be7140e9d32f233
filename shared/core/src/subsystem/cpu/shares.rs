//! Where the time of processors went.

use crate::settings::Per;
use crate::subsystem::counter::increase;

/// user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice. The last two are in the first two, too.
pub(super) type Jiffies = [u64; 10];

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
    pub(super) fn between(previous: &Jiffies, current: &Jiffies, per: Per) -> Self {
        let spent: Jiffies = std::array::from_fn(|i| increase(previous[i], current[i]));
        let whole = match per {
            Per::Second => spent[..8].iter().fold(0, |sum: u64, &one| sum.saturating_add(one)).max(1) as f64,
            Per::Interval => 100.0,
        };
        let [user, nice, system, idle, wait, irq, soft, steal, guest, guest_nice] =
            spent.map(|jiffies| 100.0 * jiffies as f64 / whole);
        Self { user, nice, system, idle, wait, irq, soft, steal, guest, guest_nice }
    }

    /// Time not spent on user programs: the kernel's own, interrupts, and what a hypervisor took.
    pub(super) fn all_system(&self) -> f64 {
        self.system + self.irq + self.soft + self.steal
    }

    pub(super) fn busy(&self) -> f64 {
        self.user + self.nice + self.all_system()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.busy() == 0.0 && self.wait == 0.0
    }

    /// Everything but idle, guest and guest_nice, in the order in which all formats but brief have it.
    pub(super) fn user_to_steal(&self) -> [f64; 7] {
        [self.user, self.nice, self.system, self.wait, self.irq, self.soft, self.steal]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_the_time_that_passed() {
        let before = [10, 0, 0, 10, 0, 0, 0, 0, 0, 0];
        let now = [20, 0, 10, 30, 0, 0, 0, 0, 5, 0];
        let shares = Shares::between(&before, &now, Per::Second);
        assert_eq!((shares.user, shares.system, shares.idle, shares.busy()), (25.0, 25.0, 50.0, 50.0));
        assert_eq!(Shares::between(&now, &now, Per::Second), Shares::default());
    }
}

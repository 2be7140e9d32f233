//! Limits on the work for clients: a share of a processor for each address, so that none takes the time of all others.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Most addresses that are remembered; beyond that the one that owes least is dropped.
const MAX_ADDRESSES: usize = 1024;
/// The processor time for clients of one address.
const OF_ADDRESS: Share = Share { at_once: Duration::from_secs(1), divisor: 20 };

/// A share of a processor.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// What may be spent at once.
    pub at_once: Duration,
    /// One second may be spent in this many.
    pub divisor: u32,
}

/// What was spent, less what has been paid off over time.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    share: Share,
    owed: Duration,
    at: Instant,
}

impl Account {
    /// Nothing has been spent.
    #[must_use]
    pub fn new(share: Share, now: Instant) -> Self {
        Self { share, owed: Duration::ZERO, at: now }
    }

    /// Spends `cost`, and returns how long nothing more may be spent.
    pub fn spend(&mut self, cost: Duration, now: Instant) -> Duration {
        self.owed = self.owed_at(now) + cost;
        self.at = now;
        self.owed.saturating_sub(self.share.at_once) * self.share.divisor
    }

    fn owed_at(&self, now: Instant) -> Duration {
        self.owed.saturating_sub(now.saturating_duration_since(self.at) / self.share.divisor)
    }
}

/// The accounts of addresses.
#[derive(Debug, Default)]
pub struct Budgets(BTreeMap<IpAddr, Account>);

impl Budgets {
    /// Charges `address`. Returns how long its clients have to wait.
    pub fn spend(&mut self, address: IpAddr, cost: Duration, now: Instant) -> Duration {
        if !self.0.contains_key(&address) && self.0.len() >= MAX_ADDRESSES {
            self.0.retain(|_, account| !account.owed_at(now).is_zero());
            if self.0.len() >= MAX_ADDRESSES {
                let least = self.0.iter().min_by_key(|(_, account)| account.owed_at(now));
                let least = least.map(|(address, _)| *address);
                least.and_then(|address| self.0.remove(&address));
            }
        }
        self.0.entry(address).or_insert_with(|| Account::new(OF_ADDRESS, now)).spend(cost, now)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn beyond_its_share_a_client_has_to_wait() {
        let start = Instant::now();
        let mut account = Account::new(Share { at_once: 100 * MS, divisor: 10 }, start);
        assert_eq!(account.spend(100 * MS, start), Duration::ZERO);
        assert_eq!(account.spend(5 * MS, start), 50 * MS);
        assert_eq!(account.spend(5 * MS, start + 50 * MS), 50 * MS);
        assert_eq!(account.spend(100 * MS, start + 5000 * MS), Duration::ZERO);
    }

    #[test]
    fn addresses_have_separate_accounts_of_limited_number() {
        let start = Instant::now();
        let mut budgets = Budgets::default();
        let address = |number: u32| IpAddr::from(Ipv4Addr::from_bits(number));
        assert!(!budgets.spend(address(0), 2000 * MS, start).is_zero());
        for number in 1..5000 {
            assert!(budgets.spend(address(number), MS, start).is_zero());
            assert!(budgets.0.len() <= MAX_ADDRESSES);
        }
        assert!(!budgets.spend(address(0), MS, start).is_zero());
    }
}

//! The hosts that are known: found by name for each sample, and listed by name for each interval.

use std::collections::HashMap;
use std::sync::Arc;

use super::clock::HostClock;
use crate::base::time::Time;

/// Most hosts that are known; when one more comes, the one that was silent for longest is forgotten.
const MAX_HOSTS: usize = 16 * 1024;

/// A host, and its rows for intervals that are not finished.
#[derive(Debug)]
pub(super) struct Known<S> {
    pub(super) name: Arc<str>,
    pub(super) clock: HostClock,
    /// When its last sample arrived.
    pub(super) last_seen: Time,
    /// Whether it is connected.
    pub(super) up: bool,
    /// That of its last sample.
    pub(super) slot: Option<i64>,
    /// Rows that arrived for slots which were finished by then.
    pub(super) late: Vec<S>,
    /// Rows of open slots; seldom more than one.
    open: Vec<(i64, Vec<S>)>,
}

impl<S> Known<S> {
    fn new(name: &Arc<str>, last_seen: Time) -> Self {
        Self {
            name: Arc::clone(name),
            clock: HostClock::default(),
            last_seen,
            up: true,
            slot: None,
            late: Vec::new(),
            open: Vec::new(),
        }
    }

    /// True where there are rows for `slot`.
    pub(super) fn has(&self, slot: i64) -> bool {
        self.open.iter().any(|(number, _)| *number == slot)
    }

    /// The rows for `slot`; none so far where it is a new one.
    pub(super) fn rows(&mut self, slot: i64) -> &mut Vec<S> {
        let place = self.open.iter().position(|(number, _)| *number == slot).unwrap_or_else(|| {
            self.open.reserve_exact(1);
            self.open.push((slot, Vec::with_capacity(1)));
            self.open.len() - 1
        });
        &mut self.open[place].1
    }

    /// The rows for `slot`, which is finished.
    pub(super) fn take(&mut self, slot: i64) -> Option<Vec<S>> {
        let place = self.open.iter().position(|(number, _)| *number == slot)?;
        Some(self.open.remove(place).1)
    }

    /// Slots are renumbered; of two that become one, the later rows count.
    pub(super) fn renumber(&mut self, moved: impl Fn(i64) -> i64) {
        self.clock.forget_slot();
        let mut open = std::mem::take(&mut self.open);
        open.sort_unstable_by_key(|(slot, _)| *slot);
        for (slot, rows) in open {
            *self.rows(moved(slot)) = rows;
        }
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Hosts<S> {
    /// In the order they came.
    known: Vec<Known<S>>,
    places: HashMap<Arc<str>, usize>,
    /// Their places by name; rebuilt where it is shorter.
    sorted: Vec<usize>,
}

impl<S> Hosts<S> {
    /// None so far.
    pub(super) fn new() -> Self {
        Self { known: Vec::new(), places: HashMap::new(), sorted: Vec::new() }
    }

    /// The host of this name; a new one was seen at `now`.
    pub(super) fn entry(&mut self, name: &Arc<str>, now: Time) -> &mut Known<S> {
        let place = match self.places.get(name) {
            Some(&place) => place,
            None => self.add(name, now),
        };
        &mut self.known[place]
    }

    /// The host of this name, if it is known.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Known<S>> {
        self.known.get_mut(*self.places.get(name)?)
    }

    /// All, in the order they came.
    pub(super) fn all(&self) -> &[Known<S>] {
        &self.known
    }

    /// All, to be changed.
    pub(super) fn all_mut(&mut self) -> &mut [Known<S>] {
        &mut self.known
    }

    /// What `each` makes of all, by name.
    pub(super) fn by_name<T>(&mut self, mut each: impl FnMut(&mut Known<S>) -> T) -> Vec<T> {
        let Self { known, sorted, .. } = self;
        if sorted.len() != known.len() {
            *sorted = (0..known.len()).collect();
            sorted.sort_unstable_by(|&a, &b| known[a].name.cmp(&known[b].name));
        }
        sorted.iter().map(|&place| each(&mut known[place])).collect()
    }

    /// Forgets all others; true where there were any, so that places have changed.
    pub(super) fn retain(&mut self, keep: impl FnMut(&Known<S>) -> bool) -> bool {
        let before = self.known.len();
        self.known.retain(keep);
        if self.known.len() == before {
            return false;
        }
        self.sorted.clear();
        self.places = self.known.iter().enumerate().map(|(at, host)| (Arc::clone(&host.name), at)).collect();
        true
    }

    fn add(&mut self, name: &Arc<str>, now: Time) -> usize {
        self.sorted.clear();
        let place = if self.known.len() < MAX_HOSTS {
            self.known.push(Known::new(name, now));
            self.known.len() - 1
        } else {
            let oldest = (0..self.known.len()).min_by_key(|&place| self.known[place].last_seen).unwrap_or(0);
            let before = std::mem::replace(&mut self.known[oldest], Known::new(name, now));
            self.places.remove(&before.name);
            oldest
        };
        self.places.insert(Arc::clone(name), place);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(hosts: &mut Hosts<u32>) -> Vec<String> {
        hosts.by_name(|host| host.name.to_string())
    }

    #[test]
    fn hosts_are_listed_by_name() {
        let mut hosts = Hosts::new();
        for name in ["n3", "n1", "n2"] {
            hosts.entry(&name.into(), Time::from_micros(1)).rows(5).push(1);
        }
        assert_eq!(names(&mut hosts), ["n1", "n2", "n3"]);
        assert!(!hosts.retain(|_| true) && hosts.retain(|host| &*host.name != "n1"));
        assert!(hosts.get_mut("n1").is_none());
        assert_eq!(hosts.get_mut("n3").map(|host| host.take(5)), Some(Some(vec![1])));
        hosts.entry(&"n0".into(), Time::from_micros(1));
        assert_eq!(names(&mut hosts), ["n0", "n2", "n3"]);
    }

    #[test]
    fn the_one_that_was_silent_for_longest_makes_room() {
        let mut hosts = Hosts::new();
        for number in 0..=MAX_HOSTS {
            let seen = Time::from_micros(if number == 7 { 1 } else { 2 });
            hosts.entry(&format!("n{number}").into(), seen);
        }
        assert_eq!(hosts.all().len(), MAX_HOSTS);
        assert!(hosts.get_mut("n7").is_none() && hosts.get_mut("n8").is_some());
        assert_eq!(names(&mut hosts).len(), MAX_HOSTS);
    }
}

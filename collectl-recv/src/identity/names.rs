//! The names that hosts are shown as: the name that each reports, with a number if several report the same. Pure.
//!
//! The first host that reports a name is shown as `n1`, others as `n1#2`, `n1#3`, ... A name belongs to its origin: a
//! host of the command line, or an address. A connection that comes back from there gets its name again, and no other
//! does, so figures of two hosts never share a row.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use collectl_wire::display::sanitize;

use crate::base::ids::ConnId;

/// Longest name that is shown, in characters.
const MAX_NAME: usize = 255;
/// Largest number of names without a connection that are remembered. Beyond it the name of the host that left first is
/// forgotten.
const MAX_LEFT: usize = 16 * 1024;
/// Largest number of shared names that are reported one by one; the others are counted.
const MAX_ANNOUNCED: usize = 30;

/// The names of all streams, each of an origin `O`.
#[derive(Debug)]
pub(crate) struct Names<O> {
    held: HashMap<ConnId, Name>,
    reported: HashMap<Arc<str>, Reported<O>>,
    shown: HashSet<Arc<str>>,
    /// Slots without a connection, in the order in which they lost it.
    left: BTreeMap<u64, (Arc<str>, u32)>,
    next_left: u64,
    announced: usize,
}

/// The name of a connection.
#[derive(Debug)]
struct Name {
    /// As the stream reports it.
    raw: Box<str>,
    reported: Arc<str>,
    number: u32,
    shown: Arc<str>,
}

/// All hosts that report one name.
#[derive(Debug)]
struct Reported<O> {
    slots: BTreeMap<u32, Slot<O>>,
    /// Slots without a connection.
    empty: HashMap<O, BTreeSet<u32>>,
    next: u32,
}

/// A host that reports a name.
#[derive(Debug)]
struct Slot<O> {
    shown: Arc<str>,
    origin: O,
    /// Its key in [`Names::left`], while it has no connection.
    left: Option<u64>,
}

/// A name that a second host reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clash<O> {
    pub(crate) name: Arc<str>,
    /// The origins of the first host and of the next one.
    pub(crate) origins: [O; 2],
    /// The name that the next one is shown as.
    pub(crate) shown: Arc<str>,
}

/// A name that several hosts reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shared<'a, O> {
    pub(crate) name: &'a str,
    /// The name that each is shown as, and its origin.
    pub(crate) hosts: Vec<(&'a str, &'a O)>,
}

impl<O> Default for Names<O> {
    fn default() -> Self {
        Self {
            held: HashMap::new(),
            reported: HashMap::new(),
            shown: HashSet::new(),
            left: BTreeMap::new(),
            next_left: 0,
            announced: 0,
        }
    }
}

impl<O: Clone + Eq + Hash> Names<O> {
    /// The name to show for a connection from `origin` that reports the name `raw`; and the other host of that name, if
    /// that is new. `before` are earlier origins of the same host.
    pub(crate) fn of(
        &mut self,
        conn: ConnId,
        raw: &str,
        origin: &O,
        before: &[O],
    ) -> (Arc<str>, Option<Clash<O>>) {
        if let Some(held) = self.held.get(&conn).filter(|held| &*held.raw == raw) {
            return (Arc::clone(&held.shown), None);
        }
        self.leave(conn);
        let reported = displayed(raw);
        let (number, clash) = match self.return_to(&reported, origin, before) {
            Some(number) => (number, None),
            None => self.settle(&reported, origin),
        };
        let slot = &self.reported[&reported].slots[&number];
        let shown = Arc::clone(&slot.shown);
        self.held.insert(conn, Name { raw: raw.into(), reported, number, shown: Arc::clone(&shown) });
        (shown, clash)
    }

    /// A connection ended. Its name is kept for when it comes back.
    pub(crate) fn leave(&mut self, conn: ConnId) {
        let Some(Name { reported, number, .. }) = self.held.remove(&conn) else { return };
        let Some(all) = self.reported.get_mut(&reported) else { return };
        let Some(slot) = all.slots.get_mut(&number) else { return };
        slot.left = Some(self.next_left);
        all.empty.entry(slot.origin.clone()).or_default().insert(number);
        self.left.insert(self.next_left, (reported, number));
        self.next_left += 1;
        if self.left.len() > MAX_LEFT
            && let Some((_, (reported, number))) = self.left.pop_first()
        {
            self.forget(&reported, number);
        }
    }

    /// The host of a connection will come back from `origin`, if it does.
    pub(crate) fn hand_over(&mut self, conn: ConnId, origin: O) {
        if let Some(held) = self.held.get(&conn)
            && let Some(reported) = self.reported.get_mut(&held.reported)
            && let Some(slot) = reported.slots.get_mut(&held.number)
        {
            slot.origin = origin;
        }
    }

    /// Names that several hosts reported: the first of them, and the number of others.
    pub(crate) fn shared(&self) -> (Vec<Shared<'_, O>>, usize) {
        let mut all: Vec<_> = self
            .reported
            .iter()
            .filter(|(_, reported)| reported.slots.len() > 1)
            .map(|(name, reported)| Shared {
                name,
                hosts: reported.slots.values().map(|slot| (&*slot.shown, &slot.origin)).collect(),
            })
            .collect();
        all.sort_by_key(|shared| shared.name);
        let more = all.len().saturating_sub(MAX_ANNOUNCED);
        all.truncate(MAX_ANNOUNCED);
        (all, more)
    }

    /// Takes the first slot without a connection of `origin`, or else of one of `before`, which then belongs to
    /// `origin`.
    fn return_to(&mut self, reported: &Arc<str>, origin: &O, before: &[O]) -> Option<u32> {
        let all = self.reported.get_mut(reported)?;
        let was = std::iter::once(origin).chain(before).find(|origin| all.empty.contains_key(origin))?;
        let empty = all.empty.get_mut(was)?;
        let number = empty.pop_first()?;
        if empty.is_empty() {
            all.empty.remove(was);
        }
        let slot = all.slots.get_mut(&number)?;
        slot.origin = origin.clone();
        if let Some(left) = slot.left.take() {
            self.left.remove(&left);
        }
        Some(number)
    }

    /// Makes a slot for one more host.
    fn settle(&mut self, reported: &Arc<str>, origin: &O) -> (u32, Option<Clash<O>>) {
        let all = self.reported.entry(Arc::clone(reported)).or_insert_with(|| Reported {
            slots: BTreeMap::new(),
            empty: HashMap::new(),
            next: 1,
        });
        let (number, shown) = loop {
            let number = all.next;
            all.next = number.wrapping_add(1);
            let shown =
                if number == 1 { Arc::clone(reported) } else { format!("{reported}#{number}").into() };
            // A host may report the name n1#2.
            if !self.shown.contains(&shown) {
                break (number, shown);
            }
        };
        self.shown.insert(Arc::clone(&shown));
        let first = all.slots.values().next().map(|slot| slot.origin.clone());
        let is_second = all.slots.len() == 1;
        let slot = Slot { shown: Arc::clone(&shown), origin: origin.clone(), left: None };
        all.slots.insert(number, slot);
        let clash = first.filter(|_| is_second && self.announced < MAX_ANNOUNCED).map(|first| Clash {
            name: Arc::clone(reported),
            origins: [first, origin.clone()],
            shown,
        });
        self.announced += usize::from(clash.is_some());
        (number, clash)
    }

    fn forget(&mut self, reported: &Arc<str>, number: u32) {
        let Some(all) = self.reported.get_mut(reported) else { return };
        if let Some(slot) = all.slots.remove(&number) {
            self.shown.remove(&slot.shown);
            if let Some(empty) = all.empty.get_mut(&slot.origin) {
                empty.remove(&number);
                if empty.is_empty() {
                    all.empty.remove(&slot.origin);
                }
            }
        }
        if all.slots.is_empty() {
            self.reported.remove(reported);
        }
    }
}

/// A reported name as it is shown.
fn displayed(raw: &str) -> Arc<str> {
    let name: String = sanitize(raw.as_bytes()).chars().take(MAX_NAME).collect();
    if name.is_empty() { "?".into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A connection `conn` from `origin` that reports `name`.
    fn of(names: &mut Names<u32>, conn: u64, name: &str, origin: u32) -> String {
        names.of(ConnId(conn), name, &origin, &[]).0.to_string()
    }

    #[test]
    fn a_host_that_comes_back_has_its_name_again() {
        let mut names = Names::default();
        assert_eq!([of(&mut names, 1, "n", 10), of(&mut names, 2, "n", 20)], ["n", "n#2"]);
        assert_eq!(of(&mut names, 1, "n", 10), "n");
        names.leave(ConnId(1));
        names.leave(ConnId(2));
        assert_eq!([of(&mut names, 3, "n", 20), of(&mut names, 4, "n", 30)], ["n#2", "n#3"]);
        assert_eq!(of(&mut names, 5, "n", 10), "n");
    }

    #[test]
    fn one_address_may_have_several_hosts() {
        let mut names = Names::default();
        assert_eq!([1, 2, 3].map(|conn| of(&mut names, conn, "n", 10)), ["n", "n#2", "n#3"]);
        names.leave(ConnId(2));
        assert_eq!(of(&mut names, 4, "n", 10), "n#2");
    }

    #[test]
    fn numbers_do_not_collide_with_names() {
        let mut names = Names::default();
        assert_eq!([of(&mut names, 1, "n#2", 1), of(&mut names, 2, "n", 2)], ["n#2", "n"]);
        assert_eq!([of(&mut names, 3, "n", 3), of(&mut names, 4, "n#2", 4)], ["n#3", "n#2#2"]);
        assert_eq!([of(&mut names, 5, "\x1b", 5), of(&mut names, 6, "", 6)], ["?", "?#2"]);
    }

    #[test]
    fn a_clash_is_reported_once() {
        let mut names = Names::default();
        let clash = |names: &mut Names<u32>, conn| names.of(ConnId(conn), "n", &(conn as u32), &[]).1;
        assert_eq!(clash(&mut names, 1), None);
        let announced = Clash { name: "n".into(), origins: [1, 2], shown: "n#2".into() };
        assert_eq!([clash(&mut names, 2), clash(&mut names, 3)], [Some(announced), None]);
        let (shared, more) = names.shared();
        let hosts = vec![("n", &1), ("n#2", &2), ("n#3", &3)];
        assert_eq!((shared, more), (vec![Shared { name: "n", hosts }], 0));
    }

    #[test]
    fn a_host_that_moved_is_the_same() {
        let mut names = Names::default();
        of(&mut names, 1, "n", 10);
        names.leave(ConnId(1));
        assert_eq!(&*names.of(ConnId(2), "n", &20, &[15, 10]).0, "n");
        names.leave(ConnId(2));
        assert_eq!([of(&mut names, 3, "n", 10), of(&mut names, 4, "n", 20)], ["n#2", "n"]);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut names = Names::default();
        for conn in 0..MAX_LEFT as u64 + 10 {
            of(&mut names, conn, &format!("n{conn}"), 1);
            names.leave(ConnId(conn));
        }
        assert_eq!(
            (names.left.len(), names.reported.len(), names.shown.len()),
            (MAX_LEFT, MAX_LEFT, MAX_LEFT)
        );
    }
}

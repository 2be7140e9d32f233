//! What hosts are shown as: the name that each says, and a number behind it where several say the same. Pure.
//!
//! The first that says a name is shown as `n1`, others as `n1#2`, `n1#3`, ... A name belongs to its origin: a host of the
//! command line, or an address. Who comes back from there gets the same name again, and nobody else does, so that figures
//! of two hosts never stand in one row.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use collectl_wire::display::sanitize;

use crate::base::ids::ConnId;

/// Longest name that is shown, in characters.
const MAX_NAME: usize = 255;
/// Names without a connection that are remembered; when there is one more, that of the host that left first is forgotten.
const MAX_LEFT: usize = 16 * 1024;
/// Names of several hosts that are told one by one; the others are counted.
const MAX_TOLD: usize = 30;

/// The names of all streams, each of an origin `O`.
#[derive(Debug)]
pub(crate) struct Names<O> {
    held: HashMap<ConnId, Held>,
    said: HashMap<Arc<str>, Said<O>>,
    shown: HashSet<Arc<str>>,
    /// Places that are empty, in the order in which they became so.
    left: BTreeMap<u64, (Arc<str>, u32)>,
    next_left: u64,
    told: usize,
}

/// What a connection is called.
#[derive(Debug)]
struct Held {
    /// As its stream says it.
    raw: Box<str>,
    said: Arc<str>,
    number: u32,
    shown: Arc<str>,
}

/// All hosts that say one name.
#[derive(Debug)]
struct Said<O> {
    places: BTreeMap<u32, Place<O>>,
    /// Places without a connection.
    empty: HashMap<O, BTreeSet<u32>>,
    next: u32,
}

/// A host that says a name.
#[derive(Debug)]
struct Place<O> {
    shown: Arc<str>,
    origin: O,
    /// Its key in [`Names::left`], while it has no connection.
    left: Option<u64>,
}

/// A name that two hosts say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clash<O> {
    pub(crate) name: Arc<str>,
    /// Where the first one is, and the next.
    pub(crate) origins: [O; 2],
    /// What the next is shown as.
    pub(crate) shown: Arc<str>,
}

/// A name that several hosts said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shared<'a, O> {
    pub(crate) name: &'a str,
    /// What each is shown as, and where it is.
    pub(crate) hosts: Vec<(&'a str, &'a O)>,
}

impl<O> Default for Names<O> {
    fn default() -> Self {
        Self {
            held: HashMap::new(),
            said: HashMap::new(),
            shown: HashSet::new(),
            left: BTreeMap::new(),
            next_left: 0,
            told: 0,
        }
    }
}

impl<O: Clone + Eq + Hash> Names<O> {
    /// What a connection from `origin` is shown as that says the name `raw`; and the other host of that name, where that
    /// is news. A host that was at another of `before`, and left, is taken for the same.
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
        let said = displayed(raw);
        let (number, clash) = match self.return_to(&said, origin, before) {
            Some(number) => (number, None),
            None => self.settle(&said, origin),
        };
        let place = &self.said[&said].places[&number];
        let shown = Arc::clone(&place.shown);
        self.held.insert(conn, Held { raw: raw.into(), said, number, shown: Arc::clone(&shown) });
        (shown, clash)
    }

    /// A connection ended: its name waits for it to come back.
    pub(crate) fn leave(&mut self, conn: ConnId) {
        let Some(Held { said, number, .. }) = self.held.remove(&conn) else { return };
        let Some(all) = self.said.get_mut(&said) else { return };
        let Some(place) = all.places.get_mut(&number) else { return };
        place.left = Some(self.next_left);
        all.empty.entry(place.origin.clone()).or_default().insert(number);
        self.left.insert(self.next_left, (said, number));
        self.next_left += 1;
        if self.left.len() > MAX_LEFT
            && let Some((_, (said, number))) = self.left.pop_first()
        {
            self.forget(&said, number);
        }
    }

    /// The host of a connection will come back, if it does, from `origin`.
    pub(crate) fn hand_over(&mut self, conn: ConnId, origin: O) {
        if let Some(held) = self.held.get(&conn)
            && let Some(said) = self.said.get_mut(&held.said)
            && let Some(place) = said.places.get_mut(&held.number)
        {
            place.origin = origin;
        }
    }

    /// Names that several hosts said: the first of them, and how many more there are.
    pub(crate) fn shared(&self) -> (Vec<Shared<'_, O>>, usize) {
        let mut all: Vec<_> = self
            .said
            .iter()
            .filter(|(_, said)| said.places.len() > 1)
            .map(|(name, said)| Shared {
                name,
                hosts: said.places.values().map(|place| (&*place.shown, &place.origin)).collect(),
            })
            .collect();
        all.sort_by_key(|shared| shared.name);
        let more = all.len().saturating_sub(MAX_TOLD);
        all.truncate(MAX_TOLD);
        (all, more)
    }

    /// Takes an empty place of `origin` again, the first of them; or of one of `before`, which becomes its own.
    fn return_to(&mut self, said: &Arc<str>, origin: &O, before: &[O]) -> Option<u32> {
        let all = self.said.get_mut(said)?;
        let was = std::iter::once(origin).chain(before).find(|origin| all.empty.contains_key(origin))?;
        let empty = all.empty.get_mut(was)?;
        let number = empty.pop_first()?;
        if empty.is_empty() {
            all.empty.remove(was);
        }
        let place = all.places.get_mut(&number)?;
        place.origin = origin.clone();
        if let Some(left) = place.left.take() {
            self.left.remove(&left);
        }
        Some(number)
    }

    /// Makes a place for one more host.
    fn settle(&mut self, said: &Arc<str>, origin: &O) -> (u32, Option<Clash<O>>) {
        let all = self.said.entry(Arc::clone(said)).or_insert_with(|| Said {
            places: BTreeMap::new(),
            empty: HashMap::new(),
            next: 1,
        });
        let (number, shown) = loop {
            let number = all.next;
            all.next = number.wrapping_add(1);
            let shown = if number == 1 { Arc::clone(said) } else { format!("{said}#{number}").into() };
            // A host may call itself n1#2.
            if !self.shown.contains(&shown) {
                break (number, shown);
            }
        };
        self.shown.insert(Arc::clone(&shown));
        let first = all.places.values().next().map(|place| place.origin.clone());
        let is_second = all.places.len() == 1;
        let place = Place { shown: Arc::clone(&shown), origin: origin.clone(), left: None };
        all.places.insert(number, place);
        let clash = first.filter(|_| is_second && self.told < MAX_TOLD).map(|first| Clash {
            name: Arc::clone(said),
            origins: [first, origin.clone()],
            shown,
        });
        self.told += usize::from(clash.is_some());
        (number, clash)
    }

    fn forget(&mut self, said: &Arc<str>, number: u32) {
        let Some(all) = self.said.get_mut(said) else { return };
        if let Some(place) = all.places.remove(&number) {
            self.shown.remove(&place.shown);
            if let Some(empty) = all.empty.get_mut(&place.origin) {
                empty.remove(&number);
                if empty.is_empty() {
                    all.empty.remove(&place.origin);
                }
            }
        }
        if all.places.is_empty() {
            self.said.remove(said);
        }
    }
}

/// A name as it is shown.
fn displayed(raw: &str) -> Arc<str> {
    let name: String = sanitize(raw.as_bytes()).chars().take(MAX_NAME).collect();
    if name.is_empty() { "?".into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A connection `conn` from `origin` that says `name`.
    fn of(names: &mut Names<u32>, conn: u64, name: &str, origin: u32) -> String {
        names.of(ConnId(conn), name, &origin, &[]).0.to_string()
    }

    #[test]
    fn who_comes_back_is_called_as_before() {
        let mut names = Names::default();
        assert_eq!([of(&mut names, 1, "n", 10), of(&mut names, 2, "n", 20)], ["n", "n#2"]);
        assert_eq!(of(&mut names, 1, "n", 10), "n");
        names.leave(ConnId(1));
        names.leave(ConnId(2));
        assert_eq!([of(&mut names, 3, "n", 20), of(&mut names, 4, "n", 30)], ["n#2", "n#3"]);
        assert_eq!(of(&mut names, 5, "n", 10), "n");
    }

    #[test]
    fn several_may_stand_behind_one_address() {
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
    fn a_clash_is_told_once() {
        let mut names = Names::default();
        let clash = |names: &mut Names<u32>, conn| names.of(ConnId(conn), "n", &(conn as u32), &[]).1;
        assert_eq!(clash(&mut names, 1), None);
        let told = Clash { name: "n".into(), origins: [1, 2], shown: "n#2".into() };
        assert_eq!([clash(&mut names, 2), clash(&mut names, 3)], [Some(told), None]);
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
        assert_eq!((names.left.len(), names.said.len(), names.shown.len()), (MAX_LEFT, MAX_LEFT, MAX_LEFT));
    }
}

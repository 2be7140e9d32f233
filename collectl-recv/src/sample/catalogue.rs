//! The column names of all streams. Those of most hosts are the same: they are kept once.

use std::collections::HashSet;
use std::sync::Arc;

use super::Column;

/// Most different lists of names in use.
const MAX_LISTS: usize = 16 << 10;
/// Most names in all of them: some 50 MB, whatever hosts send.
const MAX_NAMES: usize = 512 << 10;

/// The lists that are in use, and what was refused.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    known: HashSet<Arc<[Column]>>,
    /// How many names there are in them.
    names: usize,
    /// What hosts sent and is left out.
    pub(crate) refused: Refused,
}

/// What hosts sent and is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Column names, headers and JSON keys that are too long or too many: each is cut or left out.
    pub(crate) names: u64,
    /// Lines that begin like a JSON object and are none.
    pub(crate) objects: u64,
}

impl Catalogue {
    /// The same names, shared with others that have them. None, and counted, where there is no room for more.
    pub(super) fn shared(&mut self, columns: &[Column]) -> Option<Arc<[Column]>> {
        if let Some(known) = self.known.get(columns) {
            return Some(Arc::clone(known));
        }
        if !self.has_room(columns.len()) {
            self.known.retain(|columns| Arc::strong_count(columns) > 1);
            self.names = self.known.iter().map(|columns| columns.len()).sum();
        }
        if !self.has_room(columns.len()) {
            self.refused.names += 1;
            return None;
        }
        let columns: Arc<[Column]> = columns.into();
        self.names += columns.len();
        self.known.insert(Arc::clone(&columns));
        Some(columns)
    }

    fn has_room(&self, names: usize) -> bool {
        self.known.len() < MAX_LISTS && self.names + names <= MAX_NAMES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: usize) -> [Column; 1] {
        [Column::new("CPU", &name.to_string())]
    }

    #[test]
    fn equal_names_are_kept_once_and_unused_ones_make_room() {
        let mut catalogue = Catalogue::default();
        let first = catalogue.shared(&named(0)).unwrap();
        assert!(Arc::ptr_eq(&first, &catalogue.shared(&named(0)).unwrap()));
        for name in 1..=MAX_LISTS {
            assert!(catalogue.shared(&named(name)).is_some());
        }
        assert!(catalogue.known.len() < MAX_LISTS);
        assert!(Arc::ptr_eq(&first, &catalogue.shared(&named(0)).unwrap()));
    }

    #[test]
    fn names_of_hosts_take_no_more_room_than_there_is() {
        let mut catalogue = Catalogue::default();
        let columns: Vec<Column> = (0..1024).map(|name| Column::new("", &name.to_string())).collect();
        let lists: Vec<_> = (0..600)
            .map(|list| catalogue.shared(&[&named(list + 5000)[..], &columns[..1023]].concat()))
            .collect();
        let refused = lists.iter().filter(|list| list.is_none()).count();
        assert_eq!((refused, catalogue.refused.names), (600 - MAX_NAMES / 1024, refused as u64));
        drop(lists);
        assert!(catalogue.shared(&columns).is_some(), "names that nobody uses make room");
    }
}

//! The column names of all streams. Those of most hosts are the same: they are kept once.

use std::collections::HashSet;
use std::sync::Arc;

use super::Column;

/// Most lists of names that are remembered; those of more hosts are kept for each.
const MAX_KNOWN: usize = 1024;

/// The lists that are in use.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    known: HashSet<Arc<[Column]>>,
}

impl Catalogue {
    /// The same names, shared with others that have them.
    pub(super) fn shared(&mut self, columns: &[Column]) -> Arc<[Column]> {
        if let Some(known) = self.known.get(columns) {
            return Arc::clone(known);
        }
        if self.known.len() >= MAX_KNOWN {
            self.known.retain(|columns| Arc::strong_count(columns) > 1);
        }
        let columns: Arc<[Column]> = columns.into();
        if self.known.len() < MAX_KNOWN {
            self.known.insert(Arc::clone(&columns));
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_kept_once_and_unused_ones_make_room() {
        let mut catalogue = Catalogue::default();
        let named = |name: usize| [Column::new("CPU", &name.to_string())];
        let first = catalogue.shared(&named(0));
        assert!(Arc::ptr_eq(&first, &catalogue.shared(&named(0))));
        for name in 1..=MAX_KNOWN {
            catalogue.shared(&named(name));
        }
        assert!(catalogue.known.len() < MAX_KNOWN);
        assert!(Arc::ptr_eq(&first, &catalogue.shared(&named(0))));
    }
}

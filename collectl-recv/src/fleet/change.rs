//! What a changed roster means: hosts that are new, gone, or connected to by another method. Pure.

use std::collections::{HashMap, HashSet};
use std::fmt;

use collectl_wire::display::counted;

use crate::base::ids::HostId;
use crate::target::host::{Aliased, Method};

/// The differences between the present hosts and a roster.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Changes {
    /// Hosts that the roster does not list any more, and whether it lists them with another method.
    pub(crate) gone: Vec<(HostId, bool)>,
    /// Hosts that it lists now, and those that they replace.
    pub(crate) new: Vec<(Aliased<Method>, Option<HostId>)>,
}

impl Changes {
    /// Compares the present hosts with those that are wanted.
    pub(crate) fn between(present: &HashMap<&Aliased<Method>, HostId>, wanted: &[Aliased<Method>]) -> Self {
        // The same host, whatever its method.
        let key = |host: &Aliased<Method>| (host.host.host().to_owned(), host.alias.clone());
        let listed: HashSet<_> = wanted.iter().collect();
        let mut gone: Vec<_> = present.iter().filter(|(host, _)| !listed.contains(*host)).collect();
        gone.sort_by_key(|(_, id)| **id);
        let mut left: HashMap<_, HostId> = gone.iter().map(|(host, id)| (key(host), **id)).collect();
        let new = wanted.iter().filter(|host| !present.contains_key(host));
        let new: Vec<_> = new.map(|host| (host.clone(), left.remove(&key(host)))).collect();
        let moved: HashSet<_> = new.iter().filter_map(|(_, before)| *before).collect();
        Self { gone: gone.into_iter().map(|(_, &id)| (id, moved.contains(&id))).collect(), new }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moved = self.gone.iter().filter(|(_, moved)| *moved).count();
        let hosts = counted(moved as u64, "host");
        let (new, gone) = (self.new.len() - moved, self.gone.len() - moved);
        write!(f, "the file has changed: {hosts} moved, {new} new, {gone} gone")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::parse::{server, target};

    #[test]
    fn hosts_are_kept_moved_added_and_removed() {
        let launch = |text| Aliased { host: Method::Launch(target(text).unwrap()), alias: None };
        let connect =
            |text| Aliased { host: Method::Connect(server(text, 2655, false).unwrap()), alias: None };
        let before = [launch("a"), launch("b"), connect("c")];
        let present = before.iter().zip(0..).map(|(host, id)| (host, HostId(id))).collect();
        let changes = Changes::between(&present, &[launch("a"), connect("b"), launch("d")]);
        assert_eq!(changes.gone, [(HostId(1), true), (HostId(2), false)]);
        assert_eq!(changes.new, [(connect("b"), Some(HostId(1))), (launch("d"), None)]);
        assert_eq!(changes.to_string(), "the file has changed: 1 host moved, 1 new, 1 gone");
        assert!(Changes::between(&present, &before).is_empty());
    }
}

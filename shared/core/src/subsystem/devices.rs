//! Counters of many devices by name.

use collectl_wire::display::sanitize;

/// The devices of one sample. The memory of names is reused from sample to sample.
#[derive(Debug, Default)]
pub(crate) struct Devices<T> {
    entries: Vec<(Vec<u8>, T)>,
    length: usize,
}

impl<T> Devices<T> {
    /// Removes all devices.
    pub(crate) fn clear(&mut self) {
        self.length = 0;
    }

    /// Appends a device. Its name is foreign text, from which anything is removed that could control a terminal.
    pub(crate) fn push(&mut self, name: &[u8], counters: T) {
        let name = sanitize(name);
        let name = name.as_bytes();
        match self.entries.get_mut(self.length) {
            Some((old, place)) => {
                old.clear();
                old.extend_from_slice(name);
                *place = counters;
            }
            None => self.entries.push((name.to_vec(), counters)),
        }
        self.length += 1;
    }

    /// The names in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.entries().iter().map(|(name, _)| &name[..])
    }

    /// Sorts the devices that were in `earlier` first, in their order there, and new ones after them, in the order in
    /// which they were pushed. So a device keeps its position as long as it exists.
    pub(crate) fn arrange(&mut self, earlier: &Self) {
        let mut place = 0;
        for name in earlier.names() {
            let rest = &mut self.entries[place..self.length];
            match rest.iter().position(|entry| entry.0 == name) {
                Some(0) => place += 1,
                Some(found) => {
                    rest[..=found].rotate_right(1);
                    place += 1;
                }
                None => {}
            }
        }
    }

    /// Every device with its counters then and now. A new device gives no rate yet: its current counters are used for
    /// both.
    pub(crate) fn since<'a>(&'a self, earlier: &'a Self) -> impl Iterator<Item = (&'a [u8], &'a T, &'a T)> {
        let old = earlier.entries();
        let mut next = 0;
        self.entries().iter().map(move |(name, now)| {
            let at = |index: usize| old.get(index).is_some_and(|entry| entry.0 == *name);
            let found = if at(next) { Some(next) } else { old.iter().position(|entry| entry.0 == *name) };
            next = found.map_or(next, |found| found + 1);
            (&name[..], found.map_or(now, |found| &old[found].1), now)
        })
    }

    fn entries(&self) -> &[(Vec<u8>, T)] {
        &self.entries[..self.length]
    }
}

/// Figures of devices by name, in order; the names share one buffer.
#[derive(Debug, PartialEq)]
pub(crate) struct Listed<T> {
    names: Vec<u8>,
    entries: Vec<(usize, T)>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { names: Vec::new(), entries: Vec::new() }
    }
}

impl<T> Listed<T> {
    /// Appends a device.
    pub(crate) fn push(&mut self, name: &[u8], value: T) {
        self.names.extend_from_slice(name);
        self.entries.push((self.names.len(), value));
    }

    /// All devices.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &T)> {
        let mut start = 0;
        self.entries.iter().map(move |(end, value)| {
            let name = &self.names[start..*end];
            start = *end;
            (name, value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices(list: &[(&str, u32)]) -> Devices<u32> {
        let mut devices = Devices::default();
        list.iter().for_each(|(name, value)| devices.push(name.as_bytes(), *value));
        devices
    }

    fn since(now: &Devices<u32>, before: &Devices<u32>) -> Vec<(String, u32, u32)> {
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        now.since(before).map(|(name, before, now)| (text(name), *before, *now)).collect()
    }

    #[test]
    fn devices_come_and_go() {
        let before = devices(&[("sda", 1), ("sdb", 2), ("sdc", 3)]);
        let mut now = devices(&[("old", 9)]);
        now.clear();
        for (name, value) in [(&b"sdx"[..], 14), (b"sdc", 13), (b"sda", 11), (b"sdd", 15)] {
            now.push(name, value);
        }
        now.arrange(&before);
        let expected = [("sda", 1, 11), ("sdc", 3, 13), ("sdx", 14, 14), ("sdd", 15, 15)];
        assert_eq!(since(&now, &before), expected.map(|(name, before, now)| (name.to_owned(), before, now)));
    }

    #[test]
    fn devices_with_the_same_name_keep_their_order() {
        let before = devices(&[("a", 1), ("a", 2), ("b", 3)]);
        let mut now = devices(&[("b", 13), ("a", 11), ("a", 12)]);
        now.arrange(&before);
        let expected = [("a", 1, 11), ("a", 2, 12), ("b", 3, 13)];
        assert_eq!(since(&now, &before), expected.map(|(name, before, now)| (name.to_owned(), before, now)));
    }

    #[test]
    fn listed_devices() {
        let mut listed = Listed::default();
        listed.push(b"eth0", 1);
        listed.push(b"", 2);
        listed.push(b"lo", 3);
        assert_eq!(listed.iter().collect::<Vec<_>>(), [(&b"eth0"[..], &1), (b"", &2), (b"lo", &3)]);
    }
}

//! Counters of many devices by name, in the order the kernel lists them.

/// The devices of one sample. Names keep their memory from one sample to the next.
#[derive(Debug, Default)]
pub(crate) struct Devices<T> {
    entries: Vec<(Vec<u8>, T)>,
    length: usize,
}

impl<T> Devices<T> {
    /// Forgets all devices.
    pub(crate) fn clear(&mut self) {
        self.length = 0;
    }

    /// Appends a device.
    pub(crate) fn push(&mut self, name: &[u8], counters: T) {
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

    /// Every device that was there in `earlier` too, with its counters then and now. A device that is new has no past,
    /// so nothing can be said of it yet.
    pub(crate) fn since<'a>(&'a self, earlier: &'a Self) -> impl Iterator<Item = (&'a [u8], &'a T, &'a T)> {
        let old = &earlier.entries[..earlier.length];
        self.entries[..self.length].iter().enumerate().filter_map(move |(index, (name, now))| {
            let (_, before) = match old.get(index) {
                Some(entry) if entry.0 == *name => entry,
                _ => old.iter().find(|entry| entry.0 == *name)?,
            };
            Some((&name[..], before, now))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_come_and_go() {
        let (mut before, mut now) = (Devices::default(), Devices::default());
        for (name, value) in [(&b"sda"[..], 1), (b"sdb", 2), (b"sdc", 3)] {
            before.push(name, value);
        }
        now.push(b"old", 9);
        now.clear();
        for (name, value) in [(&b"sda"[..], 11), (b"sdc", 13), (b"sdd", 14)] {
            now.push(name, value);
        }
        assert_eq!(now.since(&before).collect::<Vec<_>>(), [(&b"sda"[..], &1, &11), (b"sdc", &3, &13)]);
    }
}

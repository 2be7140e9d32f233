//! The changes of caches between two samples.

use std::cmp::Reverse;
use std::ops::Range;

use super::{Cache, Key, Sample, SlabOptions};

/// The caches that are shown, and their sums.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    names: Vec<u8>,
    /// In the kernel's order.
    pub(super) rows: Vec<Row>,
    pub(super) total: Total,
}

/// A cache and the change of its memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    name: Range<usize>,
    /// Its position in the kernel's order, as text.
    place: String,
    pub(super) cache: Cache,
    pub(super) bytes: Bytes,
    /// Bytes that it grew by; zero for a new cache, whose past is not known.
    pub(super) change: i64,
    /// The growth in percent of the previous size.
    pub(super) percent: f64,
}

/// Memory of a cache: of its objects in use, all its objects, its slabs in use and all its slabs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bytes {
    pub(super) active: u64,
    pub(super) objects: u64,
    pub(super) active_slabs: u64,
    pub(super) slabs: u64,
}

/// Sums over the caches that are shown.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Total {
    pub(super) active: u64,
    pub(super) objects: u64,
    pub(super) active_slabs: u64,
    pub(super) slabs: u64,
    pub(super) bytes: Bytes,
    /// Caches that have any slabs.
    pub(super) used: u64,
    pub(super) caches: u64,
}

/// The caches of `current` that `options` select, with pages of `page` bytes.
pub(super) fn between(previous: &Sample, current: &Sample, page: u64, options: &SlabOptions) -> Rates {
    let mut rates = Rates { names: current.names.clone(), ..Rates::default() };
    for (index, (name, cache)) in current.caches.iter().enumerate() {
        let before = past(previous, index, current.name(name));
        let row = Row { place: index.to_string(), ..Row::new(name.clone(), *cache, before, page) };
        let hidden = options.allocated_only && cache.slabs == 0
            || options.changed_only && before.map_or((0, 0), Cache::slab_counts) == cache.slab_counts();
        if !hidden {
            rates.total.add(&row);
            rates.rows.push(row);
        }
    }
    rates
}

/// The kernel's order of caches rarely changes.
fn past<'a>(previous: &'a Sample, index: usize, name: &[u8]) -> Option<&'a Cache> {
    let is_it = |(range, _): &&(Range<usize>, Cache)| previous.name(range) == name;
    let found = previous.caches.get(index).filter(is_it).or_else(|| previous.caches.iter().find(is_it));
    found.map(|(_, cache)| cache)
}

impl Row {
    fn new(name: Range<usize>, cache: Cache, before: Option<&Cache>, page: u64) -> Self {
        let slab = cache.pages.saturating_mul(page);
        let bytes = Bytes {
            active: cache.active.saturating_mul(cache.object_bytes),
            objects: cache.objects.saturating_mul(cache.object_bytes),
            active_slabs: cache.active_slabs.saturating_mul(slab),
            slabs: cache.slabs.saturating_mul(slab),
        };
        let past = before.map(|before| before.slabs.saturating_mul(before.pages.saturating_mul(page)));
        let change = past.map_or(0, |past| bytes.slabs.wrapping_sub(past) as i64);
        let percent = past.filter(|&past| past > 0).map_or(0.0, |past| 100.0 * change as f64 / past as f64);
        Self { name, place: String::new(), cache, bytes, change, percent }
    }

    /// The value of the sort key `key`, the largest first.
    fn rank(&self, key: Key) -> Reverse<u64> {
        Reverse(match key {
            Key::Objects => self.cache.objects,
            Key::Active => self.cache.active,
            Key::ObjectSize => self.cache.object_bytes,
            Key::Slabs => self.cache.active_slabs,
            Key::PerSlab => self.cache.per_slab,
            Key::TotalSize => self.bytes.slabs,
            Key::Change => self.change.unsigned_abs(),
            Key::ChangePercent => self.percent.abs().ceil() as u64,
            Key::Name => 0,
        })
    }
}

impl Total {
    fn add(&mut self, row: &Row) {
        let sum = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        sum(&mut self.active, row.cache.active);
        sum(&mut self.objects, row.cache.objects);
        sum(&mut self.active_slabs, row.cache.active_slabs);
        sum(&mut self.slabs, row.cache.slabs);
        sum(&mut self.bytes.active, row.bytes.active);
        sum(&mut self.bytes.objects, row.bytes.objects);
        sum(&mut self.bytes.active_slabs, row.bytes.active_slabs);
        sum(&mut self.bytes.slabs, row.bytes.slabs);
        self.used += u64::from(row.cache.slabs > 0);
        self.caches += 1;
    }
}

impl Rates {
    pub(super) fn name(&self, row: &Row) -> &[u8] {
        &self.names[row.name.clone()]
    }

    /// Sorted by name.
    pub(super) fn by_name(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|row| self.name(row));
        rows
    }

    /// Caches that have any slabs, the largest first. If they are equal, their positions in the kernel's order are
    /// compared as text, as in the Perl collectl.
    pub(super) fn largest(&self, key: Key) -> Vec<&Row> {
        let mut rows = if key == Key::Name { self.by_name() } else { self.rows.iter().collect() };
        rows.retain(|row| row.cache.slabs > 0);
        if key != Key::Name {
            rows.sort_by(|one, other| (one.rank(key), &one.place).cmp(&(other.rank(key), &other.place)));
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(caches: &[(&str, u64)]) -> Sample {
        let mut sample = Sample::default();
        for (name, slabs) in caches {
            let start = sample.names.len();
            sample.names.extend_from_slice(name.as_bytes());
            let cache =
                Cache { slabs: *slabs, pages: 2, objects: slabs * 4, object_bytes: 100, ..Cache::default() };
            sample.caches.push((start..sample.names.len(), cache));
        }
        sample
    }

    fn names<'a>(rates: &'a Rates, rows: &[&Row]) -> Vec<&'a str> {
        rows.iter().map(|row| std::str::from_utf8(&rates.names[row.name.clone()]).unwrap()).collect()
    }

    #[test]
    fn changes_of_memory() {
        let before = sample(&[("b", 4), ("gone", 9), ("a", 0), ("same", 1)]);
        let now = sample(&[("new", 5), ("b", 3), ("a", 7), ("same", 1)]);
        let rates = between(&before, &now, 4096, &SlabOptions::default());
        let changes: Vec<_> = rates.rows.iter().map(|row| (row.change, row.percent)).collect();
        assert_eq!(changes, [(0, 0.0), (-8192, -25.0), (7 * 8192, 0.0), (0, 0.0)]);
        assert_eq!(names(&rates, &rates.by_name()), ["a", "b", "new", "same"]);
        assert_eq!(names(&rates, &rates.largest(Key::Change)), ["a", "b", "new", "same"]);
        assert_eq!(names(&rates, &rates.largest(Key::ObjectSize)), ["new", "b", "a", "same"]);
        assert_eq!(names(&rates, &rates.largest(Key::TotalSize)), ["a", "new", "b", "same"]);
        assert_eq!((rates.total.slabs, rates.total.used, rates.total.caches), (16, 4, 4));
    }

    #[test]
    fn a_removed_cache_is_not_shown() {
        let rates = between(&sample(&[("gone", 9)]), &sample(&[]), 4096, &SlabOptions::default());
        assert!(rates.rows.is_empty());
    }

    #[test]
    fn options_hide_caches() {
        let before = sample(&[("empty", 0), ("same", 1), ("more", 1)]);
        let now = sample(&[("empty", 0), ("same", 1), ("more", 2)]);
        let shown = |letters| {
            let rates = between(&before, &now, 4096, &SlabOptions::parse(letters, "").unwrap());
            rates.rows.iter().map(|row| rates.name(row).to_vec()).collect::<Vec<_>>()
        };
        assert_eq!(shown("s"), [&b"same"[..], b"more"]);
        assert_eq!(shown("S"), [b"more"]);
    }
}

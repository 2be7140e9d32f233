//! What one instant holds, and levels and their changes.

/// Levels in kB, and counters since boot.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(super) levels: [u64; LEVELS],
    pub(super) counters: [u64; COUNTERS],
    pub(super) zones: [u64; ZONES.len()],
}

/// How many levels are read of `/proc/meminfo`.
pub(super) const LEVELS: usize = 19;

/// The place of a line of `/proc/meminfo` among the levels. A match, since most lines are none of them: comparing each with
/// all names was a quarter of the cost of playback.
pub(super) fn level(name: &[u8]) -> Option<usize> {
    Some(match name {
        b"MemTotal:" => 0,
        b"MemFree:" => 1,
        b"Buffers:" => 2,
        b"Cached:" => 3,
        b"Slab:" => 4,
        b"Mapped:" => 5,
        b"AnonPages:" => 6,
        b"AnonHugePages:" => 7,
        b"Committed_AS:" => 8,
        b"Mlocked:" => 9,
        b"Inactive:" => 10,
        b"SwapTotal:" => 11,
        b"SwapFree:" => 12,
        b"Shmem:" => 13,
        b"Dirty:" => 14,
        b"HugePages_Total:" => 15,
        b"HugePages_Free:" => 16,
        b"HugePages_Rsvd:" => 17,
        b"SUnreclaim:" => 18,
        _ => return None,
    })
}

/// How many counters are read of `/proc/vmstat` besides those of [`ZONES`].
pub(super) const COUNTERS: usize = 6;

/// The place of a line of `/proc/vmstat` among the counters. The first two count pages, the third and fourth kB.
pub(super) fn counter(name: &[u8]) -> Option<usize> {
    Some(match name {
        b"pswpin" => 0,
        b"pswpout" => 1,
        b"pgpgin" => 2,
        b"pgpgout" => 3,
        b"pgfault" => 4,
        b"pgmajfault" => 5,
        _ => return None,
    })
}

/// The place of a line of `/proc/vmstat` in [`ZONES`].
pub(super) fn zone(name: &[u8]) -> Option<usize> {
    ZONES.iter().position(|known| *known == name)
}

/// In the order in which `--memopts ps` shows them.
pub(super) const ZONES: [&[u8]; 22] = [
    b"pgfree",
    b"pgactivate",
    b"pgalloc_dma",
    b"pgalloc_dma32",
    b"pgalloc_normal",
    b"pgalloc_movable",
    b"pgrefill_dma",
    b"pgrefill_dma32",
    b"pgrefill_normal",
    b"pgrefill_movable",
    b"pgsteal_dma",
    b"pgsteal_dma32",
    b"pgsteal_normal",
    b"pgsteal_movable",
    b"pgscan_kswapd_dma",
    b"pgscan_kswapd_dma32",
    b"pgscan_kswapd_normal",
    b"pgscan_kswapd_movable",
    b"pgscan_direct_dma",
    b"pgscan_direct_dma32",
    b"pgscan_direct_normal",
    b"pgscan_direct_movable",
];

/// Levels in kB, or their changes by the second.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Levels {
    /// Total, used, free, buffers, cached, slab, mapped, anonymous, of that huge, committed, locked, inactive.
    pub(super) physical: [f64; 12],
    /// Total, used, free.
    pub(super) swap: [f64; 3],
    pub(super) shared: f64,
    pub(super) dirty: f64,
    /// Total, free, reserved; pages.
    pub(super) huge: [f64; 3],
    pub(super) unreclaimable: f64,
}

impl Sample {
    /// Whether there was any level at all.
    pub(super) fn has_levels(&self) -> bool {
        self.levels.iter().any(|&level| level > 0)
    }

    pub(super) fn levels(&self) -> Levels {
        let [
            total,
            free,
            buffers,
            cached,
            slab,
            mapped,
            anonymous,
            anonymous_huge,
            committed,
            locked,
            inactive,
            swap_total,
            swap_free,
            shared,
            dirty,
            huge @ ..,
            unreclaimable,
        ] = self.levels.map(|level| level as f64);
        Levels {
            physical: [
                total,
                total - free,
                free,
                buffers,
                cached,
                slab,
                mapped,
                anonymous,
                anonymous_huge,
                committed,
                locked,
                inactive,
            ],
            swap: [swap_total, swap_total - swap_free, swap_free],
            shared,
            dirty,
            huge,
            unreclaimable,
        }
    }
}

impl Levels {
    /// Changes of all but the two totals.
    pub(super) fn since(&self, earlier: &Self, seconds: f64) -> Self {
        let change = |now: f64, before: f64| (now - before) / seconds;
        let mut changes = self.clone();
        for i in 1..changes.physical.len() {
            changes.physical[i] = change(self.physical[i], earlier.physical[i]);
        }
        for i in 1..changes.swap.len() {
            changes.swap[i] = change(self.swap[i], earlier.swap[i]);
        }
        changes
    }
}

//! The sample of one instant, and levels and their changes.

use crate::subsystem::counter::counters;

/// Levels, and counters since boot.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(super) levels: Meminfo,
    pub(super) counters: VmStat,
    pub(super) zones: [u64; ZONES.len()],
}

/// Lines of `/proc/meminfo`: kB, and pages of `hugepages_*`.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Meminfo {
    pub(super) mem_total: u64,
    pub(super) mem_free: u64,
    pub(super) buffers: u64,
    pub(super) cached: u64,
    pub(super) slab: u64,
    pub(super) mapped: u64,
    pub(super) anon_pages: u64,
    pub(super) anon_hugepages: u64,
    pub(super) committed_as: u64,
    pub(super) mlocked: u64,
    pub(super) inactive: u64,
    pub(super) swap_total: u64,
    pub(super) swap_free: u64,
    pub(super) shmem: u64,
    pub(super) dirty: u64,
    pub(super) hugepages_total: u64,
    pub(super) hugepages_free: u64,
    pub(super) hugepages_rsvd: u64,
    pub(super) s_unreclaim: u64,
}

impl Meminfo {
    /// The field for a line. This is a match because most lines have no field: comparing each with all names took a
    /// quarter of the time of playback.
    pub(super) fn level(&mut self, name: &[u8]) -> Option<&mut u64> {
        Some(match name {
            b"MemTotal:" => &mut self.mem_total,
            b"MemFree:" => &mut self.mem_free,
            b"Buffers:" => &mut self.buffers,
            b"Cached:" => &mut self.cached,
            b"Slab:" => &mut self.slab,
            b"Mapped:" => &mut self.mapped,
            b"AnonPages:" => &mut self.anon_pages,
            b"AnonHugePages:" => &mut self.anon_hugepages,
            b"Committed_AS:" => &mut self.committed_as,
            b"Mlocked:" => &mut self.mlocked,
            b"Inactive:" => &mut self.inactive,
            b"SwapTotal:" => &mut self.swap_total,
            b"SwapFree:" => &mut self.swap_free,
            b"Shmem:" => &mut self.shmem,
            b"Dirty:" => &mut self.dirty,
            b"HugePages_Total:" => &mut self.hugepages_total,
            b"HugePages_Free:" => &mut self.hugepages_free,
            b"HugePages_Rsvd:" => &mut self.hugepages_rsvd,
            b"SUnreclaim:" => &mut self.s_unreclaim,
            _ => return None,
        })
    }
}

counters! {
    /// Lines of `/proc/vmstat`. The first two count pages, the third and fourth kB.
    pub(crate) struct VmStat { pswpin, pswpout, pgpgin, pgpgout, pgfault, pgmajfault }
}

impl VmStat {
    /// The field for a line.
    pub(super) fn counter(&mut self, name: &[u8]) -> Option<&mut u64> {
        Some(match name {
            b"pswpin" => &mut self.pswpin,
            b"pswpout" => &mut self.pswpout,
            b"pgpgin" => &mut self.pgpgin,
            b"pgpgout" => &mut self.pgpgout,
            b"pgfault" => &mut self.pgfault,
            b"pgmajfault" => &mut self.pgmajfault,
            _ => return None,
        })
    }
}

/// The index in [`ZONES`] of a line of `/proc/vmstat`.
pub(super) fn zone(name: &[u8]) -> Option<usize> {
    ZONES.iter().position(|known| *known == name)
}

/// In the order of `--memopts ps`.
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

/// Levels in kB, or their changes per second.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Levels {
    pub(super) total: f64,
    pub(super) used: f64,
    pub(super) free: f64,
    pub(super) buffers: f64,
    pub(super) cached: f64,
    pub(super) slab: f64,
    pub(super) mapped: f64,
    pub(super) anonymous: f64,
    /// The part of `anonymous` that is in huge pages.
    pub(super) anonymous_huge: f64,
    pub(super) committed: f64,
    pub(super) locked: f64,
    pub(super) inactive: f64,
    pub(super) swap_total: f64,
    pub(super) swap_used: f64,
    pub(super) swap_free: f64,
    pub(super) shared: f64,
    pub(super) dirty: f64,
    /// Pages.
    pub(super) huge_total: f64,
    /// Pages.
    pub(super) huge_free: f64,
    /// Pages.
    pub(super) huge_reserved: f64,
    pub(super) unreclaimable: f64,
}

impl Sample {
    /// Whether any level was found.
    pub(super) fn has_levels(&self) -> bool {
        self.levels != Meminfo::default()
    }

    pub(super) fn levels(&self) -> Levels {
        let info = &self.levels;
        let (total, free) = (info.mem_total as f64, info.mem_free as f64);
        let (swap_total, swap_free) = (info.swap_total as f64, info.swap_free as f64);
        Levels {
            total,
            used: total - free,
            free,
            buffers: info.buffers as f64,
            cached: info.cached as f64,
            slab: info.slab as f64,
            mapped: info.mapped as f64,
            anonymous: info.anon_pages as f64,
            anonymous_huge: info.anon_hugepages as f64,
            committed: info.committed_as as f64,
            locked: info.mlocked as f64,
            inactive: info.inactive as f64,
            swap_total,
            swap_used: swap_total - swap_free,
            swap_free,
            shared: info.shmem as f64,
            dirty: info.dirty as f64,
            huge_total: info.hugepages_total as f64,
            huge_free: info.hugepages_free as f64,
            huge_reserved: info.hugepages_rsvd as f64,
            unreclaimable: info.s_unreclaim as f64,
        }
    }
}

impl Levels {
    /// Physical memory, in the order of the verbose format.
    pub(super) fn physical(&self) -> [f64; 12] {
        [
            self.total,
            self.used,
            self.free,
            self.buffers,
            self.cached,
            self.slab,
            self.mapped,
            self.anonymous,
            self.anonymous_huge,
            self.committed,
            self.locked,
            self.inactive,
        ]
    }

    /// Changes of the levels that the verbose format shows, except for the two totals.
    pub(super) fn since(&self, earlier: &Self, seconds: f64) -> Self {
        let change = |level: fn(&Self) -> f64| (level(self) - level(earlier)) / seconds;
        Self {
            used: change(|it| it.used),
            free: change(|it| it.free),
            buffers: change(|it| it.buffers),
            cached: change(|it| it.cached),
            slab: change(|it| it.slab),
            mapped: change(|it| it.mapped),
            anonymous: change(|it| it.anonymous),
            anonymous_huge: change(|it| it.anonymous_huge),
            committed: change(|it| it.committed),
            locked: change(|it| it.locked),
            inactive: change(|it| it.inactive),
            swap_used: change(|it| it.swap_used),
            swap_free: change(|it| it.swap_free),
            ..self.clone()
        }
    }
}

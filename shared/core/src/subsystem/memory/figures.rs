//! The figures of memory. Levels stay levels even with `--memopts R`, which changes other formats.

use super::Rates;
use crate::figure::{Figure, Group, Unit, Value};

type Memory = Figure<Rates>;

/// The memory of the machine.
pub(super) static MEMORY: Group<'_, Rates> =
    Group::one("memory", "memory", &FIGURES).plot("MEM").lexpr("meminfo.");

static FIGURES: [Memory; 29] = [
    kb("total_kb", |it| Value::Whole(it.levels.total), "all memory").plot_at(0, "Tot").lexpr_at(0, "tot"),
    kb("used_kb", |it| Value::Whole(it.levels.used), "all memory that is not free")
        .plot_at(1, "Used")
        .lexpr_at(1, "used"),
    kb("free_kb", |it| Value::Whole(it.levels.free), "memory that holds nothing")
        .plot_at(2, "Free")
        .lexpr_at(2, "free"),
    kb("buffers_kb", |it| Value::Whole(it.levels.buffers), "cached blocks of devices")
        .plot_at(4, "Buf")
        .lexpr_at(4, "buf"),
    kb("cached_kb", |it| Value::Whole(it.levels.cached), "cached files")
        .plot_at(5, "Cached")
        .lexpr_at(5, "cached"),
    kb("slab_kb", |it| Value::Whole(it.levels.slab), "the kernel's own caches")
        .plot_at(6, "Slab")
        .lexpr_at(6, "slab"),
    kb("mapped_kb", |it| Value::Whole(it.levels.mapped), "mapped files").plot_at(7, "Map").lexpr_at(7, "map"),
    kb("anonymous_kb", |it| Value::Whole(it.levels.anonymous), "memory that belongs to no file")
        .plot_at(8, "Anon")
        .lexpr_at(8, "anon"),
    kb("anonymous_huge_kb", |it| Value::Whole(it.levels.anonymous_huge), "the part of it in huge pages")
        .plot_at(9, "AnonH")
        .lexpr_at(9, "anonH"),
    kb("committed_kb", |it| Value::Whole(it.levels.committed), "memory that was promised")
        .plot_at(10, "Commit"),
    kb("locked_kb", |it| Value::Whole(it.levels.locked), "locked memory")
        .plot_at(11, "Locked")
        .lexpr_at(11, "locked"),
    kb("inactive_kb", |it| Value::Whole(it.levels.inactive), "memory that was not used lately")
        .plot_at(20, "Inactive")
        .lexpr_at(12, "inactive"),
    kb("shared_kb", |it| Value::Whole(it.levels.shared), "shared memory and tmpfs")
        .plot_at(3, "Shared")
        .lexpr_at(3, "shared"),
    kb("dirty_kb", |it| Value::Whole(it.levels.dirty), "memory that is still to be written to disk")
        .plot_at(17, "Dirty")
        .lexpr_at(10, "dirty"),
    kb(
        "unreclaimable_slab_kb",
        |it| Value::Whole(it.levels.unreclaimable),
        "the part of `slab_kb` that can't be freed",
    )
    .plot_at(28, "SUnreclaim")
    .lexpr_at(16, "sunreclaim"),
    Memory::level("huge_pages", |it| Value::Whole(it.levels.huge_total))
        .help("huge pages set aside")
        .plot_at(25, "HugeTotal")
        .lexpr_at(13, "hugetot"),
    Memory::level("huge_pages_free", |it| Value::Whole(it.levels.huge_free))
        .help("those that are free")
        .plot_at(26, "HugeFree")
        .lexpr_at(14, "hugefree"),
    Memory::level("huge_pages_reserved", |it| Value::Whole(it.levels.huge_reserved))
        .help("those that were promised")
        .plot_at(27, "HugeRsvd")
        .lexpr_at(15, "hugersvd"),
    kb("swap_total_kb", |it| Value::Whole(it.levels.swap_total), "swap space")
        .plot_at(12, "SwapTot")
        .lexpr_at(17, "swapinfo.total"),
    kb("swap_used_kb", |it| Value::Whole(it.levels.swap_used), "swap space in use")
        .plot_at(13, "SwapUsed")
        .lexpr_at(19, "swapinfo.used"),
    kb("swap_free_kb", |it| Value::Whole(it.levels.swap_free), "swap space that is free")
        .plot_at(14, "SwapFree")
        .lexpr_at(18, "swapinfo.free"),
    Memory::rate("swapped_in_kb", |it| it.swapped_in.into())
        .kilobytes()
        .help("read from swap space")
        .plot_at(15, "SwapIn")
        .lexpr_at(20, "swapinfo.in"),
    Memory::rate("swapped_out_kb", |it| it.swapped_out.into())
        .kilobytes()
        .help("written to swap space")
        .plot_at(16, "SwapOut")
        .lexpr_at(21, "swapinfo.out"),
    Memory::rate("paged_in_kb", |it| it.paged_in.into())
        .kilobytes()
        .help("read from block devices")
        .plot_at(21, "PageIn")
        .lexpr_at(24, "pageinfo.in"),
    Memory::rate("paged_out_kb", |it| it.paged_out.into())
        .kilobytes()
        .help("written to block devices")
        .plot_at(22, "PageOut")
        .lexpr_at(25, "pageinfo.out"),
    Memory::rate("page_faults", |it| it.faults.into())
        .help("page faults")
        .plot_at(23, "PageFaults")
        .lexpr_at(22, "pageinfo.fault"),
    Memory::rate("major_page_faults", |it| it.major_faults.into())
        .help("those that needed a disk")
        .plot_at(24, "PageMajFaults")
        .lexpr_at(23, "pageinfo.majfault"),
    // No kernel since 2.4 has clean and laundered pages.
    Memory::column(|_| Value::Number(0.0)).plot_at(18, "Clean"),
    Memory::column(|_| Value::Number(0.0)).plot_at(19, "Laundry"),
];

const fn kb(key: &'static str, get: fn(&Rates) -> Value<'_>, help: &'static str) -> Memory {
    Memory::level(key, get).unit(Unit::Kilobytes).help(help)
}

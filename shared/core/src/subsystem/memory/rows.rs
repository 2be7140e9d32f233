//! The row of the verbose format.

use super::{Options, Rates};
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::verbose::Heading;

const PHYSICAL: [&str; 2] = [
    "<------------------------------------Physical Memory------------------------------------------>",
    "   Total    Used    Free    Buff  Cached    Slab  Mapped    Anon   AnonH  Commit  Locked Inact",
];
const PAGING: [&str; 2] = [
    "<-----------Swap------------><-------Paging------>",
    " Total  Used  Free   In  Out Fault MajFt   In  Out",
];
const PAGES: [&str; 2] = [
    "<---Other---|-------Page Alloc------|------Page Refill----->",
    "  Free Activ   Dma Dma32  Norm  Move   Dma Dma32  Norm  Move",
];
const STEALS: [&str; 2] = [
    "<------Page Steal-------|-------Scan KSwap------|------Scan Direct----->",
    "   Dma Dma32  Norm  Move   Dma Dma32  Norm  Move   Dma Dma32  Norm  Move",
];
const CHANGES: [&str; 2] = [
    "<---------------------------------------Physical Memory-----------------------------------------------><------------Swap-------------><-------Paging------>",
    "   Total     Used     Free     Buff   Cached     Slab   Mapped     Anon   AnonH  Commit  Locked   Inact Total   Used   Free   In  Out Fault MajFt   In  Out",
];

/// Widths of the physical levels and of the levels of swap; with `--memopts R` changes need room for a sign.
const LEVEL_WIDTHS: ([usize; 12], [usize; 3]) = ([7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 5], [5, 5, 5]);
const CHANGE_WIDTHS: ([usize; 12], [usize; 3]) = ([7, 8, 8, 8, 8, 8, 8, 8, 7, 7, 7, 7], [5, 6, 6]);

pub(super) fn heading(options: Options) -> Heading {
    if options.changes {
        return Heading::of("# MEMORY SUMMARY changes/int", &CHANGES).without_stamp();
    }
    let lines = [0, 1].map(|line| {
        let mut text = String::new();
        for (shown, heading) in [
            (options.shows_physical(), PHYSICAL),
            (options.shows_paging(), PAGING),
            (options.pages, PAGES),
            (options.steals, STEALS),
        ] {
            if shown {
                text.push_str(heading[line]);
            }
        }
        text
    });
    Heading::of("# MEMORY SUMMARY", &[&lines[0], &lines[1]]).without_stamp()
}

pub(super) fn row(options: Options, rates: &Rates, line: &mut Line) {
    let levels = rates.shown();
    let (physical_widths, swap_widths) = if options.changes { CHANGE_WIDTHS } else { LEVEL_WIDTHS };
    line.text(" ");
    if options.shows_physical() {
        for (index, (level, width)) in levels.physical().into_iter().zip(physical_widths).enumerate() {
            let digits = if index == 11 { 5 } else { 7 };
            line.text(" ").scaled(level, width, digits, Scale::Memory);
        }
    }
    if options.shows_paging() {
        let swap = [levels.swap_total, levels.swap_used, levels.swap_free];
        for (level, width) in swap.into_iter().zip(swap_widths) {
            line.text(" ").scaled(level, width, 5, Scale::Memory);
        }
        for kb in [rates.swapped_in, rates.swapped_out] {
            line.text(" ").scaled(kb, 4, 4, Scale::Memory);
        }
        for faults in [rates.faults, rates.major_faults] {
            line.text(" ").scaled(faults, 5, 5, Scale::Count);
        }
        for kb in [rates.paged_in, rates.paged_out] {
            line.text(" ").scaled(kb, 4, 4, Scale::Count);
        }
    }
    let (pages, steals) = rates.zones.split_at(10);
    for (shown, counters) in [(options.pages, pages), (options.steals, steals)] {
        for &counter in counters.iter().filter(|_| shown) {
            line.text(" ").scaled(counter as f64, 5, 5, Scale::Count);
        }
    }
}

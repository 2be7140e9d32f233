//! What `--export json` shows of memory.

use super::Rates;
use super::sample::Levels;
use crate::render::json::Object;

/// Levels as they are, whatever `--memopts R` makes of them elsewhere.
pub(super) fn push(rates: &Rates, line: &mut Object) {
    let Levels { physical, swap, shared, dirty, huge, unreclaimable } = &rates.levels;
    line.object("memory", |memory| {
        push_levels(
            [
                "total_kb",
                "used_kb",
                "free_kb",
                "buffers_kb",
                "cached_kb",
                "slab_kb",
                "mapped_kb",
                "anonymous_kb",
                "anonymous_huge_kb",
                "committed_kb",
                "locked_kb",
                "inactive_kb",
            ],
            physical,
            memory,
        );
        push_levels(
            ["shared_kb", "dirty_kb", "unreclaimable_slab_kb"],
            &[*shared, *dirty, *unreclaimable],
            memory,
        );
        push_levels(["huge_pages", "huge_pages_free", "huge_pages_reserved"], huge, memory);
        push_levels(["swap_total_kb", "swap_used_kb", "swap_free_kb"], swap, memory);
        memory.numbers(["swapped_in_kb", "swapped_out_kb"], rates.swapped);
        memory.numbers(["paged_in_kb", "paged_out_kb"], rates.paged);
        memory.numbers(["page_faults", "major_page_faults"], rates.faults);
    });
}

fn push_levels<const N: usize>(keys: [&str; N], levels: &[f64; N], memory: &mut Object) {
    for (key, level) in keys.into_iter().zip(levels) {
        memory.whole(key, *level);
    }
}

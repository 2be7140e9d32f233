//! How caches look in the verbose format.

use collectl_wire::display::sanitize;

use super::rates::{Row, Total};
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::verbose::Heading;
use crate::subsystem::Part;

/// Columns of a name in the detail.
const NAME_WIDTH: usize = 25;

pub(super) fn heading(part: Part, top: bool) -> Heading {
    match (part, top) {
        (Part::Summary, _) => Heading::of(
            "# SLAB SUMMARY",
            &[
                "<------------Objects------------><--------Slab Allocation-------><--Caches--->",
                "  InUse   Bytes    Alloc   Bytes   InUse   Bytes   Total   Bytes  InUse  Total",
            ],
        ),
        (Part::Detail, false) => Heading::of(
            "# SLAB DETAIL",
            &[
                "                           <-----------Objects----------><---------Slab Allocation------><---Change-->",
                "Name                       InUse   Bytes   Alloc   Bytes   InUse   Bytes   Total   Bytes   Diff    Pct",
            ],
        ),
        (Part::Detail, true) => Heading::of(
            "# TOP SLABS",
            &["NumObj  ActObj  ObjSize  NumSlab  Obj/Slab  TotSize  TotChg  TotPct  Name"],
        )
        .with_clock(),
    }
}

pub(super) fn summary(total: &Total, line: &mut Line) {
    let bytes = &total.bytes;
    for (before, value, is_bytes) in [
        (" ", total.active, false),
        (" ", bytes.active, true),
        ("  ", total.objects, false),
        (" ", bytes.objects, true),
        (" ", total.active_slabs, false),
        (" ", bytes.active_slabs, true),
        (" ", total.slabs, false),
        (" ", bytes.slabs, true),
    ] {
        let scale = if is_bytes { Scale::Kilobytes } else { Scale::Count };
        line.text(before).scaled(value as f64, 7, 7, scale);
    }
    line.int(total.used as f64, 7).int(total.caches as f64, 7);
}

pub(super) fn detail(name: &[u8], row: &Row, line: &mut Line) {
    let name: String = sanitize(name).chars().take(NAME_WIDTH).collect();
    line.left(&name, NAME_WIDTH);
    let (cache, bytes) = (&row.cache, &row.bytes);
    for (count, bytes) in [
        (cache.active, bytes.active),
        (cache.objects, bytes.objects),
        (cache.active_slabs, bytes.active_slabs),
        (cache.slabs, bytes.slabs),
    ] {
        line.text(" ").scaled(count as f64, 7, 6, Scale::Count);
        line.text(" ").scaled(bytes as f64, 7, 7, Scale::Kilobytes);
    }
    line.text(" ").scaled(row.change as f64, 6, 7, Scale::Kilobytes).text(" ").fixed(row.percent, 6, 1);
}

pub(super) fn top(name: &[u8], row: &Row, line: &mut Line) {
    let cache = &row.cache;
    line.scaled(cache.objects as f64, 7, 6, Scale::Count);
    line.text(" ").scaled(cache.active as f64, 7, 6, Scale::Count);
    line.text("  ").scaled(cache.object_bytes as f64, 7, 4, Scale::Kilobytes);
    line.text("  ").scaled(cache.active_slabs as f64, 7, 6, Scale::Count);
    line.text("  ").scaled(cache.per_slab as f64, 8, 6, Scale::Count);
    line.text("  ").scaled(row.bytes.slabs as f64, 7, 4, Scale::Kilobytes);
    line.text(" ").scaled(row.change as f64, 7, 4, Scale::Kilobytes);
    line.fixed(row.percent, 8, 1).text("  ").text(sanitize(name).as_bytes());
}

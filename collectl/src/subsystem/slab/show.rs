//! How caches look in each format.

use shared::display::sanitize;

use super::rates::{Row, Total};
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::plot::Values;
use crate::render::verbose::Heading;
use crate::subsystem::Part;

pub(super) const SUMMARY_NAMES: [&str; 10] = [
    "ObjInUse",
    "ObjInUseB",
    "ObjAll",
    "ObjAllB",
    "InUse",
    "InUseB",
    "All",
    "AllB",
    "CacheInUse",
    "CacheTotal",
];

pub(super) const DETAIL_NAMES: [&str; 11] = [
    "SlabName",
    "ObjInUse",
    "ObjInUseB",
    "ObjAll",
    "ObjAllB",
    "SlabInUse",
    "SlabInUseB",
    "SlabAll",
    "SlabAllB",
    "SlabChg",
    "SlabPct",
];

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
    for (value, width) in [
        (total.active, 8),
        (bytes.active, 8),
        (total.objects, 9),
        (bytes.objects, 8),
        (total.active_slabs, 8),
        (bytes.active_slabs, 8),
        (total.slabs, 8),
        (bytes.slabs, 8),
    ] {
        line.scaled(value as f64, width, 7, if width == 8 { Scale::Kilobytes } else { Scale::Count });
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
        line.scaled(count as f64, 8, 6, Scale::Count).scaled(bytes as f64, 8, 7, Scale::Kilobytes);
    }
    let mut change = Line::new(line.style());
    change.scaled(row.change as f64, 0, 7, Scale::Kilobytes);
    line.text(" ").right(change.bytes().trim_ascii_start(), 6).fixed(row.percent, 7, 1);
}

pub(super) fn top(name: &[u8], row: &Row, line: &mut Line) {
    let cache = &row.cache;
    line.scaled(cache.objects as f64, 7, 6, Scale::Count).scaled(cache.active as f64, 8, 6, Scale::Count);
    line.scaled(cache.object_bytes as f64, 9, 4, Scale::Kilobytes);
    line.scaled(cache.active_slabs as f64, 9, 6, Scale::Count);
    line.scaled(cache.per_slab as f64, 10, 6, Scale::Count);
    line.scaled(row.bytes.slabs as f64, 9, 4, Scale::Kilobytes);
    line.scaled(row.change as f64, 8, 4, Scale::Kilobytes);
    line.fixed(row.percent, 8, 1).text("  ").text(sanitize(name).as_bytes());
}

pub(super) fn plot_summary(total: &Total, values: &mut Values) {
    values
        .integer(total.active)
        .integer(total.bytes.active)
        .integer(total.objects)
        .integer(total.bytes.objects);
    values.integer(total.active_slabs).integer(total.bytes.active_slabs);
    values.integer(total.slabs).integer(total.bytes.slabs);
    values.integer(total.used).integer(total.caches);
}

pub(super) fn plot_detail(name: &[u8], row: &Row, values: &mut Values) {
    let (cache, bytes) = (&row.cache, &row.bytes);
    values.text(sanitize(name).as_bytes());
    values.integer(cache.active).integer(bytes.active).integer(cache.objects).integer(bytes.objects);
    values.integer(cache.active_slabs).integer(bytes.active_slabs);
    values.integer(cache.slabs).integer(bytes.slabs);
    values.truncated(row.change as f64).truncated(row.percent);
}

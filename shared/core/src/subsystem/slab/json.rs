//! What `--export json` shows of caches.

use super::Slab;
use super::rates::{Rates, Row};
use crate::render::json::Object;
use crate::subsystem::Part;

impl Slab {
    pub(super) fn push_json(&self, part: Part, rates: &Rates, line: &mut Object) {
        match part {
            Part::Summary => {
                line.object("slabs", |slabs| {
                    let (total, bytes) = (&rates.total, &rates.total.bytes);
                    slabs.integers(OBJECTS, [total.active, bytes.active, total.objects, bytes.objects]);
                    slabs.integers(SLABS, [total.active_slabs, bytes.active_slabs, total.slabs, bytes.slabs]);
                    slabs.integers(["caches_in_use", "caches"], [total.used, total.caches]);
                });
            }
            Part::Detail => {
                line.list("slab_caches", self.shown(rates), |row, cache| {
                    cache.text("name", rates.name(row));
                    push_row(row, cache);
                });
            }
        }
    }
}

const OBJECTS: [&str; 4] = ["objects_in_use", "objects_in_use_bytes", "objects", "objects_bytes"];
const SLABS: [&str; 4] = ["slabs_in_use", "slabs_in_use_bytes", "slabs", "slabs_bytes"];

fn push_row(row: &Row, object: &mut Object) {
    let (cache, bytes) = (&row.cache, &row.bytes);
    object.integers(["object_bytes", "objects_per_slab"], [cache.object_bytes, cache.per_slab]);
    object.integers(OBJECTS, [cache.active, bytes.active, cache.objects, bytes.objects]);
    object.integers(SLABS, [cache.active_slabs, bytes.active_slabs, cache.slabs, bytes.slabs]);
    object.insert("change_bytes", row.change.into()).number("change_percent", row.percent);
}

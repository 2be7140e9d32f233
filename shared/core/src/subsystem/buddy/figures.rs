//! The figures of free memory by size.

use super::{Levels, Zone, pages};
use crate::figure::{Figure, Group, Value};

type All = Figure<Levels>;
type Each = Figure<Zone>;

/// All zones together.
pub(super) static FRAGMENTATION: Group<'_, Levels> =
    Group::one("fragmentation", "free memory by size", &SUMMARY).plot("BUD");

/// Each zone. The plot format has its name with the number of its node.
pub(super) static ZONES: Group<'_, Zone> =
    Group::many("memory_zones", "free memory of each zone by size", &DETAIL).plot("BUD");

static SUMMARY: [All; 2] = [
    All::level("page_kb", |all| all.page_kb.into()).kilobytes().help("size of a page"),
    All::level("free_pieces", |all| Value::Integers(&all.totals))
        .help("an array: free pieces of one page, of two, of four, and so on")
        .plot_each(column),
];

static DETAIL: [Each; 3] = [
    Each::level("node", |zone| zone.node.into()).help("number of the node").plot("Node"),
    Each::text("name", |zone| Value::text(&zone.name)).help("name of the zone").plot("Zone"),
    Each::level("free_pieces", |zone| Value::Integers(&zone.pieces))
        .help("an array: the same of this zone")
        .plot_each(column),
];

fn column(order: usize) -> String {
    pages(order, "Page", "Pages")
}

//! The figures of memory nodes. Levels stay levels with `--memopts R`, which changes other formats.

use super::NodeRates;
use crate::figure::{Figure, Form, Group, Value};

type Node = Figure<NodeRates>;

/// Each node.
pub(super) static NODES: Group<'_, NodeRates> = Group::many("memory_nodes", "each node of memory", &FIGURES)
    .name("number", "number of the node")
    .plot("NUMA")
    .lexpr("numainfo.");

static FIGURES: [Node; 10] = [
    kb("used_kb", |node| node.levels.mem_used.into(), "memory that is not free")
        .plot("Used")
        .lexpr_at(0, "used"),
    kb("free_kb", |node| node.levels.mem_free.into(), "memory that holds nothing")
        .plot("Free")
        .lexpr_at(1, "free"),
    kb("slab_kb", |node| node.levels.slab.into(), "the kernel's own caches").plot("Slab").lexpr_at(2, "slab"),
    kb("mapped_kb", |node| node.levels.mapped.into(), "mapped files").plot("Mapped").lexpr_at(3, "map"),
    kb("anonymous_kb", |node| node.levels.anon_pages.into(), "memory that belongs to no file")
        .plot("Anon")
        .lexpr_at(4, "anon"),
    kb("anonymous_huge_kb", |node| node.levels.anon_hugepages.into(), "the part of it in huge pages")
        .plot("AnonH")
        .lexpr_at(5, "anonH"),
    kb("locked_kb", |node| node.levels.mlocked.into(), "locked memory").lexpr_at(6, "lock"),
    kb("inactive_kb", |node| node.levels.inactive.into(), "memory that was not used lately")
        .plot("Inactive")
        .lexpr_at(8, "inact"),
    kb("active_kb", |node| node.levels.active.into(), "memory that was used lately").lexpr_at(7, "act"),
    Node::share("hit_percent", |node| node.hits.into())
        .help("pages requested from this node and allocated on it")
        .plot("Hits")
        .plot_as(Form::Fixed(2)),
];

const fn kb(key: &'static str, get: fn(&NodeRates) -> Value<'_>, help: &'static str) -> Node {
    Node::level(key, get).kilobytes().help(help)
}

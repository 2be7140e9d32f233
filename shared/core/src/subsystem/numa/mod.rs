//! `M`: memory of each node, from `/sys/devices/system/node/node*/{meminfo,numastat}` (the kernel's
//! Documentation/admin-guide/numastat.rst).

mod figures;
mod sample;

use super::counter::Counters as _;
use super::{Context, Descriptor, Interval, NoArgs, Part, Subsystem, Switches, memory};
use crate::figure::Table;
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::settings::Settings;
use crate::usage::UsageError;
use sample::{Meminfo, Node};
pub(crate) use sample::{NODE_MEMINFO, NODE_STAT};

pub(crate) struct Numa {
    changes: bool,
}

/// The figures of a node.
#[derive(Debug, PartialEq)]
pub(crate) struct NodeRates {
    number: u64,
    /// kB.
    levels: Meminfo<u64>,
    /// With `--memopts R`, what the verbose format shows instead of the levels: their changes per second.
    changes: Option<Meminfo<f64>>,
    /// Percent of the pages requested from this node that were allocated on it; 100 if there were none.
    hits: f64,
}

impl Subsystem for Numa {
    type Args = NoArgs;
    type Options = memory::Options;
    type Sample = Vec<Node>;
    type Rates = Vec<NodeRates>;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "numa",
        about: "memory nodes",
        detail: Some('M'),
        details_in_all: true,
        plot: 35,
        plot_detail: 28,
        captures: &[&NODE_MEMINFO, &NODE_STAT],
        plot_file: Some("numa"),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, context: &Context<'_>) -> Result<memory::Options, UsageError> {
        memory::Memory::options(switches, context)
    }

    fn new(_: &Settings, options: &memory::Options) -> Self {
        Self { changes: options.changes }
    }

    fn read(&self, frame: &Frame, nodes: &mut Vec<Node>) {
        sample::read(frame, nodes);
    }

    /// If no node was recorded, one node with levels of 0 is shown, as in the Perl collectl.
    fn arrange(&self, _: &Vec<Node>, nodes: &mut Vec<Node>) {
        if nodes.is_empty() {
            nodes.push(Node::default());
        }
    }

    fn rates(&self, previous: &Vec<Node>, current: &Vec<Node>, interval: Interval) -> Vec<NodeRates> {
        let rates = |now: &Node| {
            let before = previous.iter().find(|node| node.number == now.number).unwrap_or(now);
            let pages = now.numastat.spent(&before.numastat).unwrap_or_default();
            let hits = pages.numa_hit as f64;
            let meant = hits + pages.numa_miss as f64 + pages.numa_foreign as f64;
            let is_known = [before, now].iter().all(|node| node.meminfo != Meminfo::default());
            let change = |before: u64, now: u64| match is_known {
                true => (now as f64 - before as f64) / interval.seconds,
                false => 0.0,
            };
            NodeRates {
                number: now.number,
                levels: now.meminfo.clone(),
                changes: self.changes.then(|| now.meminfo.changes(&before.meminfo, change)),
                hits: if meant > 0.0 { 100.0 * hits / meant } else { 100.0 },
            }
        };
        current.iter().map(rates).collect()
    }

    fn heading(&self, _: Part, _: &Self::Rates) -> Heading {
        const COLUMNS: &str =
            " Node    Total     Used     Free     Slab   Mapped     Anon    AnonH   Locked    Inact";
        if self.changes {
            Heading::of("# MEMORY STATISTICS changes/int", &[COLUMNS]).without_stamp()
        } else {
            Heading::of("# MEMORY STATISTICS ", &[&format!("{COLUMNS} HitPct")]).without_stamp()
        }
    }

    fn rows(&self, _: Part, rates: &Self::Rates, rows: &mut Rows<'_>) {
        for node in rates {
            rows.row(|line| row(node, line));
        }
    }

    fn figures(&self, _: Part, rates: &Self::Rates, sheet: &mut Sheet<'_>) {
        sheet.many(&figures::NODES, rates.iter().map(|node| (node.number, node)));
    }

    fn tables(_: Part) -> Vec<Table> {
        vec![figures::NODES.table()]
    }
}

fn row(node: &NodeRates, line: &mut Line) {
    let levels = node.levels.changes(&Meminfo::default(), |_, level| level as f64);
    let it = node.changes.as_ref().unwrap_or(&levels);
    line.text(" ").int(node.number as f64, 5);
    let total = it.mem_used + it.mem_free;
    for level in [total, it.mem_used, it.mem_free, it.slab, it.mapped, it.anon_pages] {
        line.text(" ").scaled(level, 8, 7, Scale::Memory);
    }
    for level in [it.anon_hugepages, it.mlocked, it.inactive] {
        line.text(" ").scaled(level, 8, 7, Scale::Memory);
    }
    if node.changes.is_none() {
        line.text(" ").fixed(node.hits, 6, 2);
    }
}

#[cfg(test)]
mod tests {
    use super::sample::tests::nodes;
    use super::*;
    use crate::render::lexpr::Pairs;

    #[test]
    fn hits_are_a_share_of_the_pages_requested_from_the_node() {
        let hits = |before: &str, now: &str| {
            let interval = Interval { seconds: 1.0, real: 1.0 };
            Numa { changes: false }.rates(&nodes(before), &nodes(now), interval)[0].hits
        };
        let text = |counters: [u32; 3]| {
            let [hit, miss, foreign] = counters;
            format!(
                "numas Node 0 numa_hit {hit}\nnumas Node 0 numa_miss {miss}\nnumas Node 0 numa_foreign {foreign}\n\
                 numas Node 0 local_node {hit}\n"
            )
        };
        assert_eq!(hits(&text([0, 0, 0]), &text([5, 2, 3])), 50.0);
        assert_eq!(hits(&text([5, 5, 5]), &text([5, 5, 5])), 100.0);
        assert_eq!(hits("", &text([5, 5, 5])), 100.0);
    }

    #[test]
    fn exported_by_name_and_node() {
        let nodes =
            nodes("numai Node 3 MemFree: 7 kB\nnumai Node 3 Inactive: 9 kB\nnumai Node 3 Active: 8 kB\n");
        let numa = Numa { changes: false };
        let rates = numa.rates(&nodes, &nodes, Interval { seconds: 1.0, real: 1.0 });
        let mut pairs = Pairs::default();
        numa.figures(Part::Detail, &rates, &mut Sheet::Lexpr(&mut pairs));
        let text = String::from_utf8_lossy(pairs.bytes()).into_owned();
        assert!(text.starts_with("numainfo.used.3 0\nnumainfo.free.3 7\nnumainfo.slab.3 0\n"), "{text}");
        assert!(text.ends_with("numainfo.lock.3 0\nnumainfo.act.3 8\nnumainfo.inact.3 9\n"), "{text}");
    }

    #[test]
    fn changes_of_all_levels() {
        let numa = Numa { changes: true };
        let before = nodes("numai Node 0 AnonHugePages: 10 kB\nnumai Node 0 Inactive: 9 kB\n");
        let now = nodes("numai Node 0 AnonHugePages: 30 kB\nnumai Node 0 Inactive: 5 kB\n");
        let rates = numa.rates(&before, &now, Interval { seconds: 2.0, real: 2.0 });
        let expected = Meminfo { anon_hugepages: 10.0, inactive: -2.0, ..Meminfo::default() };
        assert_eq!(rates[0].changes, Some(expected));
    }
}

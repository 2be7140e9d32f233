//! `M`: memory of each node, from `/sys/devices/system/node/node*/{meminfo,numastat}` (the kernel's
//! Documentation/admin-guide/numastat.rst).

use super::counter::increase;
use super::{Context, Descriptor, Interval, NoArgs, Part, Subsystem, Switches, memory};
use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::verbose::{Heading, Rows};
use crate::scan::{UNKNOWN, Words, number};
use crate::settings::Settings;
use crate::usage::UsageError;

/// Levels of each node in kB. The first line of a file, the node's total, is left out.
pub(crate) static NODE_MEMINFO: Capture = Capture {
    root: Root::Sys,
    path: "devices/system/node/node*/meminfo",
    optional: false,
    tags: &[b"numai "],
    keep: |text, out| {
        let (_number, text) = behind_first_line(text);
        let (_total, text) = behind_first_line(text);
        keep_tagged(text, b"numai", |_| true, out);
    },
};

/// Counters of allocations of each node.
pub(crate) static NODE_STAT: Capture = Capture {
    root: Root::Sys,
    path: "devices/system/node/node*/numastat",
    optional: false,
    tags: &[b"numas "],
    keep: |text, out| {
        let (number, text) = behind_first_line(text);
        keep_tagged(text, &[b"numas Node ", number].concat(), |_| true, out);
    },
};

/// Most nodes that are told apart.
const MAX_NODES: u64 = 4096;

pub(crate) struct Numa {
    changes: bool,
}

/// Levels in kB and counters of a node.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Node {
    number: u64,
    levels: [u64; LEVELS.len()],
    counters: [u64; COUNTERS.len()],
}

const LEVELS: [&[u8]; 9] = [
    b"MemUsed:",
    b"MemFree:",
    b"Slab:",
    b"Mapped:",
    b"AnonPages:",
    b"AnonHugePages:",
    b"Mlocked:",
    b"Inactive:",
    b"Active:",
];

const COUNTERS: [&[u8]; 3] = [b"numa_hit", b"numa_miss", b"numa_foreign"];

/// What is shown of a node.
#[derive(Debug, PartialEq)]
pub(crate) struct NodeRates {
    number: u64,
    /// In kB: used, free, slab, mapped, anonymous, of that huge, locked, inactive, active.
    levels: [f64; LEVELS.len()],
    /// With `--memopts R`, what stands in their place in the verbose format: their changes by the second.
    changes: Option<[f64; LEVELS.len()]>,
    /// Percent of the pages meant for this node that it gave; all if there were none.
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
        nodes.clear();
        for (lines, capture) in [(0, &NODE_MEMINFO), (1, &NODE_STAT)] {
            for line in frame.lines(capture) {
                // numai Node 0 MemFree: 123 kB
                let mut words = Words(line);
                let (Some(node), Some(name)) = (words.nth(2).map(number), words.next()) else { continue };
                if node >= MAX_NODES {
                    continue;
                }
                let place = nodes.partition_point(|known| known.number < node);
                if nodes.get(place).is_none_or(|known| known.number != node) {
                    nodes.insert(place, Node { number: node, counters: [UNKNOWN; _], ..Node::default() });
                }
                let Node { levels, counters, .. } = &mut nodes[place];
                let (names, values): (&[&[u8]], &mut [u64]) =
                    if lines == 0 { (&LEVELS, levels) } else { (&COUNTERS, counters) };
                if let Some(index) = names.iter().position(|known| *known == name) {
                    values[index] = if lines == 0 { words.number() } else { words.counter() };
                }
            }
        }
    }

    /// Where no node was recorded, the machine is one node of which nothing is known, as in the Perl collectl.
    fn arrange(&self, _: &Vec<Node>, nodes: &mut Vec<Node>) {
        if nodes.is_empty() {
            nodes.push(Node::default());
        }
    }

    fn rates(&self, previous: &Vec<Node>, current: &Vec<Node>, interval: Interval) -> Vec<NodeRates> {
        let rates = |now: &Node| {
            let before = previous.iter().find(|node| node.number == now.number).unwrap_or(now);
            let [hit, others @ ..]: [u64; COUNTERS.len()] =
                std::array::from_fn(|i| increase(before.counters[i], now.counters[i]));
            let meant = hit as f64 + others.iter().map(|&count| count as f64).sum::<f64>();
            let known = [before, now].iter().all(|node| node.levels.iter().any(|&level| level > 0));
            let change = |i: usize| match known {
                true => (now.levels[i] as f64 - before.levels[i] as f64) / interval.seconds,
                false => 0.0,
            };
            NodeRates {
                number: now.number,
                levels: now.levels.map(|level| level as f64),
                changes: self.changes.then(|| std::array::from_fn(change)),
                hits: if meant > 0.0 { 100.0 * hit as f64 / meant } else { 100.0 },
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

    fn plot_names(&self, _: Part, rates: &Self::Rates, names: &mut Names) {
        for node in rates {
            names.push(
                &format!("NUMA:{}", node.number),
                ["Used", "Free", "Slab", "Mapped", "Anon", "AnonH", "Inactive", "Hits"],
            );
        }
    }

    fn plot(&self, _: Part, rates: &Self::Rates, values: &mut Values) {
        for node in rates {
            let [most @ .., _locked, inactive, _active] = node.levels;
            for level in most.into_iter().chain([inactive]) {
                values.integer(level as u64);
            }
            values.fixed(node.hits, 2);
        }
    }

    fn json(&self, _: Part, rates: &Self::Rates, line: &mut Object) {
        const KEYS: [&str; LEVELS.len()] = [
            "used_kb",
            "free_kb",
            "slab_kb",
            "mapped_kb",
            "anonymous_kb",
            "anonymous_huge_kb",
            "locked_kb",
            "inactive_kb",
            "active_kb",
        ];
        line.list("memory_nodes", rates, |rates, node| {
            node.integer("number", rates.number);
            for (key, level) in KEYS.into_iter().zip(rates.levels) {
                node.whole(key, level);
            }
            node.number("hit_percent", rates.hits);
        });
    }

    fn lexpr(&self, _: Part, rates: &Self::Rates, pairs: &mut Pairs) {
        const NAMES: [&str; 9] = ["used", "free", "slab", "map", "anon", "anonH", "lock", "act", "inact"];
        for node in rates {
            let [most @ .., inactive, active] = node.levels;
            for (name, level) in NAMES.iter().zip(most.into_iter().chain([active, inactive])) {
                pairs.push_of(&format!("numainfo.{name}"), node.number.to_string().as_bytes(), level);
            }
        }
    }
}

fn row(node: &NodeRates, line: &mut Line) {
    let levels = node.changes.as_ref().unwrap_or(&node.levels);
    let [shown @ .., _active] = levels;
    let [used, free, ..] = levels;
    line.text(" ").int(node.number as f64, 5);
    for level in [used + free].iter().chain(shown) {
        line.text(" ").scaled(*level, 8, 7, Scale::Memory);
    }
    if node.changes.is_none() {
        line.text(" ").fixed(node.hits, 6, 2);
    }
}

/// The first line of `text`, without its end, and what is behind it.
fn behind_first_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len());
    (&text[..end], text.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(text: &str) -> Vec<Node> {
        let mut frame = Frame::default();
        for line in text.lines() {
            let capture = if line.starts_with("numai") { &NODE_MEMINFO } else { &NODE_STAT };
            frame.add_line(capture, format!("{line}\n").as_bytes());
        }
        let mut nodes = vec![Node::default()];
        Numa { changes: false }.read(&frame, &mut nodes);
        nodes
    }

    #[test]
    fn captured_as_a_raw_file_has_it() {
        let mut out = Vec::new();
        (NODE_MEMINFO.keep)(b"3\nNode 3 MemTotal: 9 kB\nNode 3 MemFree: 8 kB\n", &mut out);
        (NODE_STAT.keep)(b"3\nnuma_hit 5\nnuma_miss 6\n", &mut out);
        assert_eq!(out, b"numai Node 3 MemFree: 8 kB\nnumas Node 3 numa_hit 5\nnumas Node 3 numa_miss 6\n");
    }

    #[test]
    fn nodes_by_number_whatever_their_order() {
        let nodes = nodes(
            "numai Node 10 MemFree: 1 kB\nnumai Node 2 MemFree: 2 kB\nnumas Node 10 numa_hit 7\n\
             numas Node 99999999 numa_hit 7\nnumai junk\nnumas Node\n",
        );
        assert_eq!(nodes.iter().map(|node| node.number).collect::<Vec<_>>(), [2, 10]);
        assert_eq!((nodes[1].levels[1], nodes[1].counters[0]), (1, 7));
    }

    #[test]
    fn hits_are_of_the_pages_meant_for_the_node() {
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
        numa.lexpr(Part::Detail, &rates, &mut pairs);
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
        assert_eq!(rates[0].changes, Some([0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 0.0, -2.0, 0.0]));
    }
}

//! Levels and counters of memory nodes.

use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::scan::{Words, number};
use crate::subsystem::counter::{Counters as _, counters};

/// Levels of each node in kB, without the first line of a file, the node's total.
pub(crate) static NODE_MEMINFO: Capture = Capture {
    root: Root::Sys,
    path: "devices/system/node/node*/meminfo",
    optional: false,
    tags: &[b"numai "],
    keep: |text, out| {
        let (_number, text) = split_first_line(text);
        let (_total, text) = split_first_line(text);
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
        let (number, text) = split_first_line(text);
        keep_tagged(text, &[b"numas Node ", number].concat(), |_| true, out);
    },
};

/// Most nodes that are measured.
const MAX_NODES: u64 = 4096;

/// A node of memory.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Node {
    pub(super) number: u64,
    pub(super) meminfo: Meminfo<u64>,
    pub(super) numastat: NumaStat,
}

/// Lines of a node's `meminfo`: kB, or changes of these levels in kB per second.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Meminfo<T> {
    pub(super) mem_used: T,
    pub(super) mem_free: T,
    pub(super) slab: T,
    pub(super) mapped: T,
    pub(super) anon_pages: T,
    pub(super) anon_hugepages: T,
    pub(super) mlocked: T,
    pub(super) inactive: T,
    pub(super) active: T,
}

counters! {
    /// Lines of a node's `numastat`: pages. They are counted at the node that a process requested (`numa_hit`,
    /// `numa_foreign`), or at the node that provided them instead (`numa_miss`).
    pub(crate) struct NumaStat { numa_hit, numa_miss, numa_foreign }
}

impl Meminfo<u64> {
    fn level(&mut self, name: &[u8]) -> Option<&mut u64> {
        Some(match name {
            b"MemUsed:" => &mut self.mem_used,
            b"MemFree:" => &mut self.mem_free,
            b"Slab:" => &mut self.slab,
            b"Mapped:" => &mut self.mapped,
            b"AnonPages:" => &mut self.anon_pages,
            b"AnonHugePages:" => &mut self.anon_hugepages,
            b"Mlocked:" => &mut self.mlocked,
            b"Inactive:" => &mut self.inactive,
            b"Active:" => &mut self.active,
            _ => return None,
        })
    }

    /// Applies `change` to each level and the same level of `earlier`.
    pub(super) fn changes(&self, earlier: &Self, change: impl Fn(u64, u64) -> f64) -> Meminfo<f64> {
        Meminfo {
            mem_used: change(earlier.mem_used, self.mem_used),
            mem_free: change(earlier.mem_free, self.mem_free),
            slab: change(earlier.slab, self.slab),
            mapped: change(earlier.mapped, self.mapped),
            anon_pages: change(earlier.anon_pages, self.anon_pages),
            anon_hugepages: change(earlier.anon_hugepages, self.anon_hugepages),
            mlocked: change(earlier.mlocked, self.mlocked),
            inactive: change(earlier.inactive, self.inactive),
            active: change(earlier.active, self.active),
        }
    }
}

impl NumaStat {
    fn counter(&mut self, name: &[u8]) -> Option<&mut u64> {
        Some(match name {
            b"numa_hit" => &mut self.numa_hit,
            b"numa_miss" => &mut self.numa_miss,
            b"numa_foreign" => &mut self.numa_foreign,
            _ => return None,
        })
    }
}

/// Replaces `nodes` by those of `frame`, sorted by number.
pub(super) fn read(frame: &Frame, nodes: &mut Vec<Node>) {
    nodes.clear();
    // numai Node 0 MemFree: 123 kB
    each_line(frame, &NODE_MEMINFO, nodes, |node, name, mut rest| {
        if let Some(level) = node.meminfo.level(name) {
            *level = rest.number();
        }
    });
    // numas Node 0 numa_hit 123
    each_line(frame, &NODE_STAT, nodes, |node, name, mut rest| {
        if let Some(counter) = node.numastat.counter(name) {
            *counter = rest.counter();
        }
    });
}

/// Calls `read` for each line with its node, the name in it, and the rest.
fn each_line(
    frame: &Frame,
    capture: &'static Capture,
    nodes: &mut Vec<Node>,
    read: impl Fn(&mut Node, &[u8], Words<'_>),
) {
    for line in frame.lines(capture) {
        let mut words = Words(line);
        let (Some(number), Some(name)) = (words.nth(2).map(number), words.next()) else { continue };
        if number >= MAX_NODES {
            continue;
        }
        let place = nodes.partition_point(|known| known.number < number);
        if nodes.get(place).is_none_or(|known| known.number != number) {
            nodes.insert(place, Node { number, numastat: NumaStat::UNKNOWN, ..Node::default() });
        }
        read(&mut nodes[place], name, words);
    }
}

/// The first line of `text` without its end, and the rest.
fn split_first_line(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len());
    (&text[..end], text.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn nodes(text: &str) -> Vec<Node> {
        let mut frame = Frame::default();
        for line in text.lines() {
            let capture = if line.starts_with("numai") { &NODE_MEMINFO } else { &NODE_STAT };
            frame.add_line(capture, format!("{line}\n").as_bytes());
        }
        let mut nodes = vec![Node::default()];
        read(&frame, &mut nodes);
        nodes
    }

    #[test]
    fn nodes_in_a_raw_file() {
        let mut out = Vec::new();
        (NODE_MEMINFO.keep)(b"3\nNode 3 MemTotal: 9 kB\nNode 3 MemFree: 8 kB\n", &mut out);
        (NODE_STAT.keep)(b"3\nnuma_hit 5\nnuma_miss 6\n", &mut out);
        assert_eq!(out, b"numai Node 3 MemFree: 8 kB\nnumas Node 3 numa_hit 5\nnumas Node 3 numa_miss 6\n");
    }

    #[test]
    fn nodes_are_sorted_by_number() {
        let nodes = nodes(
            "numai Node 10 MemFree: 1 kB\nnumai Node 2 MemFree: 2 kB\nnumas Node 10 numa_hit 7\n\
             numas Node 99999999 numa_hit 7\nnumai junk\nnumas Node\n",
        );
        assert_eq!(nodes.iter().map(|node| node.number).collect::<Vec<_>>(), [2, 10]);
        assert_eq!((nodes[1].meminfo.mem_free, nodes[1].numastat.numa_hit), (1, 7));
    }
}

//! Walks the tree of groups and reads those that have a row.
//!
//! No file stays open: groups come and go, and there may be thousands.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::level::{Level, ROOT, escape, level};
use super::{CGROUP, MAX_GROUPS};
use crate::capture::{Capture, Probe};
use crate::filter::NameFilter;
use crate::kernel::Roots;
use crate::kernel::file;
use crate::scan::{UNKNOWN, Words, counter, key_value, lines, number};

/// Most levels below the root.
const MAX_DEPTH: usize = 32;
/// Most bytes of one file that are read.
const MAX_FILE: u64 = 1 << 20;

/// The keys that are read from files with lines `KEY VALUE`. The file of processors, which each group has, comes last:
/// if it can be read the group still exists, and other missing files belong to controllers that are not enabled.
const KEYED: [(&str, &str, &[&str]); 3] = [
    ("memory.stat", "memory", &["anon", "file"]),
    ("memory.events", "memory", &["oom_kill"]),
    (
        "cpu.stat",
        "cpu",
        &["usage_usec", "user_usec", "system_usec", "nr_periods", "nr_throttled", "throttled_usec"],
    ),
];

/// Files with one number.
const SINGLE: [&str; 2] = ["memory.current", "pids.current"];

/// The keys of `io.stat`, which has a line per device.
const IO: [&str; 4] = ["rbytes", "wbytes", "rios", "wios"];

pub(super) struct CgroupProbe {
    root: PathBuf,
    filter: NameFilter,
    text: Vec<u8>,
    /// Groups that may still be read in this sample.
    left: usize,
    /// Whether groups were skipped.
    cut: bool,
}

impl CgroupProbe {
    pub(super) fn new(roots: &Roots, filter: NameFilter) -> Self {
        Self { root: roots.sys.join(CGROUP.path), filter, text: Vec::new(), left: 0, cut: false }
    }

    /// Appends the rows of the groups in `folder`, whose path below the root is `path`.
    fn descend(&mut self, folder: &Path, path: &[u8], depth: usize, names: &[OsString], out: &mut Vec<u8>) {
        for name in names {
            if self.left == 0 || depth == MAX_DEPTH {
                self.cut = true;
                return;
            }
            self.left -= 1;
            let child = folder.join(name);
            let separator: &[u8] = if path.is_empty() { b"" } else { b"/" };
            self.visit(&child, &[path, separator, name.as_bytes()].concat(), depth, out);
        }
    }

    fn visit(&mut self, folder: &Path, path: &[u8], depth: usize, out: &mut Vec<u8>) {
        let level = level(path, &self.filter);
        if level == Level::Hidden || !self.is_populated(folder) {
            return;
        }
        if level == Level::Row || level == Level::Open && self.holds_processes(folder) {
            return self.add(folder, path, out);
        }
        match folders(folder) {
            Ok(names) if !names.is_empty() => self.descend(folder, path, depth + 1, &names, out),
            Ok(_) if level == Level::Open => self.add(folder, path, out),
            // A group that has disappeared has no groups below.
            Ok(_) | Err(_) => {}
        }
    }

    /// Whether the root of the tree has the only row. In a cgroup namespace of its own, as in a container, the root is the
    /// group of the namespace, and is treated as any other; `cgroup.type` tells, which the machine's root lacks.
    fn is_whole_row(&mut self, root: &Path, names: &[OsString]) -> bool {
        if !root.join("cgroup.type").exists() {
            return false;
        }
        match level(ROOT, &self.filter) {
            Level::Row => true,
            Level::Open => names.is_empty() || self.holds_processes(root),
            Level::Above | Level::Hidden => false,
        }
    }

    /// Whether there are processes in a group or below it.
    fn is_populated(&mut self, folder: &Path) -> bool {
        self.read_file(folder, "cgroup.events") && lines(&self.text).any(|line| line == b"populated 1")
    }

    fn holds_processes(&mut self, folder: &Path) -> bool {
        self.read_file(folder, "cgroup.procs") && !self.text.is_empty()
    }

    /// Appends the line of a group, unless the group disappears meanwhile.
    fn add(&mut self, folder: &Path, path: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(CGROUP.tags[0]);
        escape(path, out);
        if self.add_figures(folder, out) {
            out.push(b'\n');
        } else {
            out.truncate(start);
        }
    }

    /// Returns whether the group existed until the end.
    fn add_figures(&mut self, folder: &Path, out: &mut Vec<u8>) -> bool {
        // Writing to memory does not fail.
        for file in SINGLE {
            if self.read_file(folder, file) {
                let _ = write!(out, " {file}={}", number(&self.text));
            }
        }
        if self.read_file(folder, "io.stat") {
            for (device, [rbytes, wbytes, rios, wios]) in lines(&self.text).filter_map(io) {
                out.extend_from_slice(b" io.");
                out.extend_from_slice(device);
                let _ = write!(out, "={rbytes},{wbytes},{rios},{wios}");
            }
        }
        let mut last = false;
        for (file, controller, keys) in KEYED {
            last = self.read_file(folder, file);
            for line in lines(&self.text).filter(|_| last) {
                let mut words = Words(line);
                let key = words.next().unwrap_or_default();
                if let Some(key) = keys.iter().find(|wanted| wanted.as_bytes() == key) {
                    let _ = write!(out, " {controller}.{key}={}", words.number());
                }
            }
        }
        last
    }

    /// Reads a file of a group into the buffer; false on failure.
    fn read_file(&mut self, folder: &Path, name: &str) -> bool {
        self.text.clear();
        let path = folder.join(name);
        let read = |text: &mut Vec<u8>| file::open(&path)?.take(MAX_FILE).read_to_end(text);
        read(&mut self.text).is_ok()
    }
}

impl Probe for CgroupProbe {
    fn capture(&self) -> &'static Capture {
        &CGROUP
    }

    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        (self.left, self.cut) = (MAX_GROUPS, false);
        let root = self.root.clone();
        let names = folders(&root)?;
        if !self.is_whole_row(&root, &names) {
            self.descend(&root, b"", 0, &names, out);
        } else {
            self.add(&root, ROOT, out);
        }
        if self.cut {
            let text = format!("only {MAX_GROUPS} groups and {MAX_DEPTH} levels are read");
            return Err(io::Error::other(text));
        }
        Ok(())
    }
}

/// The names of the folders in `folder`, without links, sorted.
fn folders(folder: &Path) -> io::Result<Vec<OsString>> {
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let entries = fs::read_dir(folder)?.flatten().filter(is_folder).take(MAX_GROUPS + 1);
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    Ok(names)
}

/// The device and its counters of a line `8:0 rbytes=1 wbytes=2 rios=3 wios=4 ...`; none where one is missing.
fn io(line: &[u8]) -> Option<(&[u8], [u64; IO.len()])> {
    let mut words = Words(line);
    let device = words.next()?;
    let is_number = |&byte: &u8| byte.is_ascii_digit() || byte == b':';
    let mut counters = [UNKNOWN; IO.len()];
    for (key, value) in words.filter_map(key_value) {
        if let Some(index) = IO.iter().position(|name| name.as_bytes() == key) {
            counters[index] = counter(value);
        }
    }
    let is_whole = device.contains(&b':') && device.iter().all(is_number) && !counters.contains(&UNKNOWN);
    is_whole.then_some((device, counters))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn devices_that_tell_everything_are_read() {
        assert_eq!(io(b"8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5"), Some((&b"8:0"[..], [1, 2, 3, 4])));
        for line in [&b"8:0"[..], b"8:0 rbytes=1 wbytes=2 rios=3", b"x=1 rbytes=1 wbytes=2 rios=3 wios=4"] {
            assert_eq!(io(line), None);
        }
    }

    proptest! {
        #[test]
        fn any_file_is_read(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let root = tempfile::tempdir().unwrap();
            for name in ["io.stat", "memory.stat", "memory.events", "cpu.stat", "memory.current", "pids.current"] {
                fs::write(root.path().join(name), &text).unwrap();
            }
            let roots = Roots { proc: root.path().into(), sys: root.path().into() };
            let mut out = Vec::new();
            CgroupProbe::new(&roots, NameFilter::default()).add(root.path(), b"a b", &mut out);
            prop_assert!(out.ends_with(b"\n") && out.iter().filter(|&&byte| byte == b'\n').count() == 1);
        }
    }
}

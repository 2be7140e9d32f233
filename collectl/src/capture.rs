//! What is read from the kernel, and the form in which it enters a frame.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::scan::whole_lines;

/// One kernel file that is read at every sample.
///
/// A subsystem declares the captures that it needs as constants in its own file; where two subsystems need the same file
/// they name the same constant, and it is read once.
#[derive(Debug)]
pub struct Capture {
    /// Place within a frame, and identity: no two captures share one. The order is that of the raw files of the Perl
    /// collectl (buddy 10, stat 20, int 30, disk 40, load 50, tcp 60, fs 70, nfs 80, meminfo 90, vmstat 100, numa 110,
    /// sock 120, net 130, ib 140, slab 160, proc 170, ipmi 190); what it does not have
    /// stands behind (pressure 200, cgroup 210).
    pub rank: u8,
    /// Which of the two kernel file systems it is in.
    pub root: Root,
    /// Path below that root. A `*` in the name of a folder stands for a number: the file is read in every such folder, in
    /// the order of the numbers, and `keep` is called for each of them with that number as the first line of the text.
    pub path: &'static str,
    /// Whether a machine may well be without it: then nothing is said when it is missing.
    pub optional: bool,
    /// How its lines begin in a frame: a line belongs to the capture with the longest tag that it begins with.
    pub tags: &'static [&'static [u8]],
    /// Appends the kernel's text to a frame: tagged, and without the lines that no one uses.
    pub keep: fn(text: &[u8], out: &mut Vec<u8>),
}

/// Another way to keep the text of a capture than its own, as the user's switches ask for.
#[derive(Clone)]
pub struct Keeper {
    /// The rank of the capture.
    pub rank: u8,
    /// What takes the place of [`Capture::keep`].
    pub keep: Arc<Keep>,
}

/// Appends the kernel's text to a frame; see [`Capture::keep`].
pub type Keep = dyn Fn(&[u8], &mut Vec<u8>) + Send + Sync;

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("rank", &self.rank).finish_non_exhaustive()
    }
}

/// Reads a capture that is more than one file: the folders of all processes, say.
pub trait Probe {
    /// What it reads; in place of the file that this names.
    fn capture(&self) -> &'static Capture;

    /// Whether it began something whose result it gives at a later sample: it is read at each until then.
    fn is_pending(&self) -> bool {
        false
    }

    /// Appends the tagged lines.
    ///
    /// # Errors
    /// Why there are none at all, or not all. What can't be read of one instance among many is left out.
    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<()>;
}

/// The two kernel file systems that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// `/proc`, or what `--procfs` names.
    Proc,
    /// `/sys`, or what `--sysfs` names.
    Sys,
}

/// Appends `tag`, a blank and the line, for every line of `text` that `wanted` accepts.
pub fn keep_tagged(text: &[u8], tag: &[u8], wanted: impl Fn(&[u8]) -> bool, out: &mut Vec<u8>) {
    for line in whole_lines(text).filter(|line| wanted(line)) {
        out.extend_from_slice(tag);
        out.push(b' ');
        out.extend_from_slice(line);
    }
}

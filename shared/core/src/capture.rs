//! What is read from the kernel, and the form in which it enters a frame.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::scan::whole_lines;

/// One kernel file that is read at every sample.
///
/// A subsystem declares the captures that it needs as statics in its own file; where two subsystems need the same file
/// they name the same static, and it is read once. A capture is the same as another one if it is the same static.
#[derive(Debug)]
pub struct Capture {
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
    /// The capture.
    pub capture: &'static Capture,
    /// What takes the place of [`Capture::keep`].
    pub keep: Arc<Keep>,
}

impl PartialEq for Capture {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Appends the kernel's text to a frame; see [`Capture::keep`].
pub type Keep = dyn Fn(&[u8], &mut Vec<u8>) + Send + Sync;

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keeper").field("capture", &self.capture.path).finish_non_exhaustive()
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

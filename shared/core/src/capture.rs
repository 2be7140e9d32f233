//! What is read from the kernel, and how it is stored in a frame.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::scan::whole_lines;

/// One kernel file that is read at every sample.
///
/// A subsystem declares its captures as statics in its own file. Subsystems that need the same file use the same
/// static, and the file is read once. Two captures are equal if they are the same static.
#[derive(Debug)]
pub struct Capture {
    /// Which of the two kernel file systems it is in.
    pub root: Root,
    /// Path below that root. A `*` in the name of a folder stands for a number: the file is read in every such folder,
    /// in numerical order, and `keep` is called for each with that number as the first line of the text.
    pub path: &'static str,
    /// Whether the file may be absent: then nothing is reported.
    pub optional: bool,
    /// The start of its lines in a frame. A line belongs to the capture with the longest matching tag.
    pub tags: &'static [&'static [u8]],
    /// Appends the kernel's text to a frame: tagged, and without unused lines.
    pub keep: fn(text: &[u8], out: &mut Vec<u8>),
}

/// A rule, from the user's switches, that replaces the usual one of a capture.
#[derive(Clone)]
pub struct KeepRule {
    /// The capture.
    pub capture: &'static Capture,
    /// The replacement for [`Capture::keep`].
    pub keep: Arc<Keep>,
}

impl PartialEq for Capture {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Appends the kernel's text to a frame; see [`Capture::keep`].
pub type Keep = dyn Fn(&[u8], &mut Vec<u8>) + Send + Sync;

impl fmt::Debug for KeepRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeepRule").field("capture", &self.capture.path).finish_non_exhaustive()
    }
}

/// Reads a capture that is more than one file: the folders of all processes, for example.
pub trait Probe {
    /// The capture; the probe replaces the reading of its file.
    fn capture(&self) -> &'static Capture;

    /// Whether a result is still outstanding: the probe is called at every sample until it is not.
    fn is_pending(&self) -> bool {
        false
    }

    /// Appends the tagged lines.
    ///
    /// # Errors
    /// Why lines are missing. A single instance that can't be read is left out without an error.
    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<()>;
}

/// One of the two kernel file systems.
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

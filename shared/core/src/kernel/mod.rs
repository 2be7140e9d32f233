//! The kernel's file systems: where they are mounted, and how their files are read without waiting.

pub mod devices;
pub mod file;

use std::path::PathBuf;

use crate::capture::{Capture, Root};

/// The two kernel file systems.
#[derive(Debug, Clone)]
pub struct Roots {
    /// `/proc`, or another folder with the same layout.
    pub proc: PathBuf,
    /// `/sys`, or another folder with the same layout.
    pub sys: PathBuf,
}

impl Roots {
    /// The path of a capture's file.
    #[must_use]
    pub fn path(&self, capture: &Capture) -> PathBuf {
        match capture.root {
            Root::Proc => self.proc.join(capture.path),
            Root::Sys => self.sys.join(capture.path),
        }
    }
}

impl Default for Roots {
    /// Where Linux mounts them.
    fn default() -> Self {
        Self { proc: PathBuf::from("/proc"), sys: PathBuf::from("/sys") }
    }
}

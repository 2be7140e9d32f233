//! `i`: directory entries, open files and inodes, from `/proc/sys/fs` (proc_sys_fs(5)).

mod figures;

use super::{Context, Descriptor, Included, Interval, NoArgs, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::figure::Table;
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;
use crate::usage::UsageError;

/// The directory entry cache.
pub(crate) static DENTRY: Capture = Capture {
    root: Root::Proc,
    path: "sys/fs/dentry-state",
    optional: false,
    tags: &[b"fs-ds "],
    keep: |text, out| keep_tagged(text, b"fs-ds", |_| true, out),
};

/// Inodes: their number, and how many are free.
pub(crate) static INODE: Capture = Capture {
    root: Root::Proc,
    path: "sys/fs/inode-nr",
    optional: false,
    tags: &[b"fs-is "],
    keep: |text, out| keep_tagged(text, b"fs-is", |_| true, out),
};

/// File handles: allocated, free, and their limit.
pub(crate) static FILE: Capture = Capture {
    root: Root::Proc,
    path: "sys/fs/file-nr",
    optional: false,
    tags: &[b"fs-fnr "],
    keep: |text, out| keep_tagged(text, b"fs-fnr", |_| true, out),
};

pub(crate) struct Inode;

/// Levels of `/proc/sys/fs`; there are no counters.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Levels {
    nr_dentry: u64,
    nr_unused: u64,
    files_allocated: u64,
    files_max: u64,
    nr_inodes: u64,
    nr_free_inodes: u64,
}

impl Levels {
    /// Inodes in use.
    fn inodes(&self) -> u64 {
        self.nr_inodes.saturating_sub(self.nr_free_inodes)
    }

    /// Allocated file handles in percent of their limit.
    fn files_percent(&self) -> f64 {
        if self.files_max == 0 { 0.0 } else { 100.0 * self.files_allocated as f64 / self.files_max as f64 }
    }
}

impl Subsystem for Inode {
    type Args = NoArgs;
    type Options = ();
    type Sample = Levels;
    type Rates = Levels;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "inodes",
        about: "inodes",
        summary: Some('i'),
        included: Included::Daemon,
        brief: Some(100),
        plot: 60,
        captures: &[&DENTRY, &INODE, &FILE],
        ..Descriptor::EMPTY
    };

    fn options(_: &Switches, _: &Context<'_>) -> Result<(), UsageError> {
        Ok(())
    }

    fn new(_: &Settings, (): &()) -> Self {
        Self
    }

    fn read(&self, frame: &Frame, levels: &mut Levels) {
        *levels = Levels::default();
        let numbers = |capture| frame.lines(capture).map(|line| Words(line).numbers::<4>());
        for [_, dentries, unused, _] in numbers(&DENTRY) {
            (levels.nr_dentry, levels.nr_unused) = (dentries, unused);
        }
        for [_, inodes, free, _] in numbers(&INODE) {
            (levels.nr_inodes, levels.nr_free_inodes) = (inodes, free);
        }
        for [_, allocated, _, max] in numbers(&FILE) {
            (levels.files_allocated, levels.files_max) = (allocated, max);
        }
    }

    fn rates(&self, _: &Levels, current: &Levels, _: Interval) -> Levels {
        current.clone()
    }

    fn brief_header(&self, _: &Levels, sheet: &mut BriefSheet) {
        sheet.group("<----Files--->", "Handle Inodes ");
    }

    fn brief(&self, levels: &Levels, line: &mut Line) {
        line.sum(Sum::Level);
        for level in [levels.files_allocated, levels.inodes()] {
            line.scaled(level as f64, 6, 6, Scale::Count).text(" ");
        }
    }

    fn heading(&self, _: Part, _: &Levels) -> Heading {
        Heading::of(
            "# INODE SUMMARY",
            &["     Dentries       File Handles    Inodes", "  Number   Unused   Alloc  MaxPct   Number"],
        )
    }

    fn rows(&self, _: Part, levels: &Levels, rows: &mut Rows<'_>) {
        rows.row(|line| {
            line.blanks(2).scaled(levels.nr_dentry as f64, 7, 7, Scale::Count);
            line.blanks(2).scaled(levels.nr_unused as f64, 7, 7, Scale::Count);
            line.blanks(2).scaled(levels.files_allocated as f64, 6, 6, Scale::Count);
            line.fixed(levels.files_percent(), 8, 2);
            line.blanks(3).scaled(levels.inodes() as f64, 6, 6, Scale::Count);
        });
    }

    fn figures(&self, _: Part, levels: &Levels, sheet: &mut Sheet<'_>) {
        sheet.one(&figures::INODES, levels);
    }

    fn tables(_: Part) -> Vec<Table> {
        vec![figures::INODES.table()]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Time;

    fn read(dentry: &[u8], inode: &[u8], file: &[u8]) -> Levels {
        let (mut frame, mut levels) = (Frame::default(), Levels { files_allocated: 99, ..Levels::default() });
        frame.restart(Time::default());
        for (capture, text) in [(&DENTRY, dentry), (&INODE, inode), (&FILE, file)] {
            frame.add(capture, |out| (capture.keep)(text, out));
        }
        Inode.read(&frame, &mut levels);
        levels
    }

    #[test]
    fn lines_of_the_kernel() {
        let levels = read(b"89078\t87419\t45\t0\t19286\t0\n", b"69451\t51\n", b"563\t0\t2466177\n");
        let expected = Levels {
            nr_dentry: 89078,
            nr_unused: 87419,
            files_allocated: 563,
            files_max: 2_466_177,
            nr_inodes: 69451,
            nr_free_inodes: 51,
        };
        assert_eq!((levels.inodes(), &levels), (69400, &expected));
        assert_eq!(format!("{:.4}", levels.files_percent()), "0.0228");
        assert_eq!(read(b"", b"1 2\n", b"").inodes(), 0);
        assert_eq!(Levels::default().files_percent(), 0.0);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let levels = read(&bytes, &bytes, &bytes);
            Inode.rows(Part::Summary, &levels, &mut Rows::new(b"", &mut Line::default()));
        }
    }
}

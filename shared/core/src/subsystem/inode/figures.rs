//! The figures of inodes and open files.

use super::Levels;
use crate::figure::{Figure, Group};

type Inodes = Figure<Levels>;

/// Those of the machine.
pub(super) static INODES: Group<'_, Levels> =
    Group::one("inodes", "inodes and open files", &FIGURES).plot("INODE").lexpr("inodeinfo.");

static FIGURES: [Inodes; 6] = [
    Inodes::level("dentries", |it| it.nr_dentry.into())
        .help("directory entries in the cache")
        .plot("NumDentry")
        .lexpr("dentrynum"),
    Inodes::level("unused_dentries", |it| it.nr_unused.into())
        .help("directory entries that nothing uses")
        .lexpr("dentryunused"),
    Inodes::level("open_files", |it| it.files_allocated.into())
        .help("open files")
        .plot("openFiles")
        .lexpr("filesalloc"),
    Inodes::level("max_open_files", |it| it.files_max.into()).help("limit of open files").lexpr("filesmax"),
    Inodes::share("open_files_percent", |it| it.files_percent().into())
        .help("open files, of their limit")
        .plot("MaxFile%"),
    Inodes::level("inodes", |it| it.inodes().into()).help("inodes in use").plot("used").lexpr("inodeused"),
];

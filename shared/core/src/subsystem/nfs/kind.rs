//! The versions and sides of NFS, and the positions of their operations.

use crate::scan::number;

/// Most operations that are read of one kind; all that are shown are within this limit.
pub(super) const OPERATIONS: usize = 48;

/// The operations that are shown, by their headings in the detail format.
pub(super) const COLUMNS: [&str; 22] = [
    "Read", "Writ", "Comm", "Look", "Accs", "Gttr", "Sttr", "Rdir", "Cre8", "Rmov", "Rnam", "Link", "Rlnk",
    "Null", "Syml", "Mkdr", "Rmdr", "Fsta", "Finf", "Path", "Mknd", "Rdr+",
];

/// Columns of reads, writes and commits.
pub(super) const READ: usize = 0;
pub(super) const WRITE: usize = 1;
pub(super) const COMMIT: usize = 2;
/// Columns that count as metadata: lookup, access, getattr, setattr, readdir, readdirplus.
pub(super) const META: [usize; 6] = [3, 4, 5, 6, 7, 21];

/// A version and a side.
#[derive(Debug)]
pub(super) struct Kind {
    /// Its name in filters.
    pub(super) name: &'static str,
    /// Its name in the detail format.
    pub(super) row: &'static str,
    /// Its name in the plot format.
    pub(super) plot: &'static str,
    /// How its line begins in a frame.
    pub(super) tag: &'static [u8],
    /// The position in the kernel's line of each of the [`COLUMNS`]; none if the version lacks it.
    operations: [Option<u8>; 22],
}

impl Kind {
    pub(super) fn is_server(&self) -> bool {
        self.name.starts_with('s')
    }

    /// The version of the protocol.
    pub(super) fn version(&self) -> u64 {
        number(&self.name.as_bytes()[1..])
    }

    /// Whether it has the operation of a column.
    pub(super) fn has(&self, column: usize) -> bool {
        self.operations[column].is_some()
    }

    /// The last column with an operation.
    pub(super) fn last_column(&self) -> usize {
        self.operations.iter().rposition(Option::is_some).unwrap_or(0)
    }

    /// The counter of a column; zero if the version lacks it.
    pub(super) fn of(&self, operations: &[u64; OPERATIONS], column: usize) -> u64 {
        self.operations[column].map_or(0, |operation| operations[usize::from(operation)])
    }
}

const NONE: u8 = u8::MAX;

const fn at(positions: [u8; 22]) -> [Option<u8>; 22] {
    let mut operations = [None; 22];
    let mut column = 0;
    while column < positions.len() {
        if positions[column] != NONE {
            assert!((positions[column] as usize) < OPERATIONS);
            operations[column] = Some(positions[column]);
        }
        column += 1;
    }
    operations
}

// RFC 1094.
const V2: [Option<u8>; 22] =
    at([6, 8, NONE, 4, NONE, 1, 2, 16, 9, 10, 11, 12, 5, 0, 13, 14, 15, 17, NONE, NONE, NONE, NONE]);
// RFC 1813.
const V3: [Option<u8>; 22] =
    at([6, 7, 21, 3, 4, 1, 2, 16, 8, 12, 14, 15, 5, 0, 10, 9, 13, 18, 19, 20, 11, 17]);
// The kernel's own numbers, NFSPROC4_CLNT_* in linux/nfs4.h.
const V4_CLIENT: [Option<u8>; 22] =
    at([1, 2, 3, 19, 17, 18, 9, 29, 25, 21, 22, 23, 28, 0, 24, NONE, NONE, NONE, 10, 26, NONE, NONE]);
// RFC 7530: numbers of operations, not of procedures.
const V4_SERVER: [Option<u8>; 22] = at([
    25, 38, 5, 15, 3, 9, 34, 26, 6, 28, 29, 11, 27, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
]);

/// All of them, in display order.
pub(super) static KINDS: [Kind; 6] = [
    Kind { name: "c2", row: "Clt2", plot: "2cd", tag: b"nfsc-proc2 ", operations: V2 },
    Kind { name: "s2", row: "Svr2", plot: "2sd", tag: b"nfss-proc2 ", operations: V2 },
    Kind { name: "c3", row: "Clt3", plot: "3cd", tag: b"nfsc-proc3 ", operations: V3 },
    Kind { name: "s3", row: "Svr3", plot: "3sd", tag: b"nfss-proc3 ", operations: V3 },
    Kind { name: "c4", row: "Clt4", plot: "4cd", tag: b"nfsc-proc4 ", operations: V4_CLIENT },
    Kind { name: "s4", row: "Svr4", plot: "4sd", tag: b"nfss-proc4ops ", operations: V4_SERVER },
];

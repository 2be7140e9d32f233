//! The program that is sent to hosts without collectl.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use thiserror::Error;

/// Largest program, in bytes.
const LARGEST: u64 = 256 << 20;
/// The type of the program header in an ELF file that names its loader. Only a dynamic program has one (elf(5)).
const PT_INTERP: u32 = 3;

/// Why a program can't be pushed.
#[derive(Debug, Error)]
pub(crate) enum PushError {
    /// The file can't be read.
    #[error("--push: {}: {error}", path.display())]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// It is not a program for Linux.
    #[error("--push: {} is not a program", .0.display())]
    NoProgram(PathBuf),
    /// It would not run on hosts with other libraries.
    #[error(
        "--push: {} needs shared libraries, which hosts may not have; README.md explains how to build a static one, \
         and --push=FILE names it",
        .0.display()
    )]
    Dynamic(PathBuf),
    /// There is no program.
    #[error("--push: collectl is neither in the folder of collectl-recv nor in PATH")]
    Missing,
}

/// Reads the program at `path`, which must be linked statically.
///
/// # Errors
/// A [`PushError`].
pub(crate) fn program(path: &Path) -> Result<Bytes, PushError> {
    let unreadable = |error| PushError::Unreadable { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    match has_loader(&bytes) {
        None => Err(PushError::NoProgram(path.to_owned())),
        Some(_) if bytes.len() as u64 > LARGEST => Err(PushError::NoProgram(path.to_owned())),
        Some(true) => Err(PushError::Dynamic(path.to_owned())),
        Some(false) => Ok(bytes.into()),
    }
}

/// Whether a 64-bit little-endian ELF program names a loader; none if it is something else. The layout is that of
/// elf(5): `Elf64_Ehdr`, `Elf64_Phdr`.
pub(crate) fn has_loader(bytes: &[u8]) -> Option<bool> {
    let field = |at: usize, size: usize| {
        let bytes = bytes.get(at..at.checked_add(size)?)?;
        Some(bytes.iter().rev().fold(0_usize, |value, &byte| value << 8 | usize::from(byte)))
    };
    if bytes.get(..6)? != [0x7f, b'E', b'L', b'F', 2, 1] {
        return None;
    }
    let (table, size, count) = (field(32, 8)?, field(54, 2)?, field(56, 2)?);
    let kinds = (0..count).map(|index| field(table.checked_add(index * size)?, 4));
    let kinds: Option<Vec<usize>> = kinds.collect();
    Some(kinds?.contains(&(PT_INTERP as usize)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with program headers of these types.
    fn elf(kinds: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1]);
        bytes[32] = 64;
        bytes[54] = 56;
        bytes[56] = kinds.len() as u8;
        for kind in kinds {
            bytes.extend(kind.to_le_bytes());
            bytes.extend([0; 52]);
        }
        bytes
    }

    #[test]
    fn a_dynamic_program_is_detected() {
        assert_eq!(has_loader(&elf(&[6, 1, 1])), Some(false));
        assert_eq!(has_loader(&elf(&[6, 3, 1])), Some(true));
        let test = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(has_loader(&test).is_some());
    }

    #[test]
    fn other_files_are_refused() {
        let mut endless = elf(&[1]);
        endless[32..40].fill(0xff);
        for bytes in [&b""[..], b"#!/bin/sh\n", b"\x7fELF\x02\x01", &elf(&[1, 1])[..100], &endless] {
            assert_eq!(has_loader(bytes), None);
        }
    }
}

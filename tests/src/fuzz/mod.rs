//! Fuzz targets: functions that pass any bytes to the code that reads foreign bytes, and panic if a promise is broken.
//!
//! `tests/fuzz` runs them guided by coverage (cargo-fuzz, on a nightly toolchain). The test `fuzz` runs their corpus,
//! and mutations of it, on a stable toolchain. The first bytes of an input may choose how the others are split.

mod kernel;
mod receiver;
mod recording;
mod show;
mod switches;
mod wire;

use std::fs;
use std::path::{Path, PathBuf};

/// One target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name: the name of its folder in the corpus, and of its program for cargo-fuzz.
    pub name: &'static str,
    /// Receives the bytes.
    pub run: fn(&[u8]),
}

/// All targets.
pub static TARGETS: &[Target] = &[
    Target { name: "lines", run: wire::lines },
    Target { name: "prefix", run: wire::prefix },
    Target { name: "hello", run: wire::hello },
    Target { name: "allow", run: wire::allow },
    Target { name: "endpoint", run: wire::endpoint },
    Target { name: "host", run: wire::host },
    Target { name: "display", run: wire::display },
    Target { name: "stream", run: receiver::stream },
    Target { name: "hosts", run: receiver::hosts },
    Target { name: "outcome", run: receiver::outcome },
    Target { name: "program", run: receiver::program },
    Target { name: "attribute", run: receiver::attribute },
    Target { name: "raw", run: recording::raw },
    Target { name: "gzip", run: recording::gzip },
    Target { name: "recovery", run: recording::recovery },
    Target { name: "times", run: receiver::times },
    Target { name: "replay", run: receiver::replay },
    Target { name: "kernel", run: kernel::files },
    Target { name: "arguments", run: switches::arguments },
    Target { name: "conf", run: switches::conf },
];

/// Runs the target `name` once.
///
/// # Panics
/// If there is no target of that name, or a promise is broken.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap_or_else(|| panic!("no target {name}")).run)(bytes);
}

/// The inputs of `target` in the corpus, by name.
///
/// # Panics
/// If there are none, or they can't be read.
#[must_use]
pub fn corpus(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target.name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.into_iter().map(|path| (path.clone(), fs::read(path).expect("it can be read"))).collect()
}

/// The text of an input.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Takes the first byte of an input, which is the size of the chunks for the others.
fn chunked(bytes: &[u8]) -> (usize, &[u8]) {
    let (size, rest) = bytes.split_first().unwrap_or((&0, bytes));
    (usize::from(*size).max(1), rest)
}

/// True if `text` is safe on a terminal: no control character except TAB and line ends.
fn is_harmless(text: &[u8]) -> bool {
    let harmless = |line: &[u8]| collectl_wire::display::sanitize(line) == String::from_utf8_lossy(line);
    text.split(|&byte| byte == b'\n').all(harmless)
}

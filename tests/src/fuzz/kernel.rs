//! Files of /proc and /sys, read like those of this machine.

use std::fs;
use std::path::{Component, Path};

use collectl_core::clock::Time;
use collectl_core::frame::Frame;
use collectl_core::kernel::Roots;
use collectl_core::machine::Machine;
use tempfile::TempDir;

use super::show;

/// Begins a file: its path follows, below `proc/` or `sys/`.
const FILE: &str = "=== ";
/// Begins the second sample: files of the first sample that it does not name are unchanged.
const NEXT: &str = "=== next\n";
/// Most files of a sample.
const FILES: usize = 64;

/// Two samples of a machine, as a sequence of files.
pub(super) fn files(bytes: &[u8]) {
    // The input is not text in general, because any of the files may hold other bytes.
    let next = bytes.windows(NEXT.len()).position(|part| part == NEXT.as_bytes());
    let (first, second) = bytes.split_at(next.unwrap_or(bytes.len()));
    let folder = TempDir::with_prefix("fuzz").expect("a temporary folder");
    let (proc, sys) = (folder.path().join("proc"), folder.path().join("sys"));
    let roots = Roots { proc, sys };
    for root in [&roots.proc, &roots.sys] {
        fs::create_dir(root).expect("a new folder can be written to");
    }
    write(folder.path(), first);
    let mut source = show::everything().source(&roots, |_| 1);
    let machine = Machine::here(&roots);
    let mut reports = show::reports(None, &machine);
    let mut frame = Frame::default();
    for (second, files) in [(1, &[][..]), (2, second), (3, second)] {
        write(folder.path(), files);
        source.sample(Time::from_micros(second * 1_000_000), &mut frame, |_, _| {});
        reports.iter_mut().for_each(|report| report.accept(&frame));
    }
}

/// Writes the files in `bytes`. What can't be a file is left out.
fn write(folder: &Path, bytes: &[u8]) {
    let mut rest = bytes;
    for _ in 0..FILES {
        let Some(start) = rest.windows(FILE.len()).position(|part| part == FILE.as_bytes()) else { return };
        let file = &rest[start + FILE.len()..];
        let length = file.windows(FILE.len()).position(|part| part == FILE.as_bytes());
        let (file, others) = file.split_at(length.unwrap_or(file.len()));
        let end = file.iter().position(|&byte| byte == b'\n').unwrap_or(file.len());
        let (path, text) = (String::from_utf8_lossy(&file[..end]), file.get(end + 1..).unwrap_or_default());
        if is_below(Path::new(&*path)) {
            let path = folder.join(&*path);
            // A path may be too long, or go through a file.
            let _ = fs::create_dir_all(path.parent().unwrap_or(folder)).and_then(|()| fs::write(path, text));
        }
        rest = others;
    }
}

fn is_below(path: &Path) -> bool {
    let root =
        matches!(path.components().next(), Some(Component::Normal(root)) if root == "proc" || root == "sys");
    let parts = path.components().all(|part| matches!(part, Component::Normal(_)));
    root && parts && path.components().count() < 10 && !path.as_os_str().as_encoded_bytes().contains(&0)
}

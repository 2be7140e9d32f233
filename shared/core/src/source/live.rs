//! Frames of this machine, now.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::io::Errno;

use crate::capture::{Capture, Keep, KeepRule, Probe};
use crate::clock::Time;
use crate::frame::Frame;
use crate::kernel::Roots;
use crate::kernel::file::{KernelFile, READ_SIZE, whole_lines};
use crate::registry::position;

/// Reads a set of captures in every sample, or in every Nth. Files stay open.
pub struct Live {
    readers: Vec<Reader>,
    buffer: Vec<u8>,
    samples: u64,
}

struct Reader {
    capture: &'static Capture,
    keep: Arc<Keep>,
    /// It is read in the first sample, and again after this many samples.
    every: u64,
    path: PathBuf,
    /// One file, or those in the numbered folders that existed at the last sample.
    files: Vec<(u64, KernelFile)>,
    probe: Option<Box<dyn Probe>>,
    reported: bool,
}

impl Live {
    /// A source that reads `captures`, each once, in the order of a raw file.
    #[must_use]
    pub fn new(roots: &Roots, captures: impl IntoIterator<Item = &'static Capture>) -> Self {
        let mut unique: Vec<&Capture> = Vec::new();
        for capture in captures {
            if !unique.contains(&capture) {
                unique.push(capture);
            }
        }
        unique.sort_by_cached_key(|capture| position(capture));
        let reader = |capture| Reader {
            capture,
            keep: Arc::new(capture.keep),
            every: 1,
            path: roots.path(capture),
            files: Vec::new(),
            probe: None,
            reported: false,
        };
        Self { readers: unique.into_iter().map(reader).collect(), buffer: Vec::new(), samples: 0 }
    }

    /// Reads `capture` in the first sample and every `every` samples after it.
    pub fn set_every(&mut self, capture: &Capture, every: u64) {
        for reader in self.readers.iter_mut().filter(|reader| reader.capture == capture) {
            reader.every = every.max(1);
        }
    }

    /// Starts counting samples again: the next one captures everything.
    pub fn restart(&mut self) {
        self.samples = 0;
    }

    /// Replaces the rule by which a capture is kept.
    pub fn set_keep_rule(&mut self, keep_rule: KeepRule) {
        for reader in self.readers.iter_mut().filter(|reader| reader.capture == keep_rule.capture) {
            reader.keep = keep_rule.keep.clone();
        }
    }

    /// Uses `probe` to read a capture.
    pub fn set_probe(&mut self, probe: Box<dyn Probe>) {
        if let Some(reader) = self.readers.iter_mut().find(|reader| reader.capture == probe.capture()) {
            reader.probe = Some(probe);
        }
    }

    /// Fills `frame` with the state of the machine at `now`.
    ///
    /// A file that can't be read leaves its section empty, and an incomplete last line is left out. `report` is called
    /// once with the path and the reason, and the file is tried again in the next sample.
    pub fn sample(&mut self, now: Time, frame: &mut Frame, mut report: impl FnMut(&Path, &io::Error)) {
        frame.restart(now.to_millisecond());
        let sample = self.samples;
        self.samples += 1;
        for reader in self.readers.iter_mut().filter(|reader| reader.is_due(sample)) {
            match reader.read(&mut self.buffer, frame) {
                Ok(()) => reader.reported = false,
                Err(error) => {
                    let absent = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::Unsupported);
                    let expected = reader.capture.optional && absent;
                    if !expected && !std::mem::replace(&mut reader.reported, true) {
                        report(&reader.path, &error);
                    }
                }
            }
        }
    }
}

impl Reader {
    fn is_due(&self, sample: u64) -> bool {
        sample.is_multiple_of(self.every) || self.probe.as_ref().is_some_and(|probe| probe.is_pending())
    }

    /// Adds the kept lines of the file, or of the file in every numbered folder, to `frame`. Files in folders that have
    /// disappeared are left out.
    fn read(&mut self, buffer: &mut Vec<u8>, frame: &mut Frame) -> io::Result<()> {
        if let Some(probe) = &mut self.probe {
            let mut result = Ok(());
            frame.add(self.capture, |out| result = probe.read(out));
            return result;
        }
        let Some(numbered) = Numbered::of(&self.path) else {
            if self.files.is_empty() {
                self.files.push((0, KernelFile::default()));
            }
            let length = self.files[0].1.read(&self.path, buffer, 0)?;
            let (length, cut) = whole_lines(&buffer[..length], 0);
            frame.add(self.capture, |out| (self.keep)(&buffer[..length], out));
            return cut;
        };
        numbered.follow(&mut self.files)?;
        let mut result = Ok(());
        for (number, file) in &mut self.files {
            let head = format!("{number}\n");
            buffer.resize(buffer.len().max(READ_SIZE), 0);
            buffer[..head.len()].copy_from_slice(head.as_bytes());
            match file.read(&numbered.path(*number), buffer, head.len()) {
                Ok(length) => {
                    let (length, cut) = whole_lines(&buffer[..length], head.len());
                    frame.add(self.capture, |out| (self.keep)(&buffer[..length], out));
                    result = result.and(cut);
                }
                Err(error) if is_gone(&error) => {}
                Err(error) => result = result.and(Err(error)),
            }
        }
        result
    }
}

/// Whether a file or its device was removed: sysfs reports this error for an open file.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(Errno::NODEV.raw_os_error())
}

/// The parts of a path with a `*` in the name of a folder.
struct Numbered<'a> {
    parent: &'a Path,
    prefix: &'a str,
    file: &'a str,
}

impl<'a> Numbered<'a> {
    fn of(path: &'a Path) -> Option<Self> {
        let (before, after) = path.to_str()?.split_once('*')?;
        let (parent, prefix) = before.rsplit_once('/')?;
        Some(Self { parent: Path::new(parent), prefix, file: after.strip_prefix('/')? })
    }

    fn path(&self, number: u64) -> PathBuf {
        self.parent.join(format!("{}{number}", self.prefix)).join(self.file)
    }

    /// Replaces `files` by those of the folders that exist now, in numerical order.
    fn follow(&self, files: &mut Vec<(u64, KernelFile)>) -> io::Result<()> {
        let number =
            |entry: fs::DirEntry| entry.file_name().to_str()?.strip_prefix(self.prefix)?.parse().ok();
        let mut numbers: Vec<u64> = fs::read_dir(self.parent)?.flatten().filter_map(number).collect();
        numbers.sort_unstable();
        if !files.iter().map(|(number, _)| number).eq(&numbers) {
            *files = numbers.into_iter().map(|number| (number, KernelFile::default())).collect();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::capture::{Root, keep_tagged};

    const LOAD_KEEP: fn(&[u8], &mut Vec<u8>) = |text, out| keep_tagged(text, b"load", |_| true, out);
    static LOAD: Capture =
        Capture { root: Root::Proc, path: "loadavg", optional: false, tags: &[], keep: LOAD_KEEP };
    static WIDE: Capture = Capture {
        root: Root::Sys,
        path: "wide",
        optional: false,
        tags: &[],
        keep: |text, out| out.extend_from_slice(text),
    };

    fn sample(live: &mut Live, frame: &mut Frame) -> Vec<String> {
        let mut reports = Vec::new();
        live.sample(Time::from_micros(1_600), frame, |path, error| {
            reports.push(format!("{}: {error}", path.display()));
        });
        reports
    }

    #[test]
    fn reads_tags_and_orders() {
        let root = tempfile::tempdir().unwrap();
        let roots = Roots { proc: root.path().join("proc"), sys: root.path().join("sys") };
        fs::create_dir(&roots.proc).unwrap();
        fs::create_dir(&roots.sys).unwrap();
        fs::write(roots.proc.join("loadavg"), "0.1 0.2\n").unwrap();
        let wide = "x".repeat(99) + "\n";
        fs::write(roots.sys.join("wide"), wide.repeat(3000) + "cut off").unwrap();
        let (mut live, mut frame) = (Live::new(&roots, [&LOAD, &WIDE, &LOAD]), Frame::default());

        assert!(sample(&mut live, &mut frame)[0].ends_with("wide: ends within a line"));
        assert_eq!(frame.time(), Time::from_micros(2_000));
        assert_eq!(frame.lines(&WIDE).count(), 3000);
        assert_eq!(frame.lines(&LOAD).collect::<Vec<_>>(), [b"load 0.1 0.2"]);
        assert_eq!(frame.text().len(), 300_000 + 13);

        fs::write(roots.proc.join("loadavg"), "0.3 0.4\n").unwrap();
        sample(&mut live, &mut frame);
        assert_eq!(frame.lines(&LOAD).collect::<Vec<_>>(), [b"load 0.3 0.4"]);
    }

    #[test]
    fn a_missing_optional_file_is_not_reported() {
        static NFS: Capture =
            Capture { optional: true, path: "net/rpc/nfs", root: Root::Proc, tags: &[], keep: LOAD_KEEP };
        let root = tempfile::tempdir().unwrap();
        let roots = Roots { proc: root.path().into(), sys: root.path().into() };
        let (mut live, mut frame) = (Live::new(&roots, [&NFS]), Frame::default());
        assert!(sample(&mut live, &mut frame).is_empty());
        fs::create_dir_all(root.path().join("net/rpc/nfs")).unwrap();
        assert_eq!(sample(&mut live, &mut frame).len(), 1);
    }

    #[test]
    fn a_missing_file_is_reported_once_and_tried_again() {
        let root = tempfile::tempdir().unwrap();
        let roots = Roots { proc: root.path().into(), sys: root.path().into() };
        let (mut live, mut frame) = (Live::new(&roots, [&LOAD]), Frame::default());
        let reports = sample(&mut live, &mut frame);
        assert_eq!(reports.len(), 1);
        assert!(reports[0].contains("loadavg: No such file"), "{reports:?}");
        assert!(sample(&mut live, &mut frame).is_empty());
        assert_eq!(frame.lines(&LOAD).count(), 0);
        fs::write(root.path().join("loadavg"), "1\n").unwrap();
        sample(&mut live, &mut frame);
        assert_eq!(frame.lines(&LOAD).collect::<Vec<_>>(), [b"load 1"]);
    }

    #[test]
    fn numbered_folders_come_and_go() {
        static NODE: Capture = Capture {
            root: Root::Sys,
            path: "node/node*/stat",
            optional: false,
            tags: &[],
            keep: |text, out| {
                let mut lines = text.split(|&byte| byte == b'\n');
                let number = lines.next().unwrap_or_default();
                for line in lines.filter(|line| !line.is_empty()) {
                    out.extend_from_slice(&[b"Node ", number, b" ", line, b"\n"].concat());
                }
            },
        };
        let root = tempfile::tempdir().unwrap();
        let roots = Roots { proc: root.path().into(), sys: root.path().into() };
        let (mut live, mut frame) = (Live::new(&roots, [&NODE]), Frame::default());
        assert!(sample(&mut live, &mut frame)[0].contains("node*/stat: No such file"));
        let node = |number: u32, text: &str| {
            let folder = root.path().join(format!("node/node{number}"));
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("stat"), text).unwrap();
        };
        node(10, "hit 10\n");
        node(2, "hit 2\nmiss 3\n");
        fs::create_dir(root.path().join("node/power")).unwrap();
        fs::create_dir(root.path().join("node/node3")).unwrap();
        assert!(sample(&mut live, &mut frame).is_empty());
        assert_eq!(frame.text(), b"Node 2 hit 2\nNode 2 miss 3\nNode 10 hit 10\n");
        fs::remove_dir_all(root.path().join("node/node2")).unwrap();
        assert!(sample(&mut live, &mut frame).is_empty());
        assert_eq!(frame.text(), b"Node 10 hit 10\n");
    }

    #[test]
    fn a_keep_rule_replaces_the_default() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("loadavg"), "1 2\n").unwrap();
        let keep_rule = KeepRule { capture: &LOAD, keep: Arc::new(|text, out| out.extend_from_slice(text)) };
        let roots = Roots { proc: root.path().into(), sys: root.path().into() };
        let (mut live, mut frame) = (Live::new(&roots, [&LOAD]), Frame::default());
        live.set_keep_rule(keep_rule);
        sample(&mut live, &mut frame);
        assert_eq!(frame.text(), b"1 2\n");
    }
}

//! Reads `/proc/slabinfo`, or `/sys/kernel/slab` where that can't be read.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::SLABINFO;
use crate::capture::{Capture, Probe};
use crate::kernel::Roots;
use crate::kernel::file::{self, KernelFile, whole_lines};
use crate::scan::number;

/// Most bytes of a file with one number that are read.
const LONGEST_VALUE: u64 = 4 << 10;

pub(super) struct SlabProbe {
    slabinfo: PathBuf,
    folder: PathBuf,
    filter: Vec<String>,
    file: KernelFile,
    text: Vec<u8>,
}

impl SlabProbe {
    pub(super) fn new(roots: &Roots, filter: Vec<String>) -> Self {
        let (slabinfo, folder) = (roots.proc.join("slabinfo"), roots.sys.join("kernel/slab"));
        Self { slabinfo, folder, filter, file: KernelFile::default(), text: Vec::new() }
    }

    fn read_slabinfo(&mut self) -> io::Result<&[u8]> {
        let length = self.file.read(&self.slabinfo, &mut self.text, 0)?;
        Ok(&self.text[..length])
    }
}

impl Probe for SlabProbe {
    fn capture(&self) -> &'static Capture {
        &SLABINFO
    }

    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let filter = self.filter.clone();
        match self.read_slabinfo() {
            Ok(text) => {
                let (length, cut) = whole_lines(text, 0);
                keep_slabinfo(&text[..length], &filter, out);
                cut
            }
            Err(error) => {
                let start = out.len();
                let _ = read_folder(&self.folder, &self.filter, out);
                if out.len() > start { Ok(()) } else { Err(error) }
            }
        }
    }
}

/// Appends the lines of slabinfo without its two headings; if `filter` is not empty, only those whose names start with
/// one of its entries.
pub(super) fn keep_slabinfo(text: &[u8], filter: &[String], out: &mut Vec<u8>) {
    let lines = text.split_inclusive(|&byte| byte == b'\n');
    for line in lines.filter(|line| !line.starts_with(b"#") && !line.starts_with(b"slabinfo ")) {
        if is_wanted(line, filter) {
            out.extend_from_slice(b"Slab ");
            out.extend_from_slice(line);
        }
    }
}

fn is_wanted(name: &[u8], filter: &[String]) -> bool {
    filter.is_empty() || filter.iter().any(|wanted| name.starts_with(wanted.as_bytes()))
}

/// Appends a line in the shape of slabinfo for each cache of SLUB's folder. Caches that were merged have one folder
/// with an unreadable name and a link for each of their own names: the first of those is taken for them.
fn read_folder(folder: &Path, filter: &[String], out: &mut Vec<u8>) -> io::Result<()> {
    let (mut caches, mut links) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_symlink() {
            let target = fs::read_link(entry.path())?;
            links.push((target.file_name().unwrap_or_default().to_string_lossy().into_owned(), name));
        } else {
            caches.push(name);
        }
    }
    caches.sort();
    links.sort();
    for cache in caches {
        let link = links.iter().find(|(target, _)| *target == cache).filter(|_| cache.starts_with(':'));
        let name = link.map_or(&cache, |(_, name)| name);
        if is_wanted(name.as_bytes(), filter) {
            // A cache that can't be read is left out.
            let _ = write_cache(&folder.join(&cache), name, out);
        }
    }
    Ok(())
}

fn write_cache(folder: &Path, name: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let number = |file: &str| -> io::Result<u64> {
        Ok(number(file::read_short(&folder.join(file), LONGEST_VALUE)?.trim_ascii_start()))
    };
    let (active, per_slab) = (number("objects")?, number("objs_per_slab")?);
    let (bytes, slabs) = (number("slab_size")?, number("slabs")?);
    let pages = 1u64 << number("order")?.min(20);
    writeln!(
        out,
        "Slab {name:<17} {active:6} {:6} {bytes:6} {per_slab:4} {pages:4} : tunables    0    0    0 : slabdata \
         {slabs:6} {slabs:6}      0",
        number("total_objects").unwrap_or(slabs.saturating_mul(per_slab)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(root: &Path, filter: &str) -> io::Result<String> {
        let roots = Roots { proc: root.join("proc"), sys: root.join("sys") };
        let filter = filter.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let mut out = Vec::new();
        SlabProbe::new(&roots, filter).read(&mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn slabinfo_without_its_headings() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("proc")).unwrap();
        let text = "slabinfo - version: 2.1\n# name <active_objs>\nnfs_page 1 2\ntcp 3 4\ndentry 5 6\n";
        fs::write(root.path().join("proc/slabinfo"), text).unwrap();
        assert_eq!(read(root.path(), "").unwrap(), "Slab nfs_page 1 2\nSlab tcp 3 4\nSlab dentry 5 6\n");
        assert_eq!(read(root.path(), "tc,nf").unwrap(), "Slab nfs_page 1 2\nSlab tcp 3 4\n");
    }

    #[test]
    fn slub_without_slabinfo() {
        let root = tempfile::tempdir().unwrap();
        assert!(read(root.path(), "").is_err());
        let slab = root.path().join("sys/kernel/slab");
        fs::create_dir_all(slab.join(":0000192")).unwrap();
        fs::create_dir_all(slab.join("unreadable")).unwrap();
        std::os::unix::fs::symlink(":0000192", slab.join("kmalloc-192")).unwrap();
        for (file, text) in [
            ("objects", "10 N0=10"),
            ("objs_per_slab", "21"),
            ("slab_size", "192"),
            ("slabs", "2"),
            ("order", "1"),
        ] {
            fs::write(slab.join(":0000192").join(file), text).unwrap();
        }
        let text = read(root.path(), "").unwrap();
        let words: Vec<_> = text.split_whitespace().collect();
        assert_eq!(words[..7], ["Slab", "kmalloc-192", "10", "42", "192", "21", "2"]);
        assert_eq!(words[words.len() - 4..], ["slabdata", "2", "2", "0"]);
    }
}

//! What this machine knows about hosts: files, ClusterShell's groups, Slurm's job.

use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use collectl_wire::regular_file;

use super::file::MAX_FILE;
use super::groups::Groups;

/// Largest number of files with groups that are read.
const MAX_FILES: usize = 256;

/// Where names of hosts are found besides the command line.
pub(crate) trait Environment {
    /// The text of a file.
    ///
    /// # Errors
    /// The error of the system; a file that is too large or not text.
    fn file(&self, path: &str) -> io::Result<String>;
    /// The groups of ClusterShell; none without ClusterShell.
    fn groups(&self) -> Groups;
    /// The nodes of the Slurm job that this process runs in.
    fn slurm(&self) -> Option<String>;
}

/// This machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ThisMachine;

impl Environment for ThisMachine {
    fn file(&self, path: &str) -> io::Result<String> {
        read(Path::new(path))
    }

    fn groups(&self) -> Groups {
        let mut groups = Groups::default();
        if let Some(folder) = folders().into_iter().find(|folder| folder.is_dir()) {
            add(&mut groups, &folder);
        }
        groups
    }

    fn slurm(&self) -> Option<String> {
        let of = |name| env::var(name).ok().filter(|list| !list.is_empty());
        of("SLURM_JOB_NODELIST").or_else(|| of("SLURM_NODELIST"))
    }
}

/// The folders where ClusterShell looks for its configuration, in its order.
fn folders() -> Vec<PathBuf> {
    let below = |name, rest: &str| env::var_os(name).map(|folder| PathBuf::from(folder).join(rest));
    let candidates = [
        below("CLUSTERSHELL_CFGDIR", ""),
        below("XDG_CONFIG_HOME", "clustershell"),
        below("HOME", ".config/clustershell"),
        below("HOME", ".local/etc/clustershell"),
        Some(PathBuf::from("/etc/clustershell")),
    ];
    candidates.into_iter().flatten().collect()
}

/// Adds the files of a configuration folder. A file that can't be read defines no groups.
fn add(groups: &mut Groups, folder: &Path) {
    if let Ok(text) = read(&folder.join("groups.conf")) {
        groups.add_conf(&text);
    }
    if let Ok(text) = read(&folder.join("groups")) {
        groups.add_lines("local", &text);
    }
    let files = std::fs::read_dir(folder.join("groups.d")).into_iter().flatten();
    let mut files: Vec<PathBuf> = files.flatten().take(MAX_FILES).map(|file| file.path()).collect();
    files.sort();
    for path in files {
        let Ok(text) = read(&path) else { continue };
        match (path.extension().and_then(|end| end.to_str()), path.file_stem().and_then(|stem| stem.to_str()))
        {
            (Some("yaml"), _) => groups.add_yaml(&text),
            (Some("cfg"), Some(source)) => groups.add_lines(source, &text),
            _ => {}
        }
    }
}

/// The text of a file that is read again and again. It must be a regular file: a pipe would block.
///
/// # Errors
/// As for [`Environment::file`].
pub(crate) fn read_regular(path: &Path) -> io::Result<String> {
    text(regular_file::read(path)?)
}

fn read(path: &Path) -> io::Result<String> {
    text(File::open(path)?)
}

fn text(file: File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(io::Error::other(format!("it is larger than {} MiB", MAX_FILE >> 20)));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_end_is_refused() {
        let error = ThisMachine.file("/dev/zero").unwrap_err().to_string();
        assert_eq!(error, "it is larger than 8 MiB");
        assert!(ThisMachine.file("/nosuch").is_err());
    }

    #[test]
    fn a_file_that_would_block_is_refused() {
        let pipe = tempfile::tempdir().unwrap().keep().join("pipe");
        let status = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(status.success());
        assert_eq!(read_regular(&pipe).unwrap_err().to_string(), "not a regular file");
        std::fs::remove_dir_all(pipe.parent().unwrap()).unwrap();
    }
}

//! What this machine knows of hosts: files, ClusterShell's groups, Slurm's job.

use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::file::MAX_FILE;
use super::groups::Groups;

/// Most files of groups that are read.
const MAX_FILES: usize = 256;

/// Where names of hosts are found beside the command line.
pub(crate) trait Surroundings {
    /// The text of a file.
    fn file(&self, path: &str) -> io::Result<String>;
    /// ClusterShell's groups, none where there is no ClusterShell.
    fn groups(&self) -> Groups;
    /// The nodes of the Slurm job that we run in.
    fn slurm(&self) -> Option<String>;
}

/// This machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine;

impl Surroundings for Machine {
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

/// Where ClusterShell looks for its configuration, the best first.
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

/// Takes the files of a configuration folder. What can't be read defines no groups.
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

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
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
        let error = Machine.file("/dev/zero").unwrap_err().to_string();
        assert_eq!(error, "it is larger than 8 MiB");
        assert!(Machine.file("/nosuch").is_err());
    }
}

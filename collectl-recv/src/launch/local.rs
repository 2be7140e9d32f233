//! Finds the collectl of this machine.

use std::env;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The program's name.
const NAME: &str = "collectl";

/// The collectl in the folder of this executable, or else the first in PATH.
pub(crate) fn find() -> Option<PathBuf> {
    let own_folder = env::current_exe().ok().and_then(|own| own.parent().map(Path::to_path_buf));
    find_in(own_folder, env::var_os("PATH").as_deref())
}

fn find_in(own_folder: Option<PathBuf>, path: Option<&OsStr>) -> Option<PathBuf> {
    let folders = path.map(|path| env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default();
    own_folder.into_iter().chain(folders).map(|folder| folder.join(NAME)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_in_our_folder_comes_first() {
        let folder = env::temp_dir().join(format!("collectl-recv-local-{}", std::process::id()));
        let (near, far) = (folder.join("near"), folder.join("far"));
        for place in [&near, &far] {
            std::fs::create_dir_all(place).unwrap();
            std::fs::write(place.join(NAME), "").unwrap();
        }
        let path = env::join_paths([Path::new("/nonexistent"), &far]).unwrap();
        let find = || find_in(Some(near.clone()), Some(&path));
        assert_eq!(find(), None);
        let allow = |place: &Path| {
            std::fs::set_permissions(place.join(NAME), PermissionsExt::from_mode(0o755)).unwrap();
        };
        allow(&far);
        assert_eq!(find(), Some(far.join(NAME)));
        allow(&near);
        assert_eq!(find(), Some(near.join(NAME)));
        std::fs::remove_dir_all(folder).unwrap();
    }
}

//! Where the programs are.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Both programs under their real names in one folder, as users have them: collectl-recv starts the collectl next to
/// it.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = built("collectl").with_file_name("under-test");
    fs::create_dir_all(&folder).expect("the build's folder can be written to");
    for name in ["collectl", "collectl-recv"] {
        link(&built(name), &folder, name);
    }
    folder
});

/// The folder that holds `collectl` and `collectl-recv`.
#[must_use]
pub fn folder() -> &'static Path {
    &FOLDER
}

/// A command that runs our collectl with these arguments, which are separated by blanks.
#[must_use]
pub fn collectl(args: &str) -> Command {
    command(folder().join("collectl"), args)
}

/// A command that runs our collectl-recv with these arguments, which are separated by blanks.
#[must_use]
pub fn collectl_recv(args: &str) -> Command {
    command(folder().join("collectl-recv"), args)
}

/// A command that runs the Perl collectl.
#[must_use]
pub fn perl_collectl(args: &str) -> Command {
    command("/usr/bin/collectl", args)
}

/// A command that runs `program`, in a plain locale, with these arguments, which are separated by blanks.
pub fn command(program: impl AsRef<std::ffi::OsStr>, args: &str) -> Command {
    let mut command = Command::new(program);
    command.env("LC_ALL", "C").args(args.split_ascii_whitespace());
    command
}

/// Copies `program` to `place`.
///
/// Another process copies it. If this process wrote the program, a process that another test starts at that moment
/// would hold it open for writing, and it could not be run until then (`execve(2)`, ETXTBSY).
///
/// # Panics
/// If that fails.
pub fn copy(program: &Path, place: &Path) {
    let copied = Command::new("cp").args([program, place]).status();
    assert!(copied.is_ok_and(|status| status.success()), "{}", place.display());
}

/// What cargo built of `name`: cargo passes the path to running tests.
fn built(name: &str) -> PathBuf {
    std::env::var_os(format!("CARGO_BIN_EXE_{name}-under-test"))
        .unwrap_or_else(|| panic!("{name} is not there: these tests are run with 'cargo test'"))
        .into()
}

/// Makes `folder/name` the file `built`. This is one rename, because other tests may be starting the old file.
fn link(built: &Path, folder: &Path, name: &str) {
    let identity = |path: &Path| fs::metadata(path).map(|file| (file.dev(), file.ino())).ok();
    let place = folder.join(name);
    if identity(&place) == identity(built) {
        return;
    }
    let new = tempfile::Builder::new().tempdir_in(folder).expect("the build's folder can be written to");
    let temporary = new.path().join(name);
    fs::hard_link(built, &temporary)
        .or_else(|_| fs::copy(built, &temporary).map(drop))
        .and_then(|()| fs::rename(&temporary, &place))
        .unwrap_or_else(|error| panic!("{}: {error}", place.display()));
}

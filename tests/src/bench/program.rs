//! The programs that are measured.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tests::requirement::{self, Requirement};

/// Where they are.
pub(crate) struct Programs {
    ours: PathBuf,
    receiver: PathBuf,
    /// This program, which is also the floor.
    bench: PathBuf,
    has_perl: bool,
}

impl Programs {
    /// Builds both programs beside this one, in release mode, and looks for the Perl collectl.
    pub(crate) fn find() -> io::Result<Self> {
        let bench = std::env::current_exe()?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
        let mut build = Command::new(cargo);
        build
            .args([
                "build",
                "--quiet",
                "--release",
                "-p",
                "collectl",
                "-p",
                "collectl-recv",
                "--manifest-path",
            ])
            .arg(manifest);
        if !build.status()?.success() {
            return Err(io::Error::other("collectl and collectl-recv can't be built"));
        }
        let ours = bench.with_file_name("collectl");
        let receiver = bench.with_file_name("collectl-recv");
        Ok(Self { ours, receiver, bench, has_perl: requirement::met(&[Requirement::PerlCollectl]) })
    }

    /// A command that runs our collectl with these arguments, which are separated by blanks.
    pub(crate) fn ours(&self, args: &str) -> Command {
        quiet(&self.ours, args)
    }

    /// A command that runs our collectl-recv with these arguments, which are separated by blanks.
    pub(crate) fn receiver(&self, args: &str) -> Command {
        quiet(&self.receiver, args)
    }

    /// Whether the Perl collectl is there.
    pub(crate) fn has_perl(&self) -> bool {
        self.has_perl
    }

    /// A command that runs the Perl collectl.
    pub(crate) fn perl(&self, args: &str) -> Command {
        quiet(Path::new("/usr/bin/collectl"), args)
    }

    /// A command that runs the floor.
    pub(crate) fn floor(&self, args: &str) -> Command {
        quiet(&self.bench, &format!("floor {args}"))
    }
}

fn quiet(program: &Path, args: &str) -> Command {
    let mut command = tests::programs::command(program, args);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

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
    /// Ours as a static binary, if that was built.
    linked_statically: Option<PathBuf>,
}

/// Where the command in docs/performance.md puts the static binary, relative to the folder of the others.
const STATIC: &str = "../x86_64-unknown-linux-gnu/release/collectl";

impl Programs {
    /// Builds both programs next to this one, in release mode, and looks for the Perl collectl.
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
        let linked_statically = bench.parent().map(|folder| folder.join(STATIC)).filter(|path| path.exists());
        let receiver = bench.with_file_name("collectl-recv");
        let has_perl = requirement::met(&[Requirement::PerlCollectl]);
        Ok(Self { ours, receiver, bench, has_perl, linked_statically })
    }

    /// A command that runs our collectl with these arguments, which are separated by blanks.
    pub(crate) fn ours(&self, args: &str) -> Command {
        quiet(&self.ours, args)
    }

    /// The same for the static binary, as it was built.
    pub(crate) fn linked_statically(&self) -> Option<impl Fn(&str) -> Command> {
        self.linked_statically.as_deref().map(|path| move |args: &str| quiet(path, args))
    }

    /// Lets strace count the system calls of a command, in a file (strace(1), `-c`).
    pub(crate) fn traced(command: &Command, file: &Path) -> Command {
        let mut traced = Command::new("strace");
        traced.args(["-f", "-c", "-o"]).arg(file);
        run_by(traced, command)
    }

    /// Runs a command with a real-time priority (sched(7)), which needs the privilege.
    pub(crate) fn in_real_time(command: &Command) -> Command {
        let mut chrt = Command::new("chrt");
        chrt.args(["-f", "1"]);
        run_by(chrt, command)
    }

    /// A command that runs our collectl-recv with these arguments, which are separated by blanks.
    pub(crate) fn receiver(&self, args: &str) -> Command {
        quiet(&self.receiver, args)
    }

    /// True if the Perl collectl is installed.
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
    silent(tests::programs::command(program, args))
}

/// `runner`, with a command after its own arguments.
fn run_by(mut runner: Command, command: &Command) -> Command {
    runner.arg(command.get_program()).args(command.get_args());
    silent(runner)
}

fn silent(mut command: Command) -> Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

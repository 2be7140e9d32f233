//! CPU time of a sample.

use std::io;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cost::{self, Cpu, Running};
use crate::fixture::Machine;
use crate::program::Programs;
use crate::readers::Readers;
use crate::table::{Alternative, Table};

/// Files that `-scdnm` reads.
pub(crate) const BASIC: [&str; 6] = ["stat", "diskstats", "net/dev", "meminfo", "vmstat", "loadavg"];
/// Further files that `-sbcdfijmnst` reads.
const MORE: [&str; 10] = [
    "buddyinfo",
    "net/rpc/nfs",
    "net/rpc/nfsd",
    "sys/fs/dentry-state",
    "sys/fs/inode-nr",
    "sys/fs/file-nr",
    "interrupts",
    "net/sockstat",
    "net/netstat",
    "net/snmp",
];

/// Samples of a measurement of the floor and of our collectl.
const SAMPLES: u32 = 10_000;
/// Samples of a measurement of the Perl collectl.
const PERL_SAMPLES: u32 = 1_000;
/// Length of a measurement that is not counted in samples.
const WINDOW: Duration = Duration::from_secs(2);

/// The cost of a sample for each destination.
pub(crate) fn samples(programs: &Programs, table: &mut Table) -> io::Result<()> {
    table.begin_cpu("CPU of a sample at -i0")?;
    let all: Vec<&str> = BASIC.iter().chain(&MORE).copied().collect();
    for (what, files, args) in [
        ("`-scdnm` to /dev/null", &BASIC[..], "-scdnm"),
        ("`-sbcdfijmnst` to /dev/null", &all, "-sbcdfijmnst"),
    ] {
        table.cpu_row(
            what,
            [
                Some(floor(programs, files, Path::new("/proc"))),
                Some(per_sample(SAMPLES, move |count| programs.ours(&format!("{args} -i0 -c{count}")))),
                programs.has_perl().then(|| {
                    per_sample(PERL_SAMPLES, move |count| programs.perl(&format!("{args} -i0 -c{count}")))
                }),
            ],
        )?;
    }
    for (what, options) in [("`-scdnm` as raw gz", ""), ("`-scdnm` as raw text", " --nogzip")] {
        let folder = tempfile::tempdir()?;
        let args = |count| format!("-scdnm -i0 -c{count} -f {}{options}", folder.path().display());
        let empty = || -> io::Result<()> {
            for file in std::fs::read_dir(folder.path())?.flatten() {
                std::fs::remove_file(file.path())?;
            }
            Ok(())
        };
        table.cpu_row(
            what,
            [
                Some(floor(programs, &BASIC, Path::new("/proc"))),
                Some(Box::new(|| {
                    empty()?;
                    difference(SAMPLES, &|count| programs.ours(&args(count)))
                })),
                (programs.has_perl() && options.is_empty()).then(|| -> Alternative<'_, Cpu> {
                    Box::new(|| {
                        empty()?;
                        difference(PERL_SAMPLES, &|count| programs.perl(&args(count)))
                    })
                }),
            ],
        )?;
    }
    table.cpu_row(
        "`-scdnm` to a client of `-A server`",
        [
            Some(floor(programs, &BASIC, Path::new("/proc"))),
            Some(Box::new(|| served(&|args| programs.ours(args)))),
            programs
                .has_perl()
                .then(|| -> Alternative<'_, Cpu> { Box::new(|| served(&|args| programs.perl(args))) }),
        ],
    )?;
    memory(programs, table)
}

/// The cost of a sample on machines that are larger than this one, as files in a folder.
pub(crate) fn machines(programs: &Programs, table: &mut Table) -> io::Result<()> {
    table.begin_cpu("CPU of a sample, `-scdnm -i0 --procfs FOLDER`")?;
    for machine in [
        Machine { processors: 64, disks: 250, interfaces: 125 },
        Machine { processors: 128, disks: 500, interfaces: 250 },
        Machine { processors: 256, disks: 1000, interfaces: 500 },
    ] {
        let folder = tempfile::tempdir()?;
        machine.write(folder.path())?;
        let args = |count| format!("--procfs {} -scdnm -i0 -c{count}", folder.path().display());
        table.cpu_row(
            &machine.to_string(),
            [
                Some(floor(programs, &BASIC, folder.path())),
                Some(per_sample(2_000, |count| programs.ours(&args(count)))),
                None,
            ],
        )?;
    }
    Ok(())
}

fn memory(programs: &Programs, table: &Table) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let recorded = format!("-scdnm -i0 -f {}", folder.path().display());
    table.begin(&["resident memory after 2 s at -i0, MB", "collectl", "Perl collectl"])?;
    for (what, args) in [("`-scdnm` to /dev/null", "-scdnm -i0"), ("`-scdnm` as raw gz", &recorded)] {
        let resident = |mut command: Command| -> io::Result<f64> {
            let running = Running::start(&mut command)?;
            std::thread::sleep(WINDOW);
            Ok(running.resident()? / 1024.0)
        };
        let perl = programs.has_perl().then(|| resident(programs.perl(args))).transpose()?;
        let cell = |value: f64| format!("{value:.1}");
        table.row(&[
            what.to_owned(),
            cell(resident(programs.ours(args))?),
            perl.map_or("-".to_owned(), cell),
        ])?;
    }
    Ok(())
}

fn floor<'a>(programs: &'a Programs, files: &[&str], root: &Path) -> Alternative<'a, Cpu> {
    let paths: Vec<String> = files.iter().map(|file| root.join(file).display().to_string()).collect();
    let paths = paths.join(" ");
    per_sample(SAMPLES, move |count| programs.floor(&format!("files {count} {paths}")))
}

/// The cost of a sample: a run of many, minus one of a single sample.
pub(crate) fn per_sample<'a>(samples: u32, command: impl Fn(u32) -> Command + 'a) -> Alternative<'a, Cpu> {
    Box::new(move || difference(samples, &command))
}

fn difference(samples: u32, command: &dyn Fn(u32) -> Command) -> io::Result<Cpu> {
    let one = cost::run(&mut command(1))?;
    let many = cost::run(&mut command(samples + 1))?;
    Ok((many - one).per(f64::from(samples)))
}

/// The cost of a line to one client.
fn served(command: &dyn Fn(&str) -> Command) -> io::Result<Cpu> {
    let port = tests::port::free();
    let server = Running::start(&mut command(&format!("-scdnm -i0 -A server:{port}")))?;
    let readers = Readers::connect(port, 1)?;
    let begin = Instant::now();
    while readers.lines() == 0 && begin.elapsed() < WINDOW {
        std::thread::sleep(Duration::from_millis(10));
    }
    let (cpu, lines) = (server.ticks()?, readers.lines());
    std::thread::sleep(WINDOW);
    Ok((server.ticks()? - cpu).per((readers.lines() - lines).max(1) as f64))
}

//! What a sample of all processes costs.

use std::io;
use std::path::Path;
use std::process::Command;

use crate::cost::{self, Running};
use crate::fixture::write_processes;
use crate::program::Programs;
use crate::sampling::per_sample;
use crate::table::Table;

/// Sleeping processes that are added to the present ones.
const SLEEPERS: usize = 1_000;
/// Processes that are read in one measurement, in all samples together.
const READ: usize = 60_000;
/// Samples whose system calls are counted.
const COUNTED: usize = 4;

/// CPU time and system calls.
pub(crate) fn measure(programs: &Programs, table: &mut Table) -> io::Result<()> {
    table.begin_cpu("CPU of a sample of all processes, `-sZ -i0:0`")?;
    let mut sleepers = Vec::new();
    for added in [0, SLEEPERS] {
        for _ in 0..added {
            sleepers.push(Running::start(&mut programs.floor("sleep"))?);
        }
        let count = count_processes()?;
        row(programs, table, &format!("{count} processes"), Path::new("/proc"), count)?;
    }
    drop(sleepers);
    for count in [100, 1_000, 10_000] {
        let folder = tempfile::tempdir()?;
        write_processes(folder.path(), count)?;
        row(programs, table, &format!("{count} processes as files in a folder"), folder.path(), count)?;
    }
    calls(programs, table)
}

fn row(programs: &Programs, table: &Table, what: &str, root: &Path, count: usize) -> io::Result<()> {
    let (samples, root) = ((READ / count.max(1)) as u32, root.display());
    table.cpu_row(
        what,
        [
            Some(per_sample(samples, |count| programs.floor(&format!("processes {count} {root}")))),
            Some(per_sample(samples, |count| programs.ours(&format!("--procfs {root} -sZ -i0:0 -c{count}")))),
            // At -i0:0 the Perl collectl ends before it has read enough samples of processes.
            None,
        ],
    )
}

/// The system calls of a sample, per process.
fn calls(programs: &Programs, table: &Table) -> io::Result<()> {
    table.begin(&["system calls of a sample per process, `-sZ`", "opens", "reads", "all"])?;
    let mut alternatives = vec![("collectl", Programs::ours as fn(&Programs, &str) -> Command)];
    if programs.has_perl() {
        alternatives.push(("Perl collectl", Programs::perl));
    }
    for (name, command) in alternatives {
        let counted = |samples| {
            let folder = tempfile::tempdir()?;
            let file = folder.path().join("calls");
            cost::run(&mut Programs::traced(&command(programs, &format!("-sZ -i.5:.5 -c{samples}")), &file))?;
            Ok(Calls::parse(&std::fs::read_to_string(file)?))
        };
        let counts: io::Result<Vec<Calls>> = [1, 1 + COUNTED].into_iter().map(counted).collect();
        let [one, many] = &counts?[..] else { continue };
        let samples = (COUNTED * count_processes()?) as f64;
        let cell =
            |of: fn(&Calls) -> u64| format!("{:.1}", (of(many).saturating_sub(of(one))) as f64 / samples);
        let cells = [cell(|calls| calls.opens), cell(|calls| calls.reads), cell(|calls| calls.all)];
        table.row(&[&[name.to_owned()], &cells[..]].concat())?;
    }
    Ok(())
}

/// System calls by their purpose.
struct Calls {
    opens: u64,
    reads: u64,
    all: u64,
}

impl Calls {
    /// The table of `strace -c`: the fourth column is the number of calls, the last is the name.
    fn parse(text: &str) -> Self {
        let mut calls = Self { opens: 0, reads: 0, all: 0 };
        for line in text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (Some(Ok(count)), Some(&name)) = (words.get(3).map(|word| word.parse::<u64>()), words.last())
            else {
                continue;
            };
            match name {
                "total" => continue,
                "open" | "openat" => calls.opens += count,
                "read" | "pread64" => calls.reads += count,
                _ => {}
            }
            calls.all += count;
        }
        calls
    }
}

fn count_processes() -> io::Result<usize> {
    let is_number = |name: &str| name.parse::<u32>().is_ok();
    Ok(std::fs::read_dir("/proc")?
        .flatten()
        .filter(|one| one.file_name().to_str().is_some_and(is_number))
        .count())
}

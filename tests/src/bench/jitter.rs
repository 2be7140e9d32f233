//! How far from their boundaries samples are, while all processors are busy.

use std::io;
use std::process::Command;

use crate::cost::{self, Running};
use crate::program::Programs;
use crate::table::Table;

/// Intervals of 100 ms.
const INTERVALS: u32 = 300;

/// Records at -i.1 together with one busy process per processor.
pub(crate) fn measure(programs: &Programs, table: &mut Table) -> io::Result<()> {
    table.begin(&[
        "-i.1, all processors busy",
        "samples",
        "within 1 ms of the boundary",
        "farthest, ms",
        "boundaries missed",
    ])?;
    let processors = std::thread::available_parallelism()?.get();
    let busy: io::Result<Vec<_>> =
        (0..processors).map(|_| Running::start(&mut programs.floor("spin"))).collect();
    let _busy = busy?;
    let mut alternatives = vec![("collectl", programs.ours(""))];
    if cost::run(&mut Programs::in_real_time(&Command::new("true"))).is_ok() {
        alternatives.push(("`chrt -f 1 collectl`", Programs::in_real_time(&programs.ours(""))));
    }
    if programs.has_perl() {
        alternatives.push(("Perl collectl", programs.perl("")));
    }
    for (name, mut command) in alternatives {
        let folder = tempfile::tempdir()?;
        cost::run(command.args(["-sc", "-i.1", "-c", &INTERVALS.to_string(), "-f"]).arg(folder.path()))?;
        let text = tests::recording::whole(&tests::recording::file(folder.path(), ".raw.gz"));
        let markers = tests::recording::markers(&text);
        let farthest = markers.iter().map(|time| late(*time)).max().unwrap_or_default();
        let near = markers.iter().filter(|time| late(**time) <= 1).count();
        let expected =
            markers.first().zip(markers.last()).map_or(0, |(first, last)| (last - first + 50) / 100 + 1);
        table.row(&[
            name.to_owned(),
            markers.len().to_string(),
            format!("{:.1} %", near as f64 / markers.len().max(1) as f64 * 100.0),
            farthest.to_string(),
            (expected - markers.len() as i64).to_string(),
        ])?;
    }
    Ok(())
}

/// Milliseconds between a sample and the nearest boundary; both programs sample at multiples of the interval.
fn late(time: i64) -> i64 {
    let past = time.rem_euclid(100);
    past.min(100 - past)
}

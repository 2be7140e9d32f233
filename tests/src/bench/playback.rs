//! How fast recordings are played.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::cost::{self, Cpu};
use crate::program::Programs;
use crate::table::{Alternative, Spread, Table};

/// Samples that are recorded.
const RECORDED: usize = 2_000;
/// How often these are repeated in the file that is played: a day of samples, one per second.
const REPEATED: usize = 43;
/// The same for the Perl collectl, which takes longer.
const PERL_REPEATED: usize = 1;

/// Plays a day of samples of `-scdnm`.
pub(crate) fn measure(programs: &Programs, table: &mut Table) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let recorded = folder.path().join("recorded");
    cost::run(&mut programs.ours(&format!("-scdnm -i0 -c{RECORDED} --nogzip -f {}/", recorded.display())))?;
    let recorded = tests::recording::file(&recorded, ".raw");
    let day = Recording::write(&folder.path().join("day"), &recorded, REPEATED)?;
    let short = Recording::write(&folder.path().join("short"), &recorded, PERL_REPEATED)?;

    table.begin(&[
        &format!("MB of raw text per second of CPU ({:.0} MB)", day.megabytes),
        "zcat",
        "collectl",
        "Perl collectl",
    ])?;
    for (what, is_compressed, args) in [
        ("brief, raw text", false, "-scdnm"),
        ("plot, raw text", false, "-scdnm -P"),
        ("brief, raw gz", true, "-scdnm"),
        ("plot, raw gz", true, "-scdnm -P"),
    ] {
        let speed = |cpu: Cpu, recording: &Recording| recording.megabytes / (cpu.total() / 1e6);
        let play = |recording: &Recording, is_compressed: bool| {
            let file = if is_compressed { &recording.compressed } else { &recording.plain };
            format!("-p {} {args}", file.display())
        };
        let [zcat, ours, perls] = table.measure([
            is_compressed.then(|| -> Alternative<'_, f64> {
                Box::new(|| {
                    let mut zcat = Command::new("zcat");
                    zcat.arg(&day.compressed).stdout(std::process::Stdio::null());
                    Ok(speed(cost::run(&mut zcat)?, &day))
                })
            }),
            Some(Box::new(|| Ok(speed(cost::run(&mut programs.ours(&play(&day, is_compressed)))?, &day)))),
            programs.has_perl().then(|| -> Alternative<'_, f64> {
                Box::new(|| Ok(speed(cost::run(&mut programs.perl(&play(&short, is_compressed)))?, &short)))
            }),
        ])?;
        table.row(&[what.to_owned(), Spread::cell(zcat), Spread::cell(ours), Spread::cell(perls)])?;
    }
    Ok(())
}

/// A recording in two files.
struct Recording {
    plain: PathBuf,
    compressed: PathBuf,
    megabytes: f64,
}

impl Recording {
    /// Repeats a recording, one second per sample, in a file of the same name, because the name has the host.
    fn write(folder: &Path, recorded: &Path, times: usize) -> io::Result<Self> {
        fs::create_dir(folder)?;
        let text = fs::read(recorded)?;
        let plain = folder.join(recorded.file_name().unwrap_or_default());
        let compressed = plain.with_extension("raw.gz");
        let first = text.windows(5).position(|bytes| bytes == b"\n>>> ").map_or(0, |end| end + 1);
        let (header, samples) = text.split_at(first);
        let markers = tests::recording::markers(&String::from_utf8_lossy(&text));
        let mut second = markers.first().map_or(0, |first| first / 1000);
        let mut out = BufWriter::new(File::create(&plain)?);
        out.write_all(header)?;
        for _ in 0..times {
            for line in samples.split_inclusive(|&byte| byte == b'\n') {
                if line.starts_with(b">>> ") {
                    writeln!(out, ">>> {second}.001 <<<")?;
                    second += 1;
                } else {
                    out.write_all(line)?;
                }
            }
        }
        out.flush()?;
        let mut gz = GzEncoder::new(File::create(&compressed)?, Compression::default());
        io::copy(&mut File::open(&plain)?, &mut gz)?;
        gz.finish()?;
        let megabytes = fs::metadata(&plain)?.len() as f64 / 1e6;
        Ok(Self { plain, compressed, megabytes })
    }
}

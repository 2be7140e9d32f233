//! The pure functions that decode foreign bytes, with plain types: for tests from outside, fuzzing above all.

use std::io;
use std::net::IpAddr;

use crate::base::time::{self, Time};
use crate::identity::attribute::{Candidate, attribute};
use crate::launch::outcome::{Status, interpret};
use crate::launch::push::has_loader;
use crate::replay::raw::RawPlayback;
use crate::replay::switches::Switches;
use crate::replay::text::TextPlayback;
use crate::replay::window::Window;
use crate::stream::batch::Batch;
use crate::stream::decoder::StreamDecoder;
use crate::stream::lines::Lines;
use crate::target::environment::Environment;
use crate::target::gather::{Wanted, gather};
use crate::target::groups::Groups;
use collectl_core::source::raw::reader::RawReader;

/// The lines of a collector's stream, which comes in `chunks`: without their prefix, each ended by LF, and the kind
/// of each. `asked` tells whether the collector was asked for numbered intervals.
#[must_use]
pub fn stream<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, asked: bool) -> (Vec<u8>, Vec<String>) {
    let mut decoder = if asked { StreamDecoder::asked(None) } else { StreamDecoder::default() };
    let (mut text, mut kinds) = (Vec::new(), Vec::new());
    let mut take = |batches: Vec<Batch>| {
        for batch in batches {
            text.extend_from_slice(batch.lines.text());
            kinds.extend(batch.lines.iter().map(|line| format!("{:?}", line.kind)));
        }
    };
    for chunk in chunks {
        take(decoder.push(chunk));
    }
    take(decoder.end());
    (text, kinds)
}

/// The hosts that `words` name, less those that `excluded` name. Any file that the words name has the content `file`,
/// and the groups of ClusterShell are those of `groups`, in the YAML of its files.
///
/// # Errors
/// The message for the user.
pub fn hosts(words: &[String], excluded: &[String], file: &str, groups: &str) -> Result<Vec<String>, String> {
    let wanted = Wanted { words, excluded, slurm: false };
    let hosts = gather(wanted, &Written { file, groups }).map_err(|error| error.to_string())?;
    Ok(hosts.into_iter().map(|host| host.text).collect())
}

/// Why a start failed, as the user is told: ssh ended with `status` after writing `output`.
#[must_use]
pub fn outcome(status: i32, output: &[u8]) -> String {
    interpret(Status::Exit(status), output).to_string()
}

/// Which of `candidates` (names and addresses) a connection from `peer` comes from, whose stream has the host `name`.
#[must_use]
pub fn attributed(name: Option<&str>, peer: IpAddr, candidates: &[(String, Vec<IpAddr>)]) -> Option<usize> {
    let candidates: Vec<_> =
        candidates.iter().map(|(name, addresses)| Candidate { name, addresses }).collect();
    attribute(name, peer, &candidates).map(|(index, _)| index)
}

/// What a replay shows of a recorded `text`, whose other file holds `times`: pieces, and when each came, in seconds
/// of the epoch.
///
/// # Errors
/// None: memory can be read.
pub fn recorded_text(text: &[u8], times: &[u8]) -> io::Result<Vec<(f64, Vec<u8>)>> {
    let mut playback = TextPlayback::new(text, times)?;
    let window = Window::everything();
    std::iter::from_fn(|| playback.next(&window).transpose()).map(plain).collect()
}

/// What a replay shows of a raw file which was begun at `begun` by its name, in seconds of the epoch: the first
/// `most` intervals, and the time of each by the receiver's clock.
///
/// # Errors
/// What its reader returns.
pub fn recorded_raw(bytes: Vec<u8>, begun: f64, most: usize) -> io::Result<Vec<(f64, Vec<u8>)>> {
    let reader = RawReader::new(Box::new(io::Cursor::new(bytes)))?;
    let switches = Switches::parse(&[], &["-scdnm", "-oT"]).ok();
    let playback = switches.and_then(|switches| RawPlayback::new(reader, time::at(begun), &switches));
    let Some(mut playback) = playback else { return Ok(Vec::new()) };
    let window = Window::everything();
    std::iter::from_fn(|| playback.next(&window).transpose()).take(most).map(plain).collect()
}

/// A piece of a recording, its time in seconds of the epoch.
fn plain(piece: io::Result<(Time, Lines)>) -> io::Result<(f64, Vec<u8>)> {
    piece.map(|(time, lines)| (time.seconds(), lines.text().to_vec()))
}

/// Whether a program that is to be pushed needs a loader; none if it is not a program.
#[must_use]
pub fn needs_loader(program: &[u8]) -> Option<bool> {
    has_loader(program)
}

struct Written<'a> {
    file: &'a str,
    groups: &'a str,
}

impl Environment for Written<'_> {
    fn file(&self, _path: &str) -> io::Result<String> {
        Ok(self.file.to_owned())
    }

    fn groups(&self) -> Groups {
        let mut groups = Groups::default();
        groups.add_yaml(self.groups);
        groups.add_lines("local", self.groups);
        groups.add_conf(self.groups);
        groups
    }

    fn slurm(&self) -> Option<String> {
        None
    }
}

//! The pure functions that read what others wrote, in plain types: the way in for tests from outside, fuzzing above all.

use std::io;
use std::net::IpAddr;

use collectl_core::source::raw::reader::RawReader;
use collectl_core::source::raw::timeframe::Timeframe;

use crate::attribute::{Candidate, attribute};
use crate::hosts::gather::{Wanted, gather};
use crate::hosts::groups::Groups;
use crate::hosts::surroundings::Surroundings;
use crate::launch::outcome::{Status, interpret};
use crate::launch::push::has_loader;
use crate::link::stream::{Batch, Feed, Greeting};
use crate::replay::raw::RawTrack;
use crate::replay::switches::Switches;
use crate::replay::text::TextTrack;
use crate::replay::window::Window;
use crate::view::View;

/// What a stream of a collector, cut into `chunks`, shows: its lines without their prefix, each ended by LF. `asked` tells
/// whether the collector was asked for numbered intervals.
#[must_use]
pub fn stream<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, asked: bool) -> Vec<u8> {
    let mut feed = Feed::new(&if asked { Greeting::Hello(None) } else { Greeting::Silent });
    let mut text = Vec::new();
    let mut take = |batches: Vec<Batch>| batches.iter().for_each(|batch| text.extend_from_slice(&batch.text));
    for chunk in chunks {
        take(feed.push(chunk));
    }
    take(feed.end());
    text
}

/// The hosts that `words` name, less those that `excluded` name, as they would be dialled. Any file that the words name
/// holds `file`, and ClusterShell's groups are those of `groups`, in the YAML of their files.
///
/// # Errors
/// Why not, as it is said to the user.
pub fn hosts(words: &[String], excluded: &[String], file: &str, groups: &str) -> Result<Vec<String>, String> {
    let wanted = Wanted { words, excluded, slurm: false };
    let hosts = gather(wanted, &Written { file, groups }).map_err(|error| error.to_string())?;
    Ok(hosts.into_iter().map(|host| host.typed).collect())
}

/// Why a start failed, as it is said to the user: ssh ended with `status` and had `said` this.
#[must_use]
pub fn outcome(status: i32, said: &[u8]) -> String {
    interpret(Status::Exit(status), said).to_string()
}

/// Which of `candidates`, names and addresses, a connection from `peer` is of, whose stream says `name`.
#[must_use]
pub fn attributed(name: Option<&str>, peer: IpAddr, candidates: &[(String, Vec<IpAddr>)]) -> Option<usize> {
    let candidates: Vec<_> =
        candidates.iter().map(|(name, addresses)| Candidate { name, addresses }).collect();
    attribute(name, peer, &candidates).map(|(index, _)| index)
}

/// What a replay shows of a recorded `text`, whose other file holds `times`: pieces, and when each came, in seconds of the
/// epoch.
///
/// # Errors
/// None: memory can be read.
pub fn recorded_text(text: &[u8], times: &[u8]) -> io::Result<Vec<(f64, Vec<u8>)>> {
    let mut track = TextTrack::new(text, times)?;
    let window = everything();
    std::iter::from_fn(|| track.next(&window).transpose()).collect()
}

/// What a replay shows of a raw file whose name says that it was begun at `begun`, in seconds of the epoch: the first
/// `most` intervals, and the time of each by the receiver's clock.
///
/// # Errors
/// What its reader returns.
pub fn recorded_raw(bytes: Vec<u8>, begun: f64, most: usize) -> io::Result<Vec<(f64, Vec<u8>)>> {
    let reader = RawReader::new(Box::new(io::Cursor::new(bytes)))?;
    let Some(mut track) =
        Switches::parse(&[], View::Lines).ok().and_then(|switches| RawTrack::new(reader, begun, &switches))
    else {
        return Ok(Vec::new());
    };
    let window = everything();
    std::iter::from_fn(|| track.next(&window).transpose()).take(most).collect()
}

/// Neither `--from` nor `--thru`.
fn everything() -> Window {
    Window::new(Timeframe::default())
}

/// Whether a program that is to be pushed needs a loader; none if it is no program.
#[must_use]
pub fn needs_loader(program: &[u8]) -> Option<bool> {
    has_loader(program)
}

struct Written<'a> {
    file: &'a str,
    groups: &'a str,
}

impl Surroundings for Written<'_> {
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

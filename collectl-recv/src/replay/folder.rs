//! Which files of a folder are recordings.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use collectl_core::wall::Instants;

use super::raw;
use super::text::TextPlayback;
use crate::base::time::Time;
use crate::consumer::record::name;

/// A file that can be shown again.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recording {
    pub(super) host: Arc<str>,
    /// When it begins, by its name.
    pub(super) begun: Time,
    pub(super) path: PathBuf,
    pub(super) kind: RecordingKind,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordingKind {
    /// A raw file of collectl.
    Raw,
    /// Text, with a file of the times at which it came.
    Text,
}

/// The recordings in `folder`, in the order of hosts and of time.
///
/// # Errors
/// Where the folder can't be read.
pub(super) fn recordings(folder: &Path) -> io::Result<Vec<Recording>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        found.extend(recording(entry?.path()));
    }
    found.sort_by(|a: &Recording, b| {
        a.host.cmp(&b.host).then(a.begun.cmp(&b.begun)).then_with(|| a.path.cmp(&b.path))
    });
    Ok(found)
}

fn recording(path: PathBuf) -> Option<Recording> {
    let name = path.file_name()?.to_str()?;
    let endings =
        [(".raw", RecordingKind::Raw), (".raw.gz", RecordingKind::Raw), (".txt", RecordingKind::Text)];
    let (stem, kind) =
        endings.into_iter().find_map(|(ending, kind)| Some((name.strip_suffix(ending)?, kind)))?;
    let (host, instants) = name::parse(stem)?;
    let begun = if instants.first == instants.last { instants.first } else { nearest(instants, &path, kind) };
    Some(Recording { host: host.into(), begun, kind, path: path.clone() })
}

/// Which of the instants of its name a recording begins at: the one that is nearer to its first time.
fn nearest(instants: Instants, path: &Path, kind: RecordingKind) -> Time {
    let first = match kind {
        RecordingKind::Raw => raw::first_time(path),
        RecordingKind::Text => TextPlayback::open(path).ok().and_then(|playback| playback.first_time()),
    };
    let distance = |time: Time| first.map_or(0.0, |first| first.seconds_since(time).abs());
    if distance(instants.last) < distance(instants.first) { instants.last } else { instants.first }
}

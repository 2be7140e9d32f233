//! `--grep`: the recorded lines that match, as they are.

use std::path::Path;

use collectl_core::render::stamp::{Stamp, StampFormat};
use collectl_core::report::View;
use collectl_core::source::raw::reader::{Item, RawReader};
use collectl_core::source::raw::timeframe::Position;
use regex::bytes::Regex;

use super::{PlaybackError, Player};

impl Player<'_> {
    /// Shows the matching lines with their times.
    pub(super) async fn grep(
        &mut self,
        path: &Path,
        reader: &mut RawReader,
        regex: &Regex,
    ) -> Result<bool, PlaybackError> {
        let View { stamp, millis, .. } = self.plan.view;
        let stamp = if stamp == Stamp::None { Stamp::Time } else { stamp };
        let zone = self.zone(reader);
        let stamp = StampFormat::new(stamp, millis, zone.clone());
        let mut time = reader.last_marker().unwrap_or_default();
        let mut position = self.position(&zone, time);
        // As in the Perl collectl, the samples before and after the timeframe are shown, too.
        let mut before = Vec::new();
        let failed = |error| PlaybackError::Read { path: path.to_owned(), error };
        while let Some(item) = reader.item().map_err(failed)? {
            match item {
                Item::Marker(_) if position == Position::After => break,
                Item::Marker(next) => {
                    time = next;
                    position = self.position(&zone, time);
                    if position != Position::Before {
                        self.matched |= !before.is_empty();
                        self.text.append(&mut before);
                    }
                    before.clear();
                }
                Item::Line(line) if regex.is_match(line.strip_suffix(b"\n").unwrap_or(line)) => {
                    self.matched |= position != Position::Before;
                    let out = if position == Position::Before { &mut before } else { &mut self.text };
                    stamp.push(time, out);
                    let line = collectl_wire::display::sanitize(&line[..line.len() - 1]);
                    out.extend_from_slice(line.as_bytes());
                    out.push(b'\n');
                }
                Item::Line(_) => {}
            }
            self.flush_full().await?;
        }
        Ok(true)
    }
}

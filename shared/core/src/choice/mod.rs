//! What is measured and how it is shown: everything that depends on the selected subsystems.
//!
//! [`args`] are the switches, [`request`] is what they ask for, and a [`Choice`] is the result: made once for a live
//! run, and again for each recording that is played, since the default is what was recorded.

pub mod args;
pub mod export;
pub mod format;
pub mod options;
pub mod request;
pub mod selection;
pub mod stats;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use export::Export;
use format::{Format, RequestedFormat, Selected};
use request::{Request, Selection, is_of_second_file};
use selection::{Chosen, Wanted};
use stats::Stats;

use crate::header::Header;
use crate::kernel::Roots;
use crate::registry::REGISTRY;
use crate::settings::Settings;
use crate::source::live::Live;
use crate::subsystem::top::Top;
use crate::subsystem::{Analysis, Cadence, Configured, Context, Descriptor, Part};
use crate::usage::UsageError;

/// What is shown, and how.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Subsystems, in the order of the registry.
    pub subsystems: Vec<Chosen>,
    /// The letters of `-s` as typed, or the recorded ones.
    pub letters: String,
    /// How they are shown.
    pub format: Format,
    /// The totals that are shown, if any.
    pub stats: Option<Stats>,
    /// Settings for all subsystems.
    pub settings: Settings,
    /// Which processes or slabs `--top` shows.
    pub top: Option<Top>,
    /// All subsystems with their options, selected or not.
    configured: Vec<Arc<dyn Configured>>,
}

impl Choice {
    pub(crate) fn resolve(request: &Request, recorded: Option<&Header>) -> Result<Self, UsageError> {
        let playback = request.surroundings.playback;
        let export = request.requested.export();
        let mut letters = letters(request, recorded)?;
        // What was recorded is not known before a recording is opened.
        let letters_known = recorded.is_some() || !playback || request.selection != Selection::Default;
        if let Some(export) = export.filter(|_| letters_known) {
            letters = export.narrow(letters)?;
        }
        if letters.contains('T') && !request.has_room_for_tcp_detail() {
            if matches!(&request.selection, Selection::Typed(typed) if typed.contains('T')) {
                return Err(UsageError::new("-sT can only be used with -f or -P"));
            }
            letters.retain(|letter| letter != 'T');
        }
        let mut wanted = match export.and_then(Export::entry) {
            Some(entry) => vec![(entry, vec![Part::Summary])],
            None => selection::choose(&letters)?,
        };
        if letters_known {
            let roots = &request.surroundings.roots;
            selection::keep_present(&mut wanted, &mut letters, |descriptor| {
                absence(descriptor, roots, playback, recorded)
            })?;
        }
        let plot = request.requested == RequestedFormat::Plot;
        // As in the Perl collectl, subsystems of longer intervals get no columns of zeros if they were not recorded.
        if let Some(header) = recorded.filter(|_| plot && wanted.len() > 1) {
            wanted.retain(|(entry, _)| {
                entry.descriptor.cadence != Cadence::Second || has_recorded(entry.descriptor, header)
            });
        }
        let in_plot = plot || export == Some(&Export::Raw);
        let interrupts_of_processors = selection::join_interrupts(&mut wanted, in_plot);
        let context = Context {
            letters: &letters,
            exceptions: request.options.exceptions,
            sizes: request.sizes,
            interrupts_of_processors,
            playback,
            recorded,
            top: request.top,
            presets: request.surroundings.presets.clone(),
        };
        let configure = |entry: &crate::registry::Entry| entry.configure(&request.switches, &context);
        let configured: Vec<_> = REGISTRY.iter().map(configure).collect::<Result<_, _>>()?;
        let choose = |(entry, parts): Wanted| {
            let known = configured.iter().find(|one| one.descriptor() == entry.descriptor);
            let configured = known.cloned().map_or_else(|| configure(entry), Ok)?;
            Ok(Chosen { configured, parts })
        };
        let subsystems: Vec<Chosen> = wanted.into_iter().map(choose).collect::<Result<_, UsageError>>()?;
        let selected = Selected {
            chosen: &subsystems,
            needs_verbose: configured.iter().any(|one| one.needs_verbose()),
            one_line: !request.surroundings.to_files && matches!(request.selection, Selection::Typed(_)),
            marked: request.surroundings.marked,
        };
        let format = format::resolve(&request.requested, &request.options, request.separator, &selected)?;
        let stats = request.surroundings.stats.map_or(Ok(None), |stats| stats.shown_in(format))?;
        let settings = Settings {
            per: request.options.per,
            numbers: request.numbers(),
            decimals: request.options.decimals,
            page_size: recorded.map_or_else(rustix::param::page_size, page_size),
        };
        Ok(Self { subsystems, letters, format, stats, settings, top: request.top, configured })
    }

    /// True if anything that is shown was recorded, according to `header`.
    #[must_use]
    pub fn was_recorded(&self, header: &Header) -> bool {
        let recorded = header.word("SubSys").unwrap_or_default();
        // The first file of --tworaw names slabs that are in the second one.
        let is_first = header.is_of_pair() && recorded.contains(|letter| !is_of_second_file(letter));
        if is_first && self.letters.chars().all(is_of_second_file) {
            return false;
        }
        self.subsystems.iter().any(|chosen| {
            let descriptor = chosen.configured.descriptor();
            let is_export = descriptor.parts().next().is_none()
                && self.letters.contains(|letter| recorded.contains(letter));
            // Processors that are not selected are in the list for their interrupts.
            let is_bearer = descriptor.detail == Some('C') && !self.letters.contains(['c', 'C']);
            if is_bearer {
                recorded.contains(['j', 'J'])
            } else {
                is_export || has_recorded(descriptor, header)
            }
        })
    }

    /// The same choice with these subsystems only.
    #[must_use]
    pub fn with(&self, subsystems: Vec<Chosen>) -> Self {
        Self { subsystems, ..self.clone() }
    }

    /// A source for this choice on the machine at `roots`; `every` returns every how many samples a subsystem of a
    /// cadence is captured.
    #[must_use]
    pub fn source(&self, roots: &Roots, every: impl Fn(Cadence) -> u64) -> Live {
        let captures = self.subsystems.iter().flat_map(|chosen| chosen.configured.captures().iter().copied());
        let mut source = Live::new(roots, captures);
        for Chosen { configured, .. } in &self.subsystems {
            let every = every(configured.descriptor().cadence);
            configured.captures().iter().for_each(|capture| source.set_every(capture, every));
            configured.probes(roots).into_iter().for_each(|probe| source.set_probe(probe));
        }
        // A file may be kept for one subsystem and shown by another.
        for keep_rule in self.configured.iter().filter_map(|one| one.keep_rule(roots)) {
            source.set_keep_rule(keep_rule);
        }
        source
    }

    /// An analysis of whole recordings for the subsystem with this letter, if there is one.
    #[must_use]
    pub fn analysis(&self, letter: char) -> Option<Box<dyn Analysis>> {
        let has_letter =
            |one: &&Arc<dyn Configured>| one.descriptor().parts().any(|(_, known)| known == letter);
        self.configured.iter().find(has_letter)?.analysis(&self.settings)
    }

    /// All subsystems with their options, selected or not.
    #[must_use]
    pub fn configured(&self) -> &[Arc<dyn Configured>] {
        &self.configured
    }

    /// The cadence of each of the subsystems.
    #[must_use]
    pub fn cadences(&self) -> Vec<Cadence> {
        self.subsystems.iter().map(|chosen| chosen.configured.descriptor().cadence).collect()
    }

    /// Whether an export replaces the selection by letters.
    #[must_use]
    pub fn is_export(&self) -> bool {
        self.subsystems.iter().all(|chosen| chosen.configured.descriptor().parts().next().is_none())
    }
}

/// The requested letters.
fn letters(request: &Request, recorded: Option<&Header>) -> Result<String, UsageError> {
    let Request { selection, surroundings, top, .. } = request;
    let mut default = recorded.map_or_else(|| surroundings.default_letters.clone(), recorded_letters);
    if surroundings.stats.is_some() && request.requested != RequestedFormat::Plot {
        default.retain(selection::is_brief);
    }
    let typed = match selection {
        Selection::Typed(typed) if typed == "-all" => match (recorded, surroundings.playback) {
            (None, false) => return Err(UsageError::new("-s-all only allowed with -p")),
            (None, true) => None,
            (Some(_), _) => return Err(UsageError::new("no subsystems selected")),
        },
        Selection::Typed(letters) | Selection::All(letters) => Some(letters.as_str()),
        Selection::Default => None,
    };
    with_top(selection::letters(typed, &default)?, *top, *selection != Selection::Default)
}

/// The letters of `-s` and `--top`. Without `-s`, `--top` stands alone.
fn with_top(letters: String, top: Option<Top>, selected: bool) -> Result<String, UsageError> {
    let Some(letter) = top.map(|top| top.letter()) else { return Ok(letters) };
    if !selected {
        return Ok(letter.to_string());
    }
    if letters.contains(if letter == 'Z' { 'Y' } else { 'Z' }) {
        return Err(UsageError::new("you cannot select process and slab subsystems in --top mode"));
    }
    Ok(if letters.contains(letter) { letters } else { format!("{letters}{letter}") })
}

/// True if a summary or a detail of a subsystem was recorded, according to `header`.
fn has_recorded(descriptor: &Descriptor, header: &Header) -> bool {
    let recorded = header.word("SubSys").unwrap_or_default();
    descriptor.parts().any(|(_, letter)| recorded.contains(letter))
}

/// Why an optional subsystem is absent: on this machine, or in a recording.
fn absence(
    descriptor: &Descriptor,
    roots: &Roots,
    playback: bool,
    recorded: Option<&Header>,
) -> Option<&'static str> {
    let absence = descriptor.absence?;
    match recorded {
        Some(header) => (!has_recorded(descriptor, header)).then_some("no subsystems selected"),
        None if playback => None,
        None => absence(roots),
    }
}

/// Page size where `header` was written, in bytes; without one, that of nearly every machine.
fn page_size(header: &Header) -> usize {
    let bytes = header.word("PageSize").and_then(|word| word.parse().ok());
    bytes.filter(|bytes| (1 << 10..=1 << 20).contains(bytes)).unwrap_or(4096)
}

fn recorded_letters(header: &Header) -> String {
    let recorded = header.word("SubSys").unwrap_or_default();
    recorded.chars().filter(|letter| selection::is_known(*letter)).collect()
}

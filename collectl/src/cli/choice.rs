//! What is shown, and how: all that depends on which subsystems are selected.
//!
//! A recording is played with what was recorded as the default, so this is resolved anew for each.

use std::path::PathBuf;

use super::export::Export;
use super::literal::Literal;
use super::options::Options;
use super::selection::{self, Chosen};
use super::stats::Stats;
use super::{UsageError, plan::Format};
use crate::number::NumberStyle;
use crate::render::verbose::Records;
use crate::settings::Settings;
use crate::source::live::Roots;
use crate::source::raw::header::Header;
use crate::subsystem::process::{Filter, Layout, ProcessOptions, StartTime, States};
use crate::subsystem::slab::SlabOptions;
use crate::subsystem::top::Top;
use crate::subsystem::{
    Cadence, Entry, InterruptFilter, NfsOptions, Part, TcpFilter, cgroup, cpu, disk, environment, infiniband,
    memory, net,
};

/// What is shown, and how.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Subsystems, in the order of the registry.
    pub subsystems: Vec<Chosen>,
    /// The letters of `-s` as they were typed, or those of what was recorded.
    pub letters: String,
    /// How they are shown.
    pub format: Format,
    /// What is shown of totals, if they are.
    pub stats: Option<Stats>,
    /// What changes measuring and numbers.
    pub settings: Settings,
}

impl Choice {
    /// What the user asked for, on a terminal with so many `rows`; what was left open is as in the recording with the header `recorded`, if there is one.
    ///
    /// # Errors
    /// A [`UsageError`] for a value that can't be read, and for switches that exclude each other.
    pub fn resolve(
        literal: &Literal,
        recorded: Option<&Header>,
        rows: Option<u64>,
    ) -> Result<Self, UsageError> {
        let top = literal.top.as_deref().map(|text| Top::parse(text, rows)).transpose()?;
        let options = literal.options.as_deref().map_or(Ok(Options::default()), Options::parse)?;
        let mut default = recorded.map_or_else(|| literal.default_letters().to_owned(), recorded_letters);
        if literal.stats && !literal.plot {
            default.retain(selection::is_brief);
        }
        let typed = match (literal.subsys.as_deref(), recorded, literal.playback.is_some()) {
            (Some("-all"), None, false) => return Err(UsageError::new("-s-all only allowed with -p")),
            (Some("-all"), None, true) => None,
            (Some("-all"), Some(_), _) => return Err(UsageError::new("no subsystems selected")),
            (typed, ..) => typed,
        };
        selection::refuse_lustre(literal)?;
        let all = selection::all(literal)?;
        let letters = selection::letters(all.as_deref().or(typed), &default)?;
        let selected = all.is_some() || literal.subsys.is_some();
        let mut letters = with_top(letters, top, selected)?;
        let export = Export::resolve(literal)?;
        // Before a recording is opened, nobody knows what was recorded.
        let letters_known = recorded.is_some() || literal.playback.is_none() || selected;
        if let Some(export) = export.as_ref().filter(|_| letters_known) {
            letters = export.narrow(letters)?;
        }
        let json = matches!(export, Some(Export::Json(_)));
        let raw = export == Some(Export::Raw);
        if letters.contains('T') && !literal.plot && !json && !raw {
            if literal.subsys.as_deref().is_some_and(|typed| typed.contains('T')) {
                return Err(UsageError::new("-sT can only be used with -f or -P"));
            }
            letters.retain(|letter| letter != 'T');
        }
        let mut subsystems = match export.as_ref().and_then(Export::entry) {
            Some(entry) => vec![Chosen { entry, parts: vec![Part::Summary] }],
            None => selection::choose(&letters)?,
        };
        if letters_known {
            selection::keep_present(&mut subsystems, &mut letters, |entry| {
                absence(entry, literal, recorded)
            })?;
        }
        // What is captured less often has no columns of zeros where it was not recorded, as in the Perl collectl.
        if let Some(header) = recorded.filter(|_| literal.plot && subsystems.len() > 1) {
            subsystems.retain(|chosen| {
                chosen.entry.cadence != Cadence::Second || has_recorded(&chosen.entry, header)
            });
        }
        let settings = Settings {
            page_size: recorded.map_or_else(rustix::param::page_size, page_size),
            interrupts_of_processors: selection::join_interrupts(&mut subsystems, literal.plot && !json),
            tcp: tcp_filter(literal, &letters, recorded)?,
            process: process(literal, top, export.as_ref())?,
            slab: slab(literal, top)?,
            top,
            nfs: nfs(literal, recorded)?,
            ..settings(literal, &options, &letters)?
        };
        for chosen in &mut subsystems {
            chosen.entry.captures = (chosen.entry.captures_with)(&settings);
        }
        let format = match export {
            Some(Export::Vmstat) => Format::Brief,
            Some(Export::Vmsum | Export::Proctree) => Format::Verbose(Records::AsNeeded),
            Some(Export::Lexpr(_)) => Format::Lexpr { marked: literal.address.is_some() },
            Some(Export::Json(_)) => Format::Json,
            // Its letters are those of files, and nothing of it is rendered.
            Some(Export::Raw) => Format::Plot { separator: b' ', utc: false },
            None => format(literal, &options, &subsystems, &settings)?,
        };
        let stats = Stats::resolve(literal, format)?;
        Ok(Self { subsystems, letters, format, stats, settings })
    }

    /// True if anything that is to be shown was recorded, according to `header`.
    #[must_use]
    pub fn was_recorded(&self, header: &Header) -> bool {
        let recorded = header.word("SubSys").unwrap_or_default();
        self.subsystems.iter().any(|chosen| {
            let place = &chosen.entry.place;
            let letters = [place.summary, place.detail];
            let is_export =
                letters == [None, None] && self.letters.contains(|letter| recorded.contains(letter));
            // Processors that were not selected stand there for their interrupts.
            let is_bearer = place.detail == Some('C') && !self.letters.contains(['c', 'C']);
            if is_bearer {
                recorded.contains(['j', 'J'])
            } else {
                is_export || has_recorded(&chosen.entry, header)
            }
        })
    }
}

/// True if a summary or a detail of a subsystem was recorded, according to `header`.
fn has_recorded(entry: &Entry, header: &Header) -> bool {
    let recorded = header.word("SubSys").unwrap_or_default();
    [entry.place.summary, entry.place.detail].into_iter().flatten().any(|letter| recorded.contains(letter))
}

/// Why there is nothing to be shown of a subsystem that not all machines have: on this machine, or in a recording.
fn absence(entry: &Entry, literal: &Literal, recorded: Option<&Header>) -> Option<&'static str> {
    let absence = entry.absence?;
    match recorded {
        Some(header) => (!has_recorded(entry, header)).then_some("no subsystems selected"),
        None if literal.playback.is_some() => None,
        None => absence(&Roots {
            proc: PathBuf::from(&literal.procfs),
            sys: PathBuf::from(&literal.sysfs),
            keepers: Vec::new(),
        }),
    }
}

/// Bytes of a page where `header` was written; where it doesn't say, those of nearly every machine.
fn page_size(header: &Header) -> usize {
    let bytes = header.word("PageSize").and_then(|word| word.parse().ok());
    bytes.filter(|bytes| (1 << 10..=1 << 20).contains(bytes)).unwrap_or(4096)
}

fn recorded_letters(header: &Header) -> String {
    let recorded = header.word("SubSys").unwrap_or_default();
    recorded.chars().filter(|letter| selection::is_known(*letter)).collect()
}

fn settings(literal: &Literal, options: &Options, letters: &str) -> Result<Settings, UsageError> {
    let interrupts = literal.intfilt.as_deref().map(InterruptFilter::parse).transpose();
    Ok(Settings {
        per: options.per,
        numbers: if literal.wide { NumberStyle::Wide } else { options.numbers },
        decimals: options.decimals,
        interrupts: interrupts.map_err(UsageError)?.unwrap_or_default(),
        cpu: cpu::Options::resolve(literal)?,
        disk: disk::Options::resolve(literal, letters, options.exceptions)?,
        memory: memory::Options::resolve(literal)?,
        net: net::Options::resolve(literal, letters)?,
        cgroup: cgroup::Options::resolve(literal)?,
        infiniband: infiniband::Options::resolve(literal)?,
        environment: environment::Options::resolve(literal)?,
        ..Settings::default()
    })
}

/// What is shown of NFS; without a filter, what was recorded.
fn nfs(literal: &Literal, recorded: Option<&Header>) -> Result<NfsOptions, UsageError> {
    let options = literal.nfsopts.as_deref().unwrap_or_default();
    let recorded = recorded.and_then(|header| header.word("NfsFilt"));
    let of_recording = || NfsOptions::parse(recorded?, options).ok().map(NfsOptions::unnamed);
    match (literal.nfsfilt.as_deref(), of_recording()) {
        (None, Some(recorded)) => Ok(recorded),
        (filter, _) => NfsOptions::parse(filter.unwrap_or_default(), options).map_err(UsageError),
    }
}

fn process(
    literal: &Literal,
    top: Option<Top>,
    export: Option<&Export>,
) -> Result<ProcessOptions, UsageError> {
    let mut options = ProcessOptions::parse(literal.procopts.as_deref().unwrap_or_default())?;
    if options.skip_zero && top.is_none() {
        return Err(UsageError::new("--procopts z can only be used with --top"));
    }
    let is_plain = options.layout == Layout::Mixed && !options.switches && options.start == StartTime::Hidden;
    if export == Some(&Export::Proctree) && !is_plain {
        return Err(UsageError::new("--procopts i, m, s, S and x can't be used with 'proctree'"));
    }
    if let Some(passwd) = &literal.passwd {
        options.passwd = PathBuf::from(passwd);
    }
    options.states = States::parse(literal.procstate.as_deref().unwrap_or_default())?;
    if let Some(filter) = &literal.procfilt {
        if literal.playback.is_some() {
            return Err(UsageError::new("sorry, but --procfilt not allowed in -p mode.  consider grep"));
        }
        options.filter = Filter::parse(filter, &options.passwd)?;
    }
    Ok(options)
}

fn slab(literal: &Literal, top: Option<Top>) -> Result<SlabOptions, UsageError> {
    if literal.slabopts.is_some() && top.is_some() {
        return Err(UsageError::new("you cannot mix --slabopts with --top"));
    }
    if literal.slabfilt.is_some() && literal.playback.is_some() {
        return Err(UsageError::new("sorry, but --slabfilt not allowed in -p mode.  consider grep"));
    }
    SlabOptions::parse(
        literal.slabopts.as_deref().unwrap_or_default(),
        literal.slabfilt.as_deref().unwrap_or_default(),
    )
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

fn tcp_filter(
    literal: &Literal,
    letters: &str,
    recorded: Option<&Header>,
) -> Result<Option<TcpFilter>, UsageError> {
    let filter = literal.tcpfilt.as_deref().map(TcpFilter::parse).transpose().map_err(UsageError)?;
    let selected = letters.contains(['t', 'T']);
    if filter.is_some() && !selected {
        return Err(UsageError::new("--tcpfilt only applies to -st or -sT"));
    }
    let of_recording = || TcpFilter::parse(recorded?.word("TcpFilt")?).ok();
    Ok(if selected { filter.or_else(of_recording) } else { None })
}

/// The format: verbose where the user wants it, and where brief has no columns for what is to be shown.
fn format(
    literal: &Literal,
    options: &Options,
    subsystems: &[Chosen],
    settings: &Settings,
) -> Result<Format, UsageError> {
    let to_files = literal.filename.is_some() && literal.address.is_none();
    let needs_verbose = || {
        let has_no_brief =
            |chosen: &Chosen| chosen.parts.contains(&Part::Detail) || chosen.entry.place.brief.is_none();
        subsystems.iter().any(has_no_brief)
            || settings.memory.is_verbose()
            || settings.tcp.is_some_and(TcpFilter::needs_verbose)
    };
    match (literal.plot, literal.verbose || literal.full) {
        (true, true) => Err(UsageError::new("can't use -P with --verbose")),
        (true, false)
            if let Some(letter) =
                crowded_plot_lines(subsystems).filter(|_| !to_files && literal.subsys.is_some()) =>
        {
            Err(UsageError::new(format!(
                "to display on terminal using -s{letter} with -P requires only -s{letter}"
            )))
        }
        (true, false) => Ok(Format::Plot { separator: separator(literal.sep.as_deref())?, utc: options.utc }),
        _ if options.utc => Err(UsageError::new("-ou/--utc only apply to -P format")),
        _ if literal.full => Ok(Format::Verbose(Records::Full)),
        (false, verbose) if verbose || needs_verbose() => Ok(Format::Verbose(Records::AsNeeded)),
        _ => Ok(Format::Brief),
    }
}

/// The letter of a detail whose plot lines are its own, if it does not stand alone.
fn crowded_plot_lines(subsystems: &[Chosen]) -> Option<char> {
    let parts: usize = subsystems.iter().map(|chosen| chosen.parts.len()).sum();
    let own = |chosen: &&Chosen| chosen.entry.own_plot_lines && chosen.parts.contains(&Part::Detail);
    let chosen = subsystems.iter().find(own).filter(|_| parts > 1)?;
    chosen.entry.place.letter(Part::Detail)
}

/// Reads `--sep`: one character but `%`, or the decimal code of one.
pub(super) fn separator(text: Option<&str>) -> Result<u8, UsageError> {
    let text = text.unwrap_or(" ");
    match (text.parse::<u8>(), text.as_bytes()) {
        (Ok(code), _) if code.is_ascii() => Ok(code),
        (Err(_), [b'%']) => Err(UsageError::new("--sep can't be a '%'")),
        (Err(_), [character]) if character.is_ascii() => Ok(*character),
        _ => Err(UsageError::new("--sep much be 1 character or a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(line: &str, recorded: Option<&Header>) -> Choice {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Choice::resolve(&Literal::parse_from_args(&args).unwrap(), recorded, None).unwrap()
    }

    #[test]
    fn what_was_recorded_fills_in_what_was_left_open() {
        let mut header = Header::default();
        header.push(b"# Filters:    NfsFilt:  EnvFilt:  TcpFilt: itI\n");
        header.push(b"# HZ:  100  Arch: aarch64 PageSize: 65536\n");
        let played = |line| resolve(line, Some(&header));
        let choice = played("-st");
        assert_eq!(choice.settings.tcp, TcpFilter::parse("itI").ok());
        assert_eq!((choice.format, choice.settings.page_size), (Format::Verbose(Records::AsNeeded), 65_536));
        assert_eq!(played("-st --tcpfilt u").settings.tcp, TcpFilter::parse("u").ok());
        assert_eq!(played("-sc").format, Format::Brief);
        assert_eq!(played("-sf").settings.nfs, NfsOptions::default());
        let mut header = Header::default();
        header.push(b"# Filters:    NfsFilt: c3,s4 EnvFilt:  TcpFilt: itI\n");
        let nfs = |line| resolve(line, Some(&header)).settings.nfs;
        assert_eq!(nfs("-sf --nfsopts z"), NfsOptions::parse("c3,s4", "z").unwrap().unnamed());
        assert_eq!(nfs("-sf --nfsfilt s3"), NfsOptions::parse("s3", "").unwrap());
    }

    #[test]
    fn json_has_room_for_all_parts() {
        let parts = |line: &str| -> Vec<_> {
            let chosen = resolve(line, None).subsystems;
            chosen.iter().map(|chosen| (chosen.entry.place.name, chosen.parts.clone())).collect()
        };
        let both = vec![Part::Summary, Part::Detail];
        assert_eq!(parts("--export json -sjJtT"), [("interrupts", both.clone()), ("TCP", both)]);
    }

    #[test]
    fn what_a_machine_lacks_is_left_out() {
        let root = tempfile::tempdir().unwrap();
        let left = |letters: &str| {
            let root = root.path().to_str().unwrap().to_owned();
            let args = [format!("-s{letters}"), format!("--procfs={root}"), format!("--sysfs={root}")];
            Choice::resolve(&Literal::parse_from_args(&args).unwrap(), None, None)
        };
        let choice = left("gGcpx").unwrap();
        assert_eq!((choice.letters.as_str(), choice.subsystems.len()), ("c", 1));
        assert_eq!(left("fi").unwrap().letters, "fi");
        let reason = "no pressure stall information here: the kernel lacks it, or was started without psi=1";
        assert_eq!(left("pg").unwrap_err().0, reason);
    }

    #[test]
    fn files_are_read_as_they_are_needed() {
        let paths = |line: &str| -> Vec<_> {
            let choice = resolve(line, None);
            choice
                .subsystems
                .iter()
                .flat_map(|chosen| chosen.entry.captures)
                .map(|capture| capture.path)
                .collect()
        };
        assert_eq!(paths("-sc"), ["stat", "loadavg"]);
        assert_eq!(paths("-sCj"), ["stat", "loadavg", "interrupts"]);
        assert_eq!(paths("-st"), ["net/snmp"]);
        assert_eq!(paths("-st --tcpfilt T"), ["net/netstat", "net/snmp"]);
    }
}

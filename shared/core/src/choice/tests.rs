use clap::Parser;

use super::args::Args;
use super::format::{Format, RequestedFormat};
use super::request::{Request, Surroundings};
use super::stats::Stats;
use super::*;
use crate::render::verbose::Records;

#[derive(Parser)]
#[command(disable_help_flag = true, infer_long_args = true, args_override_self = true)]
struct Command {
    #[command(flatten)]
    args: Args,
}

/// Parses the switches of a line of words.
pub(crate) fn args(line: &str) -> Result<Args, UsageError> {
    let words = std::iter::once("test").chain(line.split_whitespace());
    Command::try_parse_from(words).map(|line| line.args).map_err(|error| UsageError::new(error.to_string()))
}

/// What a line of words asks for, with `surroundings`.
pub(crate) fn request(line: &str, surroundings: Surroundings) -> Result<Request, UsageError> {
    let args = args(line)?;
    Request::new(&args, RequestedFormat::resolve(&args)?, surroundings)
}

fn live() -> Surroundings {
    Surroundings { playback: false, ..Surroundings::of_playback() }
}

fn choose(line: &str) -> Result<Choice, UsageError> {
    request(line, live())?.choose(None)
}

#[test]
fn the_recording_decides_what_was_left_open() {
    let mut header = Header::default();
    header.push(b"# Filters:    NfsFilt:  EnvFilt:  TcpFilt: itI\n");
    header.push(b"# HZ:  100  Arch: aarch64 PageSize: 65536\n");
    let played =
        |line: &str| request(line, Surroundings::of_playback()).unwrap().choose(Some(&header)).unwrap();
    let choice = played("-st");
    assert_eq!((choice.format, choice.settings.page_size), (Format::Verbose(Records::AsNeeded), 65_536));
    assert_eq!(played("-st --tcpfilt u").format, Format::Brief);
    assert_eq!(played("-sc").format, Format::Brief);
}

#[test]
fn json_shows_all_parts() {
    let chosen = choose("--export json -sjJtT").unwrap().subsystems;
    let parts: Vec<_> =
        chosen.iter().map(|chosen| (chosen.configured.descriptor().name, chosen.parts.clone())).collect();
    let both = vec![Part::Summary, Part::Detail];
    assert_eq!(parts, [("interrupts", both.clone()), ("tcp", both)]);
}

#[test]
fn absent_subsystems_are_left_out() {
    let root = tempfile::tempdir().unwrap();
    let roots = Roots { proc: root.path().to_owned(), sys: root.path().to_owned() };
    let left = |letters: &str| {
        request(&format!("-s{letters}"), Surroundings { roots: roots.clone(), ..live() })?.choose(None)
    };
    let choice = left("gGcpx").unwrap();
    assert_eq!((choice.letters.as_str(), choice.subsystems.len()), ("c", 1));
    assert_eq!(left("fi").unwrap().letters, "fi");
    let reason = "no pressure stall information here: the kernel lacks it, or was started without psi=1";
    assert_eq!(left("pg").unwrap_err().0, reason);
}

#[test]
fn only_needed_files_are_read() {
    let paths = |line: &str| -> Vec<_> {
        let choice = choose(line).unwrap();
        let captures = choice.subsystems.iter().flat_map(|chosen| chosen.configured.captures());
        captures.map(|capture| capture.path).collect()
    };
    assert_eq!(paths("-sc"), ["stat", "loadavg"]);
    assert_eq!(paths("-sCj"), ["stat", "loadavg", "interrupts"]);
    assert_eq!(paths("-st"), ["net/snmp", "net/snmp6"]);
    assert_eq!(paths("-st --tcpfilt T"), ["net/netstat", "net/snmp", "net/snmp6"]);
}

#[test]
fn switches_that_conflict() {
    for (line, message) in [
        ("-sT", "-sT can only be used with -f or -P"),
        ("-sc --tcpfilt i", "--tcpfilt only applies to -st or -sT"),
        ("-st --tcpfilt x", "only valid --tcpopts values are 'cituIT'"),
        ("-sJ --intfilt (", "--intfilt: unclosed group"),
        ("-sf --nfsopts q", "invalid value for --nfsopts"),
        ("-sc --cpuopts q", "only valid value for --cpuopts is 'z'"),
        ("-sZ --procopts z", "--procopts z can only be used with --top"),
        ("-P --verbose", "can't use -P with --verbose"),
        ("-sc -oU", "-ou/--utc only apply to -P format"),
    ] {
        assert_eq!(choose(line).unwrap_err().0, message);
    }
}

#[test]
fn totals_need_a_brief_playback() {
    let stats = Stats::parse("sia").unwrap();
    let resolve = |line: &str| {
        let surroundings = Surroundings { stats: Some(stats), ..Surroundings::of_playback() };
        request(line, surroundings)?.choose(None).map(|choice| choice.stats)
    };
    assert_eq!(resolve("-scd"), Ok(Some(Stats { averages: true, intervals: true, of_each_file: true })));
    assert_eq!(resolve("-sc -P"), Ok(None));
    for line in ["-sC", "-sc --verbose"] {
        assert_eq!(resolve(line), Err(UsageError::new("statistics not allowed in verbose mode")));
    }
    assert_eq!(Stats::parse("x"), Err(UsageError::new("valid --statopts are [ais]")));
}

#[test]
fn help_names_every_letter() {
    let help = <Command as clap::CommandFactory>::command().render_help().to_string();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("c CPU, d disks, f NFS"), "{help}");
    assert!(help.contains("B, C, D, E environment"), "{help}");
    assert!(help.contains("--memopts <LETTERS>") && help.contains("Subsystems:"), "{help}");
}

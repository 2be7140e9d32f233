//! Local times where the clock is set forward or back: what is shown of a recording, and in which order.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv};

const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
const NEW_YORK: &str = "EST5EDT,M3.2.0,M11.1.0";
const HAVANA: &str = "CST5CDT,M3.2.0/0,M11.1.0/1";
const BEIRUT: &str = "EET-2EEST,M3.5.0/0,M10.5.0/0";
const LORD_HOWE: &str = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";

/// A recording: the date and offset of its header, its start, the seconds between its samples, and how many there are.
struct Recording {
    date: &'static str,
    offset: &'static str,
    start: i64,
    step: i64,
    samples: i64,
}

impl Recording {
    /// Writes it into `folder`, under its date.
    fn write(&self, folder: &Path) {
        let Self { date, offset, start, step, samples } = self;
        let mut text = format!(
            "# Host:       node01\n# Date:       {date}  Secs: {start} TZ: {offset}\n\
             # SubSys:     c Options:  Interval: {step} NumCPUs: 1\n# HZ:         100\n"
        );
        for time in (0..*samples).map(|count| start + count * step) {
            let ticks = time - 1_770_000_000;
            write!(text, ">>> {time}.000 <<<\ncpu  {ticks} 0 0 {ticks} 0 0 0 0 0 0\n").unwrap();
        }
        fs::write(folder.join(format!("node01-{date}.raw")), text).unwrap();
    }
}

/// What the only recording shows in `zone`, one word of each line.
fn times(recording: &Recording, zone: &str, args: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    recording.write(folder.path());
    words(&play(folder.path(), zone, args).stdout)
}

fn play(folder: &Path, zone: &str, args: &str) -> Outcome {
    let args = format!("-p {}/*.raw -sc {args}", folder.display());
    let outcome = Process::start(collectl(&args).env("TZ", zone)).finish();
    assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]), "{args}");
    outcome
}

fn words(lines: &[String]) -> Vec<String> {
    let lines = lines.iter().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

const AUTUMN: Recording =
    Recording { date: "20261025-025000", offset: "+0200", start: 1_792_889_400, step: 300, samples: 6 };
const SPRING: Recording =
    Recording { date: "20260329-015000", offset: "+0100", start: 1_774_745_400, step: 300, samples: 6 };

#[test]
fn a_recording_across_a_change_shows_the_local_time_of_each_instant() {
    assert_eq!(times(&AUTUMN, BERLIN, "-oT"), ["02:55:00", "02:00:00", "02:05:00", "02:10:00"]);
    assert_eq!(times(&SPRING, BERLIN, "-oT"), ["01:55:00", "03:00:00", "03:05:00", "03:10:00"]);
    // Elsewhere, it is shown in the zone of its host, of which only the offset at its start is known.
    for zone in [NEW_YORK, "UTC0"] {
        assert_eq!(times(&AUTUMN, zone, "-oT"), ["02:55:00", "03:00:00", "03:05:00", "03:10:00"], "{zone}");
    }
}

#[test]
fn changes_at_midnight_and_by_half_an_hour() {
    let across = |date, offset, start| Recording { date, offset, start, step: 600, samples: 5 };
    let havana = across("20260307-234000", "-0500", 1_772_944_800);
    assert_eq!(times(&havana, HAVANA, "-od"), ["03/07", "03/08", "03/08"]);
    assert_eq!(times(&havana, HAVANA, "-oT"), ["23:50:00", "01:00:00", "01:10:00"]);
    let beirut = across("20261024-234000", "+0300", 1_792_874_400);
    assert_eq!(times(&beirut, BEIRUT, "-oD"), ["20261024"; 3]);
    assert_eq!(times(&beirut, BEIRUT, "-oT"), ["23:50:00", "23:00:00", "23:10:00"]);
    let lord_howe = across("20260405-014000", "+1100", 1_775_313_600);
    assert_eq!(times(&lord_howe, LORD_HOWE, "-oT"), ["01:50:00", "01:30:00", "01:40:00"]);
}

#[test]
fn from_and_thru_are_local_times() {
    assert_eq!(times(&SPRING, BERLIN, "-oT --from 03:00"), ["03:00:00", "03:05:00", "03:10:00"]);
    assert_eq!(times(&SPRING, BERLIN, "-oT --from 02:30 --thru 03:05"), ["03:00:00", "03:05:00"]);
    assert_eq!(times(&AUTUMN, BERLIN, "-oT --from 02:55 --thru 02:05"), ["02:55:00", "02:00:00", "02:05:00"]);
}

/// The recordings of the repeated hour, of half an hour each, under the names that they have.
fn repeated_hour(folder: &Path) {
    let file = |date, offset, start| Recording { date, offset, start, step: 600, samples: 4 };
    file("20261025-020000", "+0200", 1_792_886_400).write(folder);
    file("20261025-023000", "+0200", 1_792_888_200).write(folder);
    file("20261025-020001", "+0100", 1_792_890_000).write(folder);
    file("20261025-023001", "+0100", 1_792_891_800).write(folder);
}

#[test]
fn files_are_played_in_the_order_of_their_time() {
    let folder = tempfile::tempdir().unwrap();
    repeated_hour(folder.path());
    let expected: Vec<String> = (1..12).map(|count| (1_792_886_400 + count * 600).to_string()).collect();
    for zone in [BERLIN, "UTC0"] {
        let rows = play(folder.path(), zone, "-oU -P").stdout;
        let found: Vec<String> = words(&rows).iter().map(|word| word.replace(".000", "")).collect();
        assert_eq!(found, expected, "{zone}");
    }
    let lines = play(folder.path(), BERLIN, "-oT --from 02:50 --thru 02:10").stdout;
    assert_eq!(words(&lines), ["02:50:00", "02:00:00", "02:10:00"]);
}

#[test]
fn a_receiver_replays_the_repeated_hour_in_the_order_of_time() {
    let folder = tempfile::tempdir().unwrap();
    repeated_hour(folder.path());
    let args = format!("replay --speed max {} -- -sc -oU -P", folder.path().display());
    let outcome = Process::start(collectl_recv(&args).env("TZ", BERLIN)).finish();
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let rows = outcome.stdout.iter().filter(|line| !line.contains('#'));
    let times: Vec<String> =
        rows.filter_map(|line| line.split_whitespace().nth(1)).map(|word| word.replace(".000", "")).collect();
    let expected: Vec<String> = (1..12).map(|count| (1_792_886_400 + count * 600).to_string()).collect();
    assert_eq!(times, expected);
}

//! What collectl-recv recorded, shown again.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use rustix::process::Signal;
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv};
use tests::recording::{files, markers, ours, perls};
use tests::requirement::{self, Requirement};

/// What a receiver with these switches shows and records from two hosts that send this many intervals.
fn recorded(folder: &Path, view: &str, intervals: usize, switches: &str) -> Outcome {
    let args = format!("listen --bind 127.0.0.1 --port 0 --record {} {view}", folder.display());
    let mut receiver = Process::start(&mut collectl_recv(&args));
    let said = receiver.stderr.wait_for("listening on port ");
    let port = said.rsplit(' ').next().expect("a port").to_owned();
    let start = |host| {
        let args = format!("{switches} -i.25 -c{intervals} --hostname {host} -A 127.0.0.1:{port}");
        Process::start(&mut collectl(&args))
    };
    for collector in ["n1", "n2"].map(start) {
        assert_eq!(collector.finish().code, 0);
    }
    for _ in 0..2 {
        receiver.stderr.wait_for("connection closed");
    }
    receiver.signal(Signal::INT);
    receiver.finish()
}

/// What is shown of a folder with these switches.
fn replay(folder: &Path, args: &str) -> Outcome {
    let outcome = Process::start(&mut collectl_recv(&format!("replay {} {args}", folder.display()))).finish();
    assert_eq!((outcome.code, &*outcome.stderr), (0, &[][..]), "{outcome:#?}");
    outcome
}

/// The lines of one host, as they arrived.
fn of<'a>(host: &str, outcome: &'a Outcome) -> Vec<&'a str> {
    outcome.stdout.iter().filter(|line| line.contains(host)).map(String::as_str).collect()
}

#[test]
fn lines_and_objects_are_shown_as_they_were() {
    for (view, switches) in [
        ("", "-scm -oTm"),
        ("", "-scm --verbose"),
        ("--view json", "-sc -oTm"),
        ("--view json", "-sc --export json"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let live = recorded(folder.path(), view, 6, switches);
        let again = replay(folder.path(), view);
        for host in ["n1", "n2"] {
            assert!(of(host, &live).len() >= 6, "{live:#?}");
            assert_eq!(of(host, &again), of(host, &live), "{view} {switches}");
        }
    }
}

#[test]
fn raw_files_are_shown_by_any_switches_in_any_view() {
    let folder = tempfile::tempdir().expect("a folder");
    recorded(folder.path(), "", 6, "-scmd --export raw");
    for switches in ["-scm -oTm", "-sC --verbose", "-sd -P"] {
        let again = replay(folder.path(), &format!("-- {switches}"));
        for host in ["n1", "n2"] {
            let played = ours(folder.path().join(format!("{host}-*.raw")), switches);
            let expected: Vec<String> = played.lines().map(|line| format!("{host} {line}")).collect();
            let shown: Vec<&str> =
                again.stdout.iter().filter(|line| line.starts_with(host)).map(String::as_str).collect();
            assert_eq!(shown, expected, "{switches}");
        }
    }
    let table = replay(folder.path(), "--view table");
    assert!(table.stdout.iter().any(|line| line.contains(" 2 present, 0 late")), "{table:#?}");
    let columns = replay(folder.path(), "--view columns --columns cpu");
    assert!(columns.stdout[1].contains("n1") && columns.stdout[1].contains("n2"), "{columns:#?}");
    assert_eq!(replay(folder.path(), "--view json").stdout.len(), 12);
}

/// A folder with text of this many hosts and seconds, from 20261122 on, at midnight of this machine's clock.
fn generated(folder: &Path, hosts: u32, seconds: u32) {
    for host in 0..hosts {
        let mut text = "#<--------CPU-------->\n#cpu sys inter  ctxsw\n".to_owned();
        let mut times = "0 1795305600.000\n".to_owned();
        for second in 0..seconds {
            let _ = writeln!(times, "{} {}.{host:03}", text.len(), 1_795_305_600 + second);
            let _ = writeln!(text, "{:4} {:3} {host:5} {second:6}", second % 100, second % 7);
        }
        let path = folder.join(format!("n{host:03}-20261122-000000"));
        fs::write(path.with_extension("txt"), text).expect("a temporary folder can be written to");
        fs::write(path.with_extension("times"), times).expect("a temporary folder can be written to");
    }
}

#[test]
fn an_hour_of_a_hundred_hosts_takes_seconds() {
    let folder = tempfile::tempdir().expect("a folder");
    generated(folder.path(), 100, 3600);
    let shown = replay(folder.path(), "").stdout;
    assert_eq!(shown.len(), 100 * 3602);
    let last: Vec<&str> = shown[shown.len() - 100..].iter().map(|line| &line[..4]).collect();
    assert!(last.is_sorted() && last[0] == "n000", "{last:?}");
}

#[test]
fn a_part_a_cut_off_file_and_a_speed() {
    let folder = tempfile::tempdir().expect("a folder");
    generated(folder.path(), 2, 600);
    let cut = folder.path().join("n001-20261122-000000.txt");
    let text = fs::read_to_string(&cut).expect("the text");
    fs::write(&cut, &text[..text.len() - 30]).expect("it can be written");
    let zone = |args: &str| {
        let mut command = collectl_recv(&format!("replay {} {args}", folder.path().display()));
        Process::start(command.env("TZ", "UTC")).finish()
    };
    let part = zone("--from 20261122:0:01 --thru 0:01:02");
    let expected = |host: u32, second: u32| {
        format!("n{host:03} {:4} {:3} {host:5} {second:6}", second % 100, second % 7)
    };
    let figures: Vec<&String> = part.stdout.iter().filter(|line| !line.contains('#')).collect();
    let all = [60, 61, 62].map(|second| [expected(0, second), expected(1, second)]).concat();
    assert_eq!((part.code, figures), (0, all.iter().collect()), "{part:#?}");
    assert_eq!(part.stdout.len(), 6 + 2 * 2, "{part:#?}");
    let end = zone("--from 0:09:58").stdout;
    assert_eq!(end[end.len() - 2..], [expected(0, 598), expected(0, 599)], "{end:?}");
    let start = std::time::Instant::now();
    zone("--thru 0:00:10 --speed 10");
    assert!(start.elapsed() >= std::time::Duration::from_secs(1), "ten seconds take one");
    let start = std::time::Instant::now();
    zone("--from 0:09:58 --speed 1");
    assert!(
        start.elapsed() < std::time::Duration::from_secs(20),
        "ten minutes that are not shown are not waited for"
    );
    let nothing = zone("--from 5:00");
    assert_eq!(nothing.code, 3, "{nothing:#?}");
}

#[test]
fn rolled_raw_files_are_played_by_both_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let args = format!(
        "launch localhost -q --roll 00:00,1 --record {} -- -sc -i.5 --export raw",
        folder.path().display()
    );
    let mut receiver = Process::start(&mut collectl_recv(&args));
    let rolled =
        || files(folder.path(), ".raw").len() == 2 && tests::recording::samples(folder.path(), ".raw") > 8;
    tests::deadline::until("a minute to end", std::time::Duration::from_secs(75), rolled);
    receiver.signal(Signal::INT);
    let live: String = receiver
        .stdout
        .to_end()
        .iter()
        .filter_map(|line| line.split_once(' '))
        .fold(String::new(), |text, (_, line)| text + line + "\n");
    assert_eq!(receiver.finish().code, 0);
    let texts: Vec<String> =
        files(folder.path(), ".raw").iter().map(|path| fs::read_to_string(path).expect("the text")).collect();
    let (first, second) = (markers(&texts[0]), markers(&texts[1]));
    assert_eq!(first.last(), second.first(), "the marker that ends one begins the other");
    let both: Vec<i64> = first.iter().chain(&second[1..]).copied().collect();
    assert_eq!(both, markers(&live), "what was shown is what was recorded");
    let shown = replay(folder.path(), "-- -sc -P -oDm").stdout;
    let pattern = folder.path().join("*.raw");
    let played = ours(&pattern, "-sc -P -oDm");
    let count = |text: &str| text.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(shown.iter().filter(|line| !line.contains('#')).count(), count(&played));
    if requirement::met(&[Requirement::PerlCollectl]) {
        assert_eq!(perls(&pattern, "-sc -P -oDm"), played);
    }
}

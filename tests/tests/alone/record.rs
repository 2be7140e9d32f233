//! Recordings: the Perl collectl plays what ours writes with the same text as ours, and the reverse. Files have the
//! same content, whatever is sent over a socket at the same time.
//!
//! The playbacks that are compared are of subsystems without documented differences.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;
use tests::deadline::{PATIENCE, until};
use tests::lateness::{Scheduled, assert_in_time, scheduled};
use tests::listener::Listener;
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{collectl, perl_collectl};
use tests::recording::{figures, file, files, markers, ours, perls, whole};
use tests::requirement::{self, Requirement};

/// Playbacks of everything except processes.
const PLAYED: [&str; 6] =
    ["-scdnijb -oDm", "-sC --verbose -oD", "-sD --verbose", "-sN --verbose", "-P -scdnib", "-P -sC"];

/// Runs our collectl to its end, which must be a success.
fn run(args: &str, folder: &Path) {
    let outcome = Process::start(collectl(args).arg("-f").arg(folder)).finish();
    assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]), "{args}");
}

fn pattern(folder: &Path, ending: &str) -> String {
    folder.join(ending).display().to_string()
}

/// Zombies are a documented difference, and so are the names and the memory of the processes after them.
fn without_memory(text: &str) -> Vec<String> {
    let cells = |line: &str| line.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
    text.lines().map(cells).collect()
}

fn same_in_both(folder: &Path, names: &str, playbacks: &[&str], lines: usize) {
    let pattern = pattern(folder, names);
    for args in playbacks {
        let (ours, perls) = (ours(&pattern, args), perls(&pattern, args));
        assert_eq!(ours, perls, "{args}");
        assert!(figures(&ours).len() >= lines, "{args}: {ours}");
    }
}

#[test]
fn the_perl_program_plays_ours() {
    let _turn = tests::turn::mine();
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for args in ["", "--nogzip"] {
        let folder = tempfile::tempdir().unwrap();
        run(&format!("-scdnijbCDNZ -i.1:.2 -c10 {args}"), folder.path());
        let raw = whole(&file(folder.path(), if args.is_empty() { ".raw.gz" } else { ".raw" }));
        assert_eq!(markers(&raw).len(), 12, "eleven samples and the end");
        same_in_both(folder.path(), "*", &PLAYED, 10);
        let pattern = pattern(folder.path(), "*");
        let [ours, perls] = [ours(&pattern, "-sZ -oT"), perls(&pattern, "-sZ -oT")];
        assert_eq!(without_memory(&ours), without_memory(&perls));
        assert_eq!(ours.matches("PROCESS SUMMARY").count(), 5, "{ours}");
    }
}

#[test]
fn processes_in_a_file_of_their_own() {
    let _turn = tests::turn::mine();
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for args in ["", "--nogzip"] {
        let folder = tempfile::tempdir().unwrap();
        run(&format!("-scdnijbCDNZ -i.1:.2 -c10 --tworaw {args}"), folder.path());
        let ending = if args.is_empty() { ".gz" } else { "" };
        let [all, apart] = ["raw", "rawp"].map(|kind| file(folder.path(), &format!(".{kind}{ending}")));
        let all_name = all.to_string_lossy().replace(".raw", ".rawp");
        assert_eq!(apart.to_string_lossy(), all_name);
        let (all, apart) = (whole(&all), whole(&apart));
        assert!(!all.contains("\nproc:") && !apart.contains("\ncpu"));
        assert_eq!((markers(&all).len(), markers(&apart).len()), (12, 7));
        same_in_both(folder.path(), "*", &PLAYED, 10);
        let pattern = pattern(folder.path(), "*");
        let [ours, perls] = [ours(&pattern, "-sZ -oT"), perls(&pattern, "-sZ -oT")];
        assert_eq!(without_memory(&ours), without_memory(&perls));
        assert_eq!(ours.matches("PROCESS SUMMARY").count(), 5, "{ours}");
    }
}

#[test]
fn ours_plays_what_the_perl_program_records() {
    let _turn = tests::turn::mine();
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for args in ["", "--tworaw"] {
        let folder = tempfile::tempdir().unwrap();
        let mut perl = perl_collectl(&format!("-scdnijbCDNZ -i.5:.5 -c10 {args} -f"));
        assert_eq!(Process::start(perl.arg(folder.path())).finish().code, 0);
        same_in_both(folder.path(), "*", &PLAYED, 10);
        let pattern = pattern(folder.path(), "*");
        let [ours, perls] = [ours(&pattern, "-sZ -oT"), perls(&pattern, "-sZ -oT")];
        assert_eq!(without_memory(&ours), without_memory(&perls));
    }
}

#[test]
fn plots_show_what_the_raw_file_of_the_run_shows() {
    let _turn = tests::turn::mine();
    let folder = tempfile::tempdir().unwrap();
    run("-P -scmdnijbtCDNMT --rawtoo -i.1 -c10", folder.path());
    let raw = pattern(folder.path(), "*.raw.gz");
    for (kind, args) in [
        ("tab", "-scmdnijbt"),
        ("cpu", "-sCj"),
        ("dsk", "-sD"),
        ("net", "-sN"),
        ("numa", "-sM"),
        ("tcp", "-sT"),
    ] {
        let plots = whole(&file(folder.path(), &format!(".{kind}.gz")));
        let played = ours(&raw, &format!("-P {args}"));
        assert_eq!(figures(&plots), figures(&played), "{kind}");
        assert_eq!(figures(&plots).len(), 10, "{kind}");
        let headings = |text: &str| text.lines().rfind(|line| line.starts_with('#')).map(str::to_owned);
        assert_eq!(headings(&plots), headings(&played), "{kind}");
    }
}

#[test]
fn runs_of_one_day_share_their_plot_files() {
    let _turn = tests::turn::mine();
    let folder = tempfile::tempdir().unwrap();
    // One run may be on one day and the next on another.
    for switch in ["", "-oz"] {
        for _ in 0..2 {
            run(&format!("-P -scC -i.1 -c2 {switch}"), folder.path());
        }
        for kind in ["tab", "cpu"] {
            let ending = if switch.is_empty() { format!(".{kind}.gz") } else { format!(".{kind}") };
            let text: String = files(folder.path(), &ending).iter().map(|path| whole(path)).collect();
            let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
            assert_eq!((count("# Collectl:"), count("#Date"), figures(&text).len()), (2, 2, 4), "{text}");
        }
    }
}

/// A time zone affects the names of files and the time in headers and plots; raw markers have no zone.
#[test]
fn names_and_stamps_use_the_zone_of_the_user() {
    let _turn = tests::turn::mine();
    let folder = tempfile::tempdir().unwrap();
    // No real time zone: 13:45 before UTC, with a summer time that this machine is unlikely to use.
    for zone in ["XYZ-13:45", "Pacific/Auckland"] {
        let folder = folder.path().join(zone.replace('/', "-"));
        let mut command = collectl("-P -sc --rawtoo -i.1 -c3 -oz --nogzip -f");
        let outcome = Process::start(command.arg(format!("{}/", folder.display())).env("TZ", zone)).finish();
        assert_eq!(outcome.code, 0, "{outcome:?}");
        let raw = file(&folder, ".raw");
        let first = markers(&whole(&raw))[0] / 1000;
        let date = |format: &str| {
            let date = tests::programs::command("date", &format!("-d @{first}"))
                .arg(format)
                .env("TZ", zone)
                .output();
            String::from_utf8(date.unwrap().stdout).unwrap().trim().to_owned()
        };
        let stamp = date("+%Y%m%d-%H%M%S");
        assert!(raw.to_string_lossy().ends_with(&format!("-{stamp}.raw")), "{stamp}: {}", raw.display());
        let header = format!("# Date:       {stamp}  Secs: {first} TZ: {}", date("+%z"));
        assert!(whole(&raw).contains(&header), "{header}");
        let plots = file(&folder, ".tab");
        assert!(
            plots.to_string_lossy().ends_with(&format!("-{}.tab", date("+%Y%m%d"))),
            "{}",
            plots.display()
        );
        assert!(whole(&plots).contains(&format!("\n{} ", date("+%Y%m%d"))));
    }
}

#[test]
fn samples_sit_on_the_boundary() {
    let _turn = tests::turn::mine();
    let folder = tempfile::tempdir().unwrap();
    run("-sc -i.25 -c8", folder.path());
    let times = markers(&whole(&file(folder.path(), ".raw.gz")));
    // The first is taken at once, and the last is the end.
    let samples = &times[1..times.len() - 1];
    let mut late: Vec<i64> = samples.iter().map(|time| time % 250).collect();
    late.sort_unstable();
    assert!(late[late.len() / 2] < 20, "a busy machine may be late, but not as a rule: {times:?}");
    assert_eq!(samples.len(), 8);
}

/// A run that records and serves on a port until a signal ends it.
struct Server {
    process: Process,
    address: SocketAddr,
}

impl Server {
    fn start(args: &str, folder: &Path) -> Self {
        let port = port::free();
        let mut command = collectl(&format!("{args} --hostname n7 -A server:{port} --allow 127.0.0.1 -f"));
        let mut process = Process::start(command.arg(folder));
        let address = (Ipv4Addr::LOCALHOST, port).into();
        until("a server listens", PATIENCE, || {
            assert!(process.stderr.so_far().is_empty(), "{args}: {:?}", process.stderr.so_far());
            TcpStream::connect(address).is_ok()
        });
        Self { process, address }
    }

    /// Ends it; it must have printed nothing except messages about clients. Returns what the scheduler did with it.
    fn end(self) -> Scheduled {
        let scheduled = scheduled(&self.process);
        self.process.signal(Signal::TERM);
        let outcome = self.process.finish();
        assert_eq!(outcome.code, 0);
        let other = outcome.stderr.iter().find(|line| !line.contains("127.0.0.1"));
        assert!(other.is_none(), "{other:?}");
        scheduled
    }
}

fn bare(line: &str) -> &str {
    line.strip_prefix("n7 ").unwrap_or_else(|| panic!("'{line}' does not begin with 'n7 '"))
}

#[test]
fn files_are_whole_whatever_clients_do() {
    let _turn = tests::turn::mine();
    for (what, format, first) in [
        ("-scdn", "", "#"),
        ("-P -scdn", "--brief --rawtoo", "#"),
        ("-P -scdn", "--rawtoo", "#Date"),
        ("-P -scdnZ", "--verbose --rawtoo", ""),
        ("-scdn", "--verbose", ""),
        ("-scdn", "--export json", "{"),
        ("-scdn", "--export lexpr", "sample.time"),
    ] {
        let args = format!("{what} {format}");
        let folder = tempfile::tempdir().unwrap();
        let interval = if what.contains('Z') { ".05:.1" } else { ".05" };
        let server = Server::start(&format!("{args} -i{interval}"), folder.path());
        let _stuck = Peer::connect_with_buffer(server.address, 2048);
        let mut clients = [Peer::connect(server.address), Peer::connect(server.address)];
        for round in 0..3 {
            for client in &mut clients {
                let lines = client.lines(15);
                assert!(lines.iter().all(|line| line.starts_with("n7 ")), "{lines:#?}");
                assert!(round > 0 || bare(&lines[0]).starts_with(first), "{args}: {lines:#?}");
            }
            Peer::connect(server.address).reset();
        }
        let scheduled = server.end();
        let raw = whole(&file(folder.path(), ".raw.gz"));
        let times = markers(&raw);
        assert_in_time(&times[1..times.len() - 1], 50, scheduled);
        let played = ours(pattern(folder.path(), "*.raw.gz"), "-P -scdn");
        assert_eq!(figures(&played).len(), times.len() - 2, "{args}");
        if args.contains("-P") {
            assert_eq!(figures(&whole(&file(folder.path(), ".tab.gz"))), figures(&played), "{args}");
        }
    }
}

#[test]
fn an_initiator_gets_its_format_while_files_are_written() {
    let _turn = tests::turn::mine();
    for (what, first) in
        [("-P -sc --brief", "#"), ("-P -sc", "#Date"), ("-sc", "#"), ("-sc --export json", "{")]
    {
        let folder = tempfile::tempdir().unwrap();
        let listener = Listener::on("127.0.0.1");
        let port = listener.port();
        let rawtoo = if what.contains("-P") { "--rawtoo" } else { "" };
        let args = format!("{what} {rawtoo} -i.1 -c5 --hostname n7 -A 127.0.0.1:{port} -f");
        let ours = Process::start(collectl(&args).arg(folder.path()));
        let lines = listener.accept().to_end();
        assert!(bare(&lines[0]).starts_with(first), "{what}: {lines:#?}");
        assert!(lines.iter().all(|line| line.starts_with("n7 ")), "{lines:#?}");
        let outcome = ours.finish();
        assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]), "{what}");
        assert_eq!(markers(&whole(&file(folder.path(), ".raw.gz"))).len(), 7, "{what}");
        if what.contains("-P") {
            assert_eq!(figures(&whole(&file(folder.path(), ".tab.gz"))).len(), 5, "{what}");
        }
    }
}

/// A raw stream from a socket, with the host names removed, is a raw file that both programs play.
#[test]
fn a_raw_stream_is_a_recording() {
    let _turn = tests::turn::mine();
    let [from, to] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let server = Server::start("-scdni -i.1 --export raw", from.path());
    let mut client = Peer::connect(server.address);
    let mut text = client.lines(200).iter().map(|line| bare(line).to_owned() + "\n").collect::<String>();
    let scheduled = server.end();
    text.extend(client.to_end().iter().map(|line| bare(line).to_owned() + "\n"));
    let times = markers(&text);
    assert_in_time(&times[1..times.len() - 1], 100, scheduled);
    let name = to.path().join("n7-20261122-101936.raw");
    std::fs::write(&name, text).unwrap();
    assert_eq!(figures(&ours(&name, "-scdni")).len(), times.len() - 2);
    if requirement::met(&[Requirement::PerlCollectl]) {
        same_in_both(to.path(), "*.raw", &["-scdni -oDm", "-P -scdni"], times.len() - 2);
    }
}

/// It has its own reader for the header and the tags of lines.
#[test]
fn performance_co_pilot_converts_ours() {
    let _turn = tests::turn::mine();
    if !requirement::met(&[Requirement::Collectl2pcp]) {
        return;
    }
    for args in ["--nogzip", ""] {
        let folder = tempfile::tempdir().unwrap();
        run(&format!("-scdnmijbfst -i.1 -c5 {args}"), folder.path());
        let raw = file(folder.path(), if args.is_empty() { ".raw.gz" } else { ".raw" });
        let mut convert = Command::new("/usr/bin/collectl2pcp");
        let outcome = Process::start(convert.arg(raw).arg(folder.path().join("archive"))).finish();
        assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]), "{outcome:?}");
        assert!(file(folder.path(), ".meta").metadata().unwrap().len() > 1000);
    }
}

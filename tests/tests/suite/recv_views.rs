//! The views of collectl-recv, and what it records, with real processes.

use std::path::Path;

use rustix::process::Signal;
use serde_json::Value;
use tests::peer::Peer;
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv};

/// A receiver that listens.
struct Receiver {
    process: Process,
    port: u16,
}

impl Receiver {
    fn start(args: &str) -> Self {
        let args = format!("listen --bind 127.0.0.1 --port 0 {args}");
        let mut process = Process::start(&mut collectl_recv(&args));
        let said = process.stderr.wait_for("listening on port ");
        let port = said.rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { process, port }
    }

    /// Lets collectors named n1, n2, ... send this many intervals each, to their end; each may start a second after the
    /// previous one.
    fn hear(&mut self, hosts: usize, intervals: usize, switches: &str) {
        let start = |number| {
            let args =
                format!("{switches} -i.25 -c{intervals} --hostname n{number} -A 127.0.0.1:{}", self.port);
            Process::start(&mut collectl(&args))
        };
        let collectors: Vec<Process> = (1..=hosts).map(start).collect();
        for collector in collectors {
            assert_eq!(collector.finish().code, 0);
        }
        self.all_have_left(hosts);
    }

    /// Waits until this many connections have ended, and everything sent over them has arrived.
    fn all_have_left(&mut self, connections: usize) {
        for _ in 0..connections {
            self.process.stderr.wait_for("closed by the other end");
        }
    }

    fn peer(&self) -> Peer {
        Peer::connect((std::net::Ipv4Addr::LOCALHOST, self.port))
    }

    fn interrupt(self) -> Outcome {
        self.process.signal(Signal::INT);
        self.process.finish()
    }
}

/// The names of the hosts in the last block with `hosts` rows, without headers and sums.
fn blocks(outcome: &Outcome) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = outcome.stdout.iter().map(String::as_str).collect();
    lines.split(|line| line.is_empty()).filter(|block| !block.is_empty()).map(<[&str]>::to_vec).collect()
}

#[test]
fn a_table_in_a_pipe_is_a_block_per_interval() {
    for switches in ["-scm", "-scm -P", "-scm --export json", "-scm -oT"] {
        let mut receiver = Receiver::start("--view table --sort 1");
        receiver.hear(3, 12, switches);
        let outcome = receiver.interrupt();
        let whole = blocks(&outcome).into_iter().filter(|block| block[0].contains(" 3 present, "));
        let whole: Vec<_> = whole.collect();
        assert!(whole.len() >= 3, "{switches}: {outcome:#?}");
        let mut hosts: Vec<&str> = whole[0][3..6].iter().filter_map(|row| row.split(' ').next()).collect();
        hosts.sort_unstable();
        assert_eq!(hosts, ["n1", "n2", "n3"]);
        assert!(whole[0][6].starts_with("Total ") && whole[0][7].starts_with("Average "), "{whole:#?}");
    }
}

#[test]
fn the_table_is_sorted_and_strange_hosts_can_not_control_it() {
    let receiver = Receiver::start("--view table --sort sys --window 0.3");
    let mut peers: Vec<Peer> = (0..3).map(|_| receiver.peer()).collect();
    let names = ["n1", "%n%s\u{1b}[31m", "n3"];
    for _ in 0..3 {
        for (number, peer) in peers.iter_mut().enumerate() {
            peer.send(format!("{} #<-CPU-->\n{0} #cpu sys\n{0}   1   {number}\n", names[number]));
        }
        std::thread::sleep(std::time::Duration::from_millis(1000));
    }
    peers[0].send([0xff; 3000]);
    let outcome = receiver.interrupt();
    let blocks = blocks(&outcome);
    let whole = blocks.iter().find(|block| block[0].contains(" 3 present")).expect("a whole interval");
    let row = |name: &str| whole.iter().position(|line| line.starts_with(name)).expect("a row");
    assert!(row("n3 ") < row("n1 ") && row("n1 ") < row("127.0.0.1 %n%s[31m"), "{whole:#?}");
    assert!(!outcome.stdout.iter().any(|line| line.chars().any(char::is_control)), "{outcome:#?}");
}

#[test]
fn columns_are_side_by_side() {
    let mut receiver = Receiver::start("--view columns --columns cpu,2 --col-total");
    receiver.hear(2, 4, "-sc -oD");
    let outcome = receiver.interrupt();
    let both = outcome.stdout.iter().position(|line| line.contains("n1") && line.contains("n2"));
    let line = &outcome.stdout[both.expect("a header") + 1];
    let figures: Vec<&str> = line.split([' ', '|']).filter(|word| !word.is_empty()).collect();
    assert_eq!(figures.len(), 1 + 2 * 2 + 2, "{outcome:#?}");
}

#[test]
fn json_is_made_of_every_format() {
    for switches in ["-sc --export json", "-sc", "-sc -P", "-sc --verbose"] {
        let mut receiver = Receiver::start("--view json");
        receiver.hear(2, 4, switches);
        let outcome = receiver.interrupt();
        assert_eq!(outcome.stdout.len(), 8, "{switches}: {outcome:#?}");
        for line in &outcome.stdout {
            let object: Value = serde_json::from_str(line).expect("an object");
            assert!(["n1", "n2"].contains(&object["host"].as_str().expect("a host")), "{line}");
            assert!(object["time"].as_f64().expect("a time") > 1e9, "{line}");
            let figures = object.get("cpu").or(object.get("CPU")).unwrap_or(&object);
            assert!(
                figures.as_object().expect("figures").values().filter(|value| value.is_number()).count() > 3
            );
        }
    }
}

/// The files in `folder` with this extension, by name.
fn files(folder: &Path, extension: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder").flatten().map(|entry| entry.path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}

#[test]
fn raw_streams_become_raw_files_that_can_be_played() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut receiver = Receiver::start(&format!("--record {}", folder.path().display()));
    receiver.hear(2, 4, "-scd --export raw");
    assert_eq!(receiver.interrupt().code, 0);
    let files = files(folder.path(), "raw");
    assert_eq!(files.len(), 2, "{files:?}");
    for file in files {
        let played = Process::start(&mut collectl(&format!("-p {} -sc -P", file.display()))).finish();
        assert_eq!((played.code, played.stdout.len()), (0, 5), "{played:#?}");
    }
}

#[test]
fn each_connection_has_a_file_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut receiver = Receiver::start(&format!("--record {}", folder.path().display()));
    for _ in 0..3 {
        receiver.peer().send("../n1 #cpu sys\n../n1   1   2\n");
    }
    receiver.all_have_left(3);
    assert_eq!(receiver.interrupt().code, 0);
    let files = files(folder.path(), "txt");
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        assert_eq!(std::fs::read_to_string(file).expect("the text"), "#cpu sys\n  1   2\n");
    }
}

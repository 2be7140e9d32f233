//! The scene for all faults of sockets and processes, and the three questions after each.
//!
//! A collectl records and serves raw data every 100 ms, and two healthy clients read it: the witnesses. A twin records
//! The machine delays both. So a sample counts as missing or late because of a fault only in comparison with the
//! twin's. Samples are compared by their markers, which are the same bytes in the recording and in what clients
//! receive.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;

use rustix::process::Signal;
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

use crate::deadline::{PATIENCE, until};
use crate::lines::Lines;
use crate::netns::Machine;
use crate::port;
use crate::process::{Outcome, Process};
use crate::programs::collectl;
use crate::recording::{file, markers, whole};

/// Milliseconds between samples.
pub const INTERVAL: i64 = 100;
/// A sample that is later than this many milliseconds counts as late.
pub const LATE: i64 = 5;
/// Host name in what the clients receive.
pub const HOST: &str = "n7";

/// Intervals that the witnesses receive before the fault, and after it.
const CALM: usize = 10;
/// The variable with the name of a file to which a row of figures is added for each fault.
const FIGURES: &str = "COLLECTL_TESTS_FIGURES";

/// A collectl that records and serves, its witnesses, and its twin.
#[derive(Debug)]
pub struct Scene {
    /// The collectl that serves.
    pub server: Process,
    address: SocketAddr,
    twin: Process,
    witnesses: Vec<Lines>,
    folder: TempDir,
}

/// What a recording shows of its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Punctuality {
    /// Samples.
    pub samples: usize,
    /// Boundaries without a sample.
    pub missing: usize,
    /// Samples later than [`LATE`].
    pub late: usize,
    /// Milliseconds between the latest sample and its boundary.
    pub latest: i64,
}

/// The three answers.
#[derive(Debug)]
pub struct Answers {
    /// Of the collectl that serves.
    pub own: Punctuality,
    /// Of its twin.
    pub twin: Punctuality,
    /// Samples that a witness lacks, although it received earlier and later ones.
    pub lost: Vec<i64>,
    /// The messages of the server, and its exit status.
    pub outcome: Outcome,
    recorded: Vec<i64>,
}

impl Scene {
    /// Sets the scene on this machine, with these subsystems, and waits until everything runs.
    ///
    /// # Panics
    /// If a program does not start.
    #[must_use]
    pub fn start(args: &str) -> Self {
        Self::on(None, args)
    }

    /// The same, with the server and its twin on another machine.
    ///
    /// # Panics
    /// If a program does not start.
    #[must_use]
    pub fn start_on(machine: &Machine, args: &str) -> Self {
        Self::on(Some(machine), args)
    }

    fn on(machine: Option<&Machine>, args: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for recordings");
        // A test may scan the ports next to it.
        let port = port::free_with_neighbours(100);
        let ip = machine.map_or(Ipv4Addr::LOCALHOST, |machine| machine.far().parse().expect("an address"));
        let address = SocketAddr::from((ip, port));
        let start = |kind: &str, switches: &str| {
            let mut command = collectl(&format!("{args} --nogzip {switches} -f"));
            command.arg(format!("{}/", folder.path().join(kind).display()));
            Process::start(&mut machine.map_or(command_of(&command), |machine| machine.run(&command)))
        };
        let twin = start("twin", "");
        let mut server = start("own", &format!("--export raw --hostname {HOST} -A server:{port}"));
        until("the server listens", PATIENCE, || {
            assert!(server.stderr.so_far().is_empty(), "{args}: {:?}", server.stderr.so_far());
            TcpStream::connect(address).is_ok()
        });
        let witnesses = (0..2).map(|_| Lines::of(connect(address))).collect();
        let mut scene = Self { server, address, twin, witnesses, folder };
        scene.wait_for_intervals(CALM);
        scene
    }

    /// Where the server is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// One more connection to the server, with room for `bytes` unread bytes.
    ///
    /// # Panics
    /// If it is not accepted.
    #[must_use]
    pub fn narrow(&self, bytes: usize) -> TcpStream {
        let socket = Socket::new(Domain::for_address(self.address), Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(bytes).expect("a socket has a buffer");
        socket.connect_timeout(&self.address.into(), PATIENCE).expect("the server takes a connection");
        socket.into()
    }

    /// Waits until each witness has received this many more intervals from now on.
    ///
    /// # Panics
    /// If they don't arrive.
    pub fn wait_for_intervals(&mut self, count: usize) {
        for witness in &mut self.witnesses {
            witness.so_far();
            wait_for_markers(witness, count);
        }
    }

    /// Ends the scene when the witnesses have received some more intervals, and answers.
    ///
    /// # Panics
    /// If a program fails, or a witness got no intervals.
    #[must_use]
    pub fn end(mut self) -> Answers {
        self.wait_for_intervals(CALM);
        for process in [&self.server, &self.twin] {
            process.signal(Signal::TERM);
        }
        let outcome = self.server.finish();
        assert_eq!((outcome.code, self.twin.wait()), (0, 0), "{outcome:#?}");
        let recorded = samples(&self.folder.path().join("own"));
        let twin = samples(&self.folder.path().join("twin"));
        let mut lost: Vec<_> =
            self.witnesses.iter_mut().flat_map(|witness| lacks(&recorded, witness.to_end())).collect();
        lost.dedup();
        Answers { own: punctuality(&recorded), twin: punctuality(&twin), lost, outcome, recorded }
    }
}

impl Answers {
    /// Checks the answers: no interval is missing in the recording, no witness lost one, and samples were no later than
    /// the machine made them. `fault` names the row in the table of figures.
    ///
    /// # Panics
    /// If an answer is wrong.
    pub fn check(&self, fault: &str) {
        self.note(fault);
        let (own, twin) = (self.own, self.twin);
        // A machine that delays many samples of the twin may delay one of the other for too long.
        let allowed = twin.missing + twin.late / 10;
        assert!(own.missing <= allowed, "{fault}: samples are missing: {own:?}, its twin {twin:?}");
        assert!(self.lost.is_empty(), "{fault}: a client lost {:?}", self.lost);
        // A wide margin, for machines that are busy with other tests.
        let allowed = twin.late + own.samples / 4;
        assert!(own.late <= allowed, "{fault}: samples are late: {own:?}, its twin {twin:?}");
    }

    /// Checks that a receiver which showed `lines` lacks no sample between the first and the last that arrived.
    ///
    /// # Panics
    /// If it does.
    pub fn check_shown(&self, lines: &[String]) {
        let lacks = lacks(&self.recorded, lines);
        assert!(lacks.is_empty(), "the receiver lacks {lacks:?}");
    }

    /// Adds a row to the table of figures, if one is wanted.
    fn note(&self, fault: &str) {
        let Some(path) = std::env::var_os(FIGURES) else { return };
        let (own, twin) = (self.own, self.twin);
        let row = format!(
            "| {fault} | {} | {}, {} | {}, {} | {}, {} | {} |\n",
            own.samples,
            own.late,
            twin.late,
            own.latest,
            twin.latest,
            own.missing,
            twin.missing,
            self.lost.len()
        );
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(row.as_bytes()))
            .expect("the table of figures can be written");
    }
}

/// Waits until this many intervals of the scene have arrived.
///
/// # Panics
/// If they don't.
pub fn wait_for_markers(lines: &mut Lines, count: usize) {
    for _ in 0..count {
        lines.wait_for(&format!("{HOST} >>> "));
    }
}

/// A command cannot be copied: the same program with the same arguments.
fn command_of(command: &std::process::Command) -> std::process::Command {
    let mut same = collectl("");
    same.args(command.get_args());
    same
}

fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).unwrap_or_else(|error| panic!("{address}: {error}"))
}

/// The times of the samples in the only raw file of `folder`, except the first, which is taken at once, and the end.
fn samples(folder: &Path) -> Vec<i64> {
    let times = markers(&whole(&file(folder, ".raw")));
    assert!(times.len() > CALM, "a recording of few samples: {times:?}");
    times[1..times.len() - 1].to_vec()
}

/// The marker of a sample in the stream of the scene.
fn seen(lines: &[String]) -> BTreeSet<i64> {
    let prefix = format!("{HOST} ");
    lines.iter().filter_map(|line| line.strip_prefix(&prefix)).flat_map(markers).collect()
}

fn lacks(recorded: &[i64], lines: &[String]) -> Vec<i64> {
    let seen = seen(lines);
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else { panic!("no interval came") };
    recorded.iter().filter(|time| (first..=last).contains(time) && !seen.contains(time)).copied().collect()
}

fn punctuality(times: &[i64]) -> Punctuality {
    let boundaries = |pair: &[i64]| (pair[1] / INTERVAL - pair[0] / INTERVAL - 1).max(0);
    let late: Vec<i64> = times.iter().map(|time| time % INTERVAL).collect();
    Punctuality {
        samples: times.len(),
        missing: times.windows(2).map(boundaries).sum::<i64>() as usize,
        late: late.iter().filter(|&&late| late > LATE).count(),
        latest: late.into_iter().max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_late_or_missing_is_counted() {
        let shown = punctuality(&[1000, 1105, 1206, 1501]);
        assert_eq!(shown, Punctuality { samples: 4, missing: 2, late: 1, latest: 6 });
    }

    #[test]
    fn only_what_lies_between_counts_as_lost() {
        let lines =
            ["n7 >>> 1.200 <<<", "n7 cpu 1", "n7 >>> 1.500 <<<", "x >>> 1.300 <<<"].map(str::to_owned);
        assert_eq!(lacks(&[1100, 1200, 1300, 1400, 1500, 1600], &lines), [1300, 1400]);
    }
}

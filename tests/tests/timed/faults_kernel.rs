//! Kernel files that vanish, fail, are cut off or have any content: each source of each subsystem is broken in each way
//! while a run shows all subsystems, serves two clients and records. Nothing else loses a figure, the fault is reported
//! once, and when the source comes back no rate is counted from nothing.

use std::fs;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;
use tests::deadline::{PATIENCE, until};
use tests::lateness::{assert_in_time, scheduled};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::collectl;
use tests::recording::{all, figures, file, markers, ours, perls, whole};
use tests::requirement::{self, Requirement};
use tests::sources::{BOGUS, Machine, SOURCES, Source};

/// Every subsystem, and everything that is hidden by default.
const EVERYTHING: &str = "-scCdDfFijJmMnNpgGstTxXyYZEbB --tcpfilt ituIT";

/// Milliseconds between samples.
const INTERVAL: i64 = 100;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Gone,
    Empty,
    CutOff,
    Folder,
    Pipe,
    Loop,
    /// Like `/proc/self/mem`, whose first page is not mapped: EIO.
    Fails,
    /// Like the speed of an interface without a speed: EINVAL.
    Refuses,
    /// Like the name of a port without a name, if the machine has such an interface: EOPNOTSUPP.
    IsNotSupported,
    /// Text instead of numbers.
    Garbage,
}

use Fault::{CutOff, Empty, Fails, Folder, Garbage, Gone, IsNotSupported, Loop, Pipe, Refuses};

const FAULTS: [Fault; 10] =
    [Gone, Empty, CutOff, Folder, Pipe, Loop, Fails, Refuses, IsNotSupported, Garbage];

/// A file that can't be read because its driver has no value.
static NOT_SUPPORTED: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let interfaces = fs::read_dir("/sys/class/net").into_iter().flatten().flatten();
    let mut files = interfaces.map(|interface| interface.path().join("phys_port_name"));
    files.find(|path| fs::read(path).is_err_and(|error| error.kind() == ErrorKind::Unsupported))
});

impl Fault {
    /// Replaces `path`, whose text would be `text`, by the fault.
    fn make(self, machine: &Machine, source: &Source, text: &str) {
        let link = |target: &Path| machine.replace(source.path, |new| symlink(target, new).unwrap());
        match self {
            Gone => fs::remove_file(machine.path(source.path)).unwrap(),
            Empty => machine.put(source.path, b""),
            CutOff => machine.put(source.path, text[..text.len() * 2 / 3].trim_end().as_bytes()),
            Garbage => {
                machine.put(source.path, text.replace(|c: char| c.is_ascii_digit(), "\u{9b}x").as_bytes());
            }
            Folder => machine.replace(source.path, |new| fs::create_dir(new).unwrap()),
            Pipe => {
                machine.replace(source.path, |new| mknodat(CWD, new, FileType::Fifo, Mode::RUSR, 0).unwrap());
            }
            Loop => link(Path::new(source.path).file_name().unwrap().as_ref()),
            Fails => link(Path::new("/proc/self/mem")),
            Refuses => link(Path::new("/sys/class/net/lo/speed")),
            IsNotSupported => link(NOT_SUPPORTED.as_ref().unwrap()),
        }
    }

    /// Makes room for a file with the text `text`: a file can't be renamed to the name of a folder.
    fn undo(self, machine: &Machine, source: &Source, text: &str) {
        if self == Folder {
            machine.replace(source.path, |new| fs::write(new, text).unwrap());
        }
    }

    /// The message about it.
    fn reason(self, source: &Source) -> Option<&'static str> {
        match self {
            IsNotSupported if source.optional => None,
            IsNotSupported => Some("Operation not supported"),
            Gone if source.optional || source.path.contains("/node0/") => None,
            Gone => Some("No such file or directory"),
            CutOff => Some("ends within a line"),
            Folder => Some("Is a directory"),
            Pipe => Some("not a file"),
            Loop => Some("Too many levels of symbolic links"),
            Fails => Some("Input/output error"),
            Refuses => Some("Invalid argument"),
            Empty | Garbage => None,
        }
    }
}

/// Counters of the machine that no fault of `source` may affect: where they are, and their change per step.
fn control(source: &Source) -> (&'static str, f64) {
    if source.path == "proc/stat" { ("/disk/reads", 10.0) } else { ("/cpu/context_switches", 20.0) }
}

/// A run that serves two clients, and records.
struct Run {
    machine: Machine,
    process: Process,
    clients: [Peer; 2],
    folder: TempDir,
    source: &'static Source,
    /// Steps of the counters so far.
    moved: u64,
    /// The highest value that was seen of the control.
    seen: f64,
    lines: Vec<String>,
}

impl Run {
    fn start(source: &'static Source) -> Self {
        let (machine, folder, port) = (Machine::new(), tempfile::tempdir().unwrap(), port::free());
        let seconds = format!("{:.2}", INTERVAL as f64 / 1000.0);
        let mut command = collectl(&format!(
            "{EVERYTHING} -i{seconds}:{seconds}:{seconds} -on --export json --nogzip --hostname n7 -A server:{port} -f"
        ));
        command.arg(folder.path()).arg("--procfs").arg(machine.procfs());
        let process = Process::start(command.arg("--sysfs").arg(machine.sysfs()));
        until("a server listens", PATIENCE, || {
            std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
        });
        let clients = [(); 2].map(|()| Peer::connect((Ipv4Addr::LOCALHOST, port)));
        let mut run =
            Self { machine, process, clients, folder, source, moved: 0, seen: 0.0, lines: Vec::new() };
        run.next();
        run
    }

    /// The next interval, in which no figure is bogus.
    fn next(&mut self) -> Value {
        let line = self.clients[0].line().expect("collectl should continue");
        let all: Value = serde_json::from_str(line.strip_prefix("n7 ").unwrap()).unwrap();
        self.lines.push(line);
        let mut path = String::new();
        assert_no_bogus(&all, &mut path);
        self.seen += figure(&all, control(self.source).0);
        all
    }

    /// The next interval that ends after now: a busy machine may be late.
    fn next_fresh(&mut self) -> Value {
        let now = seconds();
        loop {
            let line = self.next();
            if time(&line) > now {
                return line;
            }
        }
    }

    fn move_counters(&mut self, broken: bool) {
        self.moved += 1;
        self.machine.set(self.moved, broken.then_some(self.source));
    }

    fn said(&mut self) -> usize {
        self.process.stderr.so_far().iter().filter(|line| line.contains("reading")).count()
    }

    /// Breaks the source for some intervals, and checks that it was broken, that it is reported, and that it comes
    /// back.
    fn suffer(&mut self, fault: Fault) {
        let (source, before) = (self.source, self.said());
        fault.make(&self.machine, source, &(source.text)(self.moved));
        if let Some(reason) = fault.reason(source) {
            let said = self.process.stderr.wait_for("reading");
            let name = source.path.rsplit('/').next().unwrap();
            assert!(said.contains(reason) && said.contains(name), "{fault:?} {}: {said}", source.path);
        }
        for _ in 0..2 {
            self.move_counters(true);
            self.next_fresh();
        }
        let line = self.next_fresh();
        if fault != CutOff {
            assert_eq!(figure(&line, source.figure), 0.0, "{fault:?} of {} should show", source.path);
        }
        fault.undo(&self.machine, source, &(source.text)(self.moved + 1));
        self.move_counters(false);
        // The first sample after it has no previous one.
        self.next_fresh();
        self.move_counters(false);
        let now = seconds();
        let back = |line: &Value| match source.step {
            _ if source.figure.is_empty() => true,
            Some(step) => figure(line, source.figure) == step,
            None => figure(line, source.figure) > 0.0,
        };
        loop {
            let line = self.next();
            if back(&line) {
                break;
            }
            assert!(time(&line) <= now, "{} is not back after {fault:?}", source.path);
        }
        let expected = usize::from(fault.reason(source).is_some());
        assert_eq!(self.said() - before, expected, "{fault:?}: {:?}", self.process.stderr.so_far());
    }

    /// Ends the run, and counts.
    fn end(mut self) {
        let (at, step) = control(self.source);
        let moved = self.moved as f64 * step;
        for _ in 0..20 {
            if self.seen >= moved {
                break;
            }
            self.next();
        }
        assert_eq!(self.seen, moved, "{at} while {} was broken", self.source.path);
        let scheduled = scheduled(&self.process);
        self.process.signal(Signal::TERM);
        let outcome = self.process.finish();
        assert_eq!(outcome.code, 0, "{outcome:?}");

        // The other client, which connected later, has each of these lines.
        let others = self.clients[1].to_end();
        let first = self.lines.iter().position(|line| *line == others[0]).unwrap();
        assert!(others.starts_with(&self.lines[first..]));

        // The recording has each interval.
        let raw = whole(&file(self.folder.path(), ".raw"));
        let times = markers(&raw);
        assert_in_time(&times[1..times.len() - 1], INTERVAL, scheduled);
        let played = ours(all(self.folder.path()), &format!("{EVERYTHING} -on --export json"));
        assert_eq!(played.lines().count(), times.len() - 2);
        for line in played.lines() {
            assert_no_bogus(&serde_json::from_str(line).unwrap(), &mut String::new());
        }
        if requirement::met(&[Requirement::PerlCollectl]) {
            assert_eq!(figures(&perls(all(self.folder.path()), "-scdfmn -P")).len(), times.len() - 2);
        }
    }
}

/// Seconds since the epoch.
fn seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

/// When an interval ended.
fn time(line: &Value) -> f64 {
    line["time"].as_f64().unwrap()
}

fn figure(line: &Value, at: &str) -> f64 {
    line.pointer(at).and_then(Value::as_f64).unwrap_or(0.0)
}

/// Checks that no figure below `value` was counted from nothing.
fn assert_no_bogus(value: &Value, path: &mut String) {
    let mut below = |name: &str, value: &Value| {
        let length = path.len();
        path.push('/');
        path.push_str(name);
        assert_no_bogus(value, path);
        path.truncate(length);
    };
    match value {
        Value::Object(all) => {
            let times = ["time", "started"];
            all.iter()
                .filter(|(name, _)| !times.contains(&name.as_str()))
                .for_each(|(name, value)| below(name, value));
        }
        Value::Array(all) => {
            all.iter().enumerate().for_each(|(index, value)| below(&index.to_string(), value));
        }
        Value::Number(number) => assert!(number.as_f64().unwrap().abs() < BOGUS, "{path}: {number}"),
        _ => {}
    }
}

/// Breaks every fourth source, from the `first` one on, in all ways.
fn break_every_fourth(first: usize) {
    for source in SOURCES.iter().skip(first).step_by(4) {
        let mut run = Run::start(source);
        for fault in FAULTS {
            if fault != IsNotSupported || NOT_SUPPORTED.is_some() {
                run.suffer(fault);
            }
        }
        run.end();
    }
}

#[test]
fn sources_break_and_come_back_first_quarter() {
    break_every_fourth(0);
}

#[test]
fn sources_break_and_come_back_second_quarter() {
    break_every_fourth(1);
}

#[test]
fn sources_break_and_come_back_third_quarter() {
    break_every_fourth(2);
}

#[test]
fn sources_break_and_come_back_last_quarter() {
    break_every_fourth(3);
}

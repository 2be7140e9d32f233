//! Devices and processes of this machine that come and go while a run shows them.

use std::fs::{self, File};
use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Instant;

use rustix::process::Signal;
use serde_json::Value;
use tests::deadline::{PATIENCE, until};
use tests::lateness::{assert_in_time, scheduled};
use tests::lines::Lines;
use tests::netns;
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{collectl, command};
use tests::recording::{file, markers, whole};
use tests::requirement::{self, Requirement};

/// More than any device here does in one interval.
const BOGUS: f64 = 1e9;

/// Runs a program that must succeed.
fn must(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The device of this name in the array `kind` of the next line, whose figures are not bogus.
fn device(lines: &mut Lines, kind: &str, name: &str) -> Option<Value> {
    let line = lines.next_line().expect("collectl should continue");
    let all: Value = serde_json::from_str(&line).unwrap();
    let found = all[kind].as_array().unwrap().iter().find(|device| device["name"] == name)?.clone();
    for (key, figure) in found.as_object().unwrap() {
        assert!(figure.as_f64().is_none_or(|figure| figure.abs() < BOGUS), "{name}: {key} {figure}");
    }
    Some(found)
}

/// Waits until a device is shown, or no longer.
fn wait_for(lines: &mut Lines, kind: &str, name: &str, there: bool) {
    let start = Instant::now();
    while device(lines, kind, name).is_some() != there {
        assert!(start.elapsed() < PATIENCE, "{name}: is there should be {there}");
    }
}

/// A name that the kernel allows, and that would clear and colour a screen.
const ODD: &str = "x\u{1b}[2J\u{9b}1m";

#[test]
fn interfaces_come_and_go_and_control_no_terminal() {
    if !requirement::met(netns::REQUIREMENTS) {
        return;
    }
    let machine = netns::Machine::start();
    let ip = |args: &[&str]| must(command("ip", "-n").arg(machine.name()).args(args));
    // Interfaces that never did anything are captured only on request.
    let mut shown =
        Process::start(&mut machine.run(&collectl("-sN --rawnetfilt . -i.1 --export json --quiet")));
    wait_for(&mut shown.stdout, "interfaces", "e0", true);
    for _ in 0..3 {
        ip(&["link", "add", "v7", "type", "veth", "peer", "name", ODD]);
        wait_for(&mut shown.stdout, "interfaces", "v7", true);
        let odd = || shown.stdout.next_line().expect("collectl should continue");
        let line =
            std::iter::repeat_with(odd).take(100).find(|line| line.contains("[2J")).expect("it is shown");
        assert!(!line.chars().any(char::is_control), "{line:?}");
        ip(&["link", "set", "v7", "name", "v8"]);
        wait_for(&mut shown.stdout, "interfaces", "v8", true);
        assert!(device(&mut shown.stdout, "interfaces", "v7").is_none());
        ip(&["link", "delete", "v8"]);
        wait_for(&mut shown.stdout, "interfaces", "v8", false);
    }
    assert!(shown.stderr.so_far().is_empty(), "{:?}", shown.stderr.so_far());
}

/// A loop device that is removed when the test ends, for whatever reason.
struct LoopDevice(String);

impl LoopDevice {
    fn of(image: &std::path::Path) -> Self {
        Self(must(command("losetup", "--find --show").arg(image)))
    }
}

impl Drop for LoopDevice {
    fn drop(&mut self) {
        let _ = command("losetup", "--detach").arg(&self.0).output();
    }
}

#[test]
fn loop_devices_come_and_go() {
    if !requirement::met(&[Requirement::Root, Requirement::LoopDevice]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let image = folder.path().join("image");
    File::create(&image).unwrap().set_len(1 << 20).unwrap();
    let mut shown =
        Process::start(&mut collectl("-sD --rawdskfilt loop --dskfilt loop -i.1 --export json --quiet"));
    for _ in 0..3 {
        let device_path = LoopDevice::of(&image);
        let name = device_path.0.rsplit('/').next().unwrap().to_owned();
        wait_for(&mut shown.stdout, "disks", &name, true);
        let bytes = fs::read(&device_path.0).unwrap().len();
        assert_eq!(bytes, 1 << 20);
        let start = Instant::now();
        while device(&mut shown.stdout, "disks", &name).is_none_or(|disk| disk["read_kb"] == 0.0) {
            assert!(start.elapsed() < PATIENCE, "{name} was read");
        }
        drop(device_path);
    }
    assert!(shown.stderr.so_far().is_empty(), "{:?}", shown.stderr.so_far());
}

/// Files that a process has open.
fn descriptors(process: &Process) -> usize {
    fs::read_dir(format!("/proc/{}/fd", process.pid())).unwrap().count()
}

/// Memory of a process in kB.
fn resident(process: &Process) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.pid())).unwrap();
    let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    size.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn ten_thousand_processes_a_minute_cost_nothing() {
    /// Milliseconds between samples.
    const INTERVAL: i64 = 500;
    /// Processes that each of two shells starts.
    const EACH: u32 = 1500;
    let (folder, port) = (tempfile::tempdir().unwrap(), port::free());
    let mut args = collectl(&format!("-sZc -i.5:.5 --nogzip --hostname n7 -A server:{port} --verbose -f"));
    let process = Process::start(args.arg(folder.path()));
    until("a server listens", PATIENCE, || std::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    let mut clients = [(); 2].map(|()| Peer::connect((Ipv4Addr::LOCALHOST, port)));
    // A few intervals, so that all buffers have reached their size.
    clients[0].lines(1000);
    let readers = clients.map(|mut client| std::thread::spawn(move || client.to_end()));
    let (files, memory) = (descriptors(&process), resident(&process));
    let count = format!("i=0; while [ $i -lt {EACH} ]; do /bin/true; i=$((i+1)); done");
    let start = Instant::now();
    let shells = [(); 2].map(|()| Process::start(command("sh", "-c").arg(&count)));
    for shell in shells {
        assert_eq!(shell.finish().code, 0);
    }
    let rate = f64::from(2 * EACH) / start.elapsed().as_secs_f64() * 60.0;
    assert!(rate > 10_000.0, "the machine is too slow: {rate:.0} processes a minute");
    assert_eq!(descriptors(&process), files);
    let now = resident(&process);
    assert!(now < memory + 8192, "{memory} kB before, {now} kB now");
    let scheduled = scheduled(&process);
    process.signal(Signal::TERM);
    let outcome = process.finish();
    assert_eq!(outcome.code, 0, "{outcome:?}");
    let [first, second] = readers.map(|reader| reader.join().expect("both clients read to the end"));
    let common = first.len().min(second.len());
    assert!(common > 100 && first[first.len() - common..] == second[second.len() - common..]);
    let times = markers(&whole(&file(folder.path(), ".raw")));
    assert_in_time(&times[1..times.len() - 1], INTERVAL, scheduled);
}

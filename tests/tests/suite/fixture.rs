//! A large machine, made of folders: all formats show its figures exactly, and none of its names controls a terminal.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;
use tests::deadline::{PATIENCE, until};
use tests::large::{DISKS, INTERFACES, LargeMachine, NODES, PROCESSES, PROCESSORS};
use tests::process::Process;
use tests::programs::collectl;

/// How `--top` draws its screen.
const SCREEN: [&str; 3] = ["\u{1b}[H", "\u{1b}[J", "\u{1b}[K"];

/// All subsystems that the machine has.
const ALL: &str = "-scdfxnCDFMNXZ";

fn on(machine: &LargeMachine, args: &str) -> Command {
    let mut command = collectl(args);
    command.arg("--procfs").arg(machine.procfs()).arg("--sysfs").arg(machine.sysfs());
    command
}

fn output(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("what is shown is UTF-8")
}

/// A recording of two samples ten seconds apart, each taken live in another state of the machine.
static RECORDED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut text = Vec::new();
    for (state, time) in [(1, "1790000000.000"), (2, "1790000010.000")] {
        let machine = LargeMachine::new(state);
        let args = format!("{ALL} -i.1:.1 -c1 --hostname big --export raw");
        let raw = on(&machine, &args).output().unwrap().stdout;
        let marker = raw.windows(5).position(|bytes| bytes == b"\n>>> ").expect("a sample") + 1;
        let lines = marker + raw[marker..].iter().position(|&byte| byte == b'\n').unwrap() + 1;
        let next = raw[lines..]
            .windows(5)
            .position(|bytes| bytes == b"\n>>> ")
            .map_or(raw.len(), |at| lines + at + 1);
        if state == 1 {
            text.extend_from_slice(&raw[..marker]);
        }
        text.extend_from_slice(format!(">>> {time} <<<\n").as_bytes());
        text.extend_from_slice(&raw[lines..next]);
    }
    text.extend_from_slice(b">>> 1790000020.000 <<<\n");
    text
});

fn recorded() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big-20260921-130000.raw");
    fs::write(&path, &*RECORDED).unwrap();
    (folder, path)
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn figures_are_exact_in_each_format() {
    let (_folder, path) = recorded();
    let shown = |args: &str| {
        let mut command = collectl(args);
        command.arg("-p").arg(&path);
        output(command)
    };
    let brief = |args: &str| words(shown(args).lines().nth(2).unwrap()).join(" ");
    assert_eq!(brief("-scdn"), "20 5 10000 20000 5600 700 22400 1400 1500 1500 3000 3000");
    assert_eq!(brief("-sfx"), "205 200 410 400 0 11 22 33 0");

    let verbose = shown("-sc --verbose");
    let row = words(verbose.lines().last().unwrap()).join(" ");
    assert!(row.starts_with("15 0 5 0 0 0 0 0 0 80 256 10K 20K"), "{row}");
    let rows = |args: &str| {
        shown(args).lines().filter(|line| line.starts_with(' ') || !line.starts_with('#')).count()
    };
    assert!(rows("-sC") >= 256 && rows("-sD") >= DISKS && rows("-sN") >= INTERFACES);

    let plot = shown("-P -scdn");
    let row = words(plot.lines().nth(1).unwrap()).join(" ");
    assert!(row.contains(" 700 1400 2100 5600 22400 28000 "), "{row}");
}

#[test]
fn json_has_each_instance() {
    let (_folder, path) = recorded();
    let mut command = collectl(&format!("{ALL} --export json"));
    command.arg("-p").arg(&path);
    let text = output(command);
    let all: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let list = |key: &str| all[key].as_array().unwrap_or_else(|| panic!("no {key}")).clone();
    for (processor, figures) in (0u32..).zip(list("cpus")) {
        assert_eq!(figures["user_percent"], f64::from(processor % 4 * 10), "{figures}");
        assert_eq!(figures["system_percent"], 5.0, "{figures}");
    }
    assert_eq!(list("cpus").len() as u64, PROCESSORS);
    assert_eq!(list("disks").len(), DISKS);
    for disk in list("disks") {
        assert_eq!((&disk["read_kb"], &disk["write_kb"]), (&8.0.into(), &32.0.into()), "{disk}");
    }
    assert_eq!(list("interfaces").len(), INTERFACES);
    for interface in list("interfaces") {
        assert_eq!((&interface["kb_in"], &interface["kb_out"]), (&10.0.into(), &20.0.into()), "{interface}");
    }
    assert_eq!(list("infiniband_devices").len(), 2);
    for device in list("infiniband_devices") {
        assert_eq!((&device["kb_in"], &device["packets_out"]), (&102.4.into(), &200.0.into()), "{device}");
    }
    assert_eq!(list("processes").len() as u64, PROCESSES);
    for process in list("processes") {
        assert_eq!((&process["user_seconds"], &process["read_kb"]), (&0.2.into(), &10.0.into()), "{process}");
    }
    assert_eq!(list("memory_nodes").len() as u64, NODES);
}

#[test]
fn counters_that_move_during_a_live_run_are_shown_whole() {
    let machine = LargeMachine::new(1);
    let mut process = Process::start(&mut on(&machine, "-scdn -on -i.2 --export json --quiet"));
    let mut sums = [0.0; 4];
    let mut add = |line: Option<String>| {
        let line: Value = serde_json::from_str(&line.expect("collectl should continue")).unwrap();
        let figures = [
            &line["cpu"]["context_switches"],
            &line["disk"]["reads"],
            &line["disk"]["write_kb"],
            &line["network"]["kb_in"],
        ];
        for (sum, figure) in sums.iter_mut().zip(figures) {
            *sum += figure.as_f64().unwrap();
        }
        sums
    };
    assert_eq!(add(process.stdout.next_line()), [0.0; 4]);
    // Numbers of this state have as many digits as those of the first, so that no file is shorter while it is written.
    machine.set(2);
    until("all that was counted is shown", PATIENCE, || {
        add(process.stdout.next_line()) == [200_000.0, 7000.0, 224_000.0, 15_000.0]
    });
    assert_eq!(add(process.stdout.next_line()), [200_000.0, 7000.0, 224_000.0, 15_000.0]);
}

#[test]
fn names_control_no_terminal() {
    let machine = LargeMachine::new(1);
    let cases = [
        "-i.1:.1 -sZ --procopts w",
        "-i.1:.1 -sNZ --export json",
        "-i.1:.1 --top",
        "-i.1 -sN",
        "-i.1 -P -sCDN",
        "-i.1 -sN --export lexpr",
    ];
    for args in cases {
        let text = output(on(&machine, &format!("{args} -c2 --quiet")));
        // The output of --top for the terminal itself: move to the upper left corner, and clear the rest.
        let text = SCREEN.iter().fold(text, |text, own| text.replace(own, ""));
        let steers = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
        assert_eq!(text.chars().find(steers), None, "{args}");
        assert!(text.contains("worker") || text.contains("veth"), "{args}: {text}");
    }
}

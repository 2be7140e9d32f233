//! Names that would control a terminal: of a live process, and of everything in a recording.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use tests::process::Process;
use tests::programs::{collectl, collectl_recv};
use tests::recording::{file, whole};
use tests::sources::Machine;

/// How `--top` draws its screen.
const SCREEN: [&str; 3] = ["\u{1b}[H", "\u{1b}[J", "\u{1b}[K"];

/// ESC, CSI and OSC as bytes and as C1 characters, BEL, and a change of direction.
const ODD: &str = "\u{1b}[2J\u{9b}31m\u{9d}0;x\u{7}\u{202e}";

/// Checks that nothing in `text` controls a terminal, except the screen of `--top`.
fn assert_plain(what: &str, text: &[u8]) {
    let text = String::from_utf8(text.to_vec()).expect("what is shown is UTF-8");
    let text = SCREEN.iter().fold(text, |text, own| text.replace(own, ""));
    let steers = |c: &char| c.is_control() && *c != '\n' || matches!(c, '\u{202a}'..='\u{202e}');
    assert_eq!(text.chars().find(steers), None, "{what}: {text:?}");
}

/// The output and messages of `command`.
fn output(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    [output.stdout, output.stderr].concat()
}

fn contains(text: &[u8], part: &str) -> bool {
    text.windows(part.len()).any(|window| window == part.as_bytes())
}

#[test]
fn a_process_that_runs_here() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join(format!("{ODD}odd"));
    tests::programs::copy("/bin/sleep".as_ref(), &program);
    let _odd = Process::start(Command::new(&program).arg("60").arg("0"));
    for format in ["-sZ", "-sZ --procopts w", "-sZ --export json", "--export proctree", "--top time,9999"] {
        let shown = output(&mut collectl(&format!("-i.1:.1 -c2 --quiet {format}")));
        assert_plain(format, &shown);
        assert!(contains(&shown, "odd"), "{format} shows it");
    }
}

/// Records a machine, and replaces each name in the recording, the host's included, by an odd one.
fn odd_recording(folder: &Path) {
    let machine = Machine::new();
    let mut command = collectl("-scdnmxEgGZDNXYBjfst -i.1:.1:.1 -c3 --nogzip --hostname n7 --export json -f");
    command.arg(folder).arg("--procfs").arg(machine.procfs()).arg("--sysfs").arg(machine.sysfs());
    output(&mut command);
    let path = file(folder, ".raw");
    let names = ["sda", "eth0", "worker", "mlx5_0", "coretemp", "a.service", "dentry", "Normal", "n7"];
    let text = names.iter().fold(whole(&path), |text, name| text.replace(name, &format!("{ODD}{name}")));
    assert!(text.matches('\u{202e}').count() > 20);
    fs::write(&path, text).unwrap();
}

#[test]
fn a_recording_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    odd_recording(folder.path());
    let path = file(folder.path(), ".raw");
    for format in [
        "-scdnmx",
        "-scdnmx --verbose",
        "-sDNXEGYB --verbose",
        "-sZ",
        "-sZ --procopts w",
        "-P -scdnmx",
        "-P -sDNX",
        "-P -sZ",
        "-sDNXEG --export lexpr",
        "-sDNXEGYBZ --export json",
        "--export proctree",
        "--export vmstat",
        "--showheader",
        "--top",
    ] {
        let shown = output(collectl(format).arg("-p").arg(&path));
        assert_plain(format, &shown);
        assert!(!shown.is_empty(), "{format}");
    }
}

/// Runs a command that must fail, and checks its message. Returns whether that shows what is wrong.
fn complains(mut command: Command, odd: impl AsRef<OsStr>) -> bool {
    let output = command.arg(odd).output().unwrap();
    assert!(!output.status.success() && !output.stderr.is_empty(), "{command:?} should fail: {output:?}");
    assert_plain(&format!("{command:?}"), &[&output.stdout[..], &output.stderr].concat());
    contains(&output.stderr, "[2J")
}

#[test]
fn errors_control_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join(format!("{ODD}none"));
    let hosts = folder.path().join("hosts");
    fs::write(&hosts, format!("n1\n{ODD}[1-2\n")).unwrap();
    let switches = ["-i", "-o", "-A", "--hostname", "--export", "-R", "-r", "--bind", "--allow", "-p"];
    let shown =
        switches.map(|switch| complains(collectl(&format!("--quiet -C /dev/null -c1 {switch}")), ODD));
    assert!(shown.iter().filter(|&&shown| shown).count() > 5, "{shown:?}");
    let cases = [
        (collectl_recv("launch"), format!("{ODD}[1-")),
        (collectl_recv("launch"), format!("^{}", missing.display())),
        (collectl_recv("launch"), format!("^{}", hosts.display())),
        (collectl_recv("launch"), format!("@{ODD}")),
        (collectl_recv("connect"), format!("n1:{ODD}")),
        (collectl_recv("listen --bind"), ODD.to_owned()),
        (collectl_recv("listen --allow"), ODD.to_owned()),
        (collectl_recv("listen --view"), ODD.to_owned()),
        (collectl_recv("replay"), missing.display().to_string()),
        (collectl_recv(""), ODD.to_owned()),
    ];
    for (command, odd) in cases {
        assert!(complains(command, &odd), "{odd:?} is shown");
    }
}

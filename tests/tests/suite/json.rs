//! `--export json`: lines that any JSON reader accepts, with the keys of docs/json.md.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::listener::Listener;
use tests::process::Process;
use tests::{goldens, programs};

/// What `args` show for a recording, which must be text.
fn played(sample: &str, args: &str) -> String {
    let program = programs::folder().join("collectl");
    let output = goldens::play(&program, sample, &format!("-p RAW {args}")).unwrap();
    assert!(output.status.success(), "{args} of {sample}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The objects that `args` make from a recording, each from one line.
fn objects(sample: &str, args: &str) -> Vec<Value> {
    played(sample, &format!("{args} --export json")).lines().map(parse).collect()
}

/// A recording of two samples, two seconds apart, with what no other recording has.
const RARE: &str = "\
# Host:       node07  DaemonOpts:
# Date:       20261122-101936  Secs: 1795342776 TZ: +0000
# SubSys:     EgGpxX Options:  Interval: 2:60:2 NumCPUs: 2  NumBud: 0 Flags:
>>> 1795342776.000 <<<
ib0-1:name mlx5_0
ib0-1:rcvd 0
ib0-1:xmtd 0
ib0-1:rcvp 0
ib0-1:xmtp 0
ib0-1:errs 7
psi-cpu some avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-cpu full avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-memory some avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-memory full avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-io some avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-io full avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-irq full avg10=0.00 avg60=0.00 avg300=0.00 total=0
cgroup system.slice/ssh.service cpu.usage_usec=0 memory.oom_kill=0 io.rbytes=0
ipmi: Fan 1,5775,RPM,ok
>>> 1795342778.000 <<<
ib0-1:name mlx5_0
ib0-1:rcvd 512000
ib0-1:xmtd 1024
ib0-1:rcvp 1000
ib0-1:xmtp 0
ib0-1:errs 8
psi-cpu some avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-cpu full avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-memory some avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-memory full avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-io some avg10=12.50 avg60=3.00 avg300=1.25 total=500000
psi-io full avg10=0.00 avg60=0.00 avg300=0.00 total=0
psi-irq full avg10=0.00 avg60=0.00 avg300=0.00 total=0
cgroup system.slice/ssh.service cpu.usage_usec=3000000 memory.current=4097 memory.oom_kill=1 io.rbytes=4096 pids.current=3
ipmi: Fan 1,5774,RPM,ok
ipmi: Temp 2,36.5,degrees C,ok
ipmi: Power Meter,na,Watts,ns
>>> 1795342780.000 <<<
";

/// The object for that.
fn rare(args: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node07-20261122-101936.raw");
    fs::write(&path, RARE).unwrap();
    let output = programs::collectl(&format!("-p {} --export json {args}", path.display())).output().unwrap();
    parse(&String::from_utf8(output.stdout).unwrap())
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Adds the paths of all values in `value`: `disks.name`, the same for each element of an array.
fn add_keys(path: &str, value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                // The kernel chooses these names.
                let key = if path.starts_with("tcp_ip_counters.") { "*" } else { key };
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                add_keys(&path, value, keys);
            }
        }
        Value::Array(array) if array.iter().any(Value::is_object) => {
            array.iter().for_each(|value| add_keys(path, value, keys));
        }
        _ => {
            keys.insert(path.to_owned());
        }
    }
}

/// The keys in the tables of docs/json.md. If a title begins with a key, its keys are within that.
fn documented() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/json.md");
    let text = fs::read_to_string(path).unwrap();
    let key = |line: &str, before: &str| {
        let (key, _) = line.strip_prefix(before)?.split_once('`')?;
        Some(key.to_owned())
    };
    let (mut keys, mut section) = (BTreeSet::new(), String::new());
    for line in text.lines() {
        if line.starts_with("## ") {
            section = key(line, "## `").map(|key| key + ".").unwrap_or_default();
        } else if let Some(key) = key(line, "| `") {
            assert!(keys.insert(format!("{section}{key}")), "{section}{key} is there twice");
        }
    }
    keys
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_there() {
    let mut written = BTreeSet::new();
    for (sample, args) in [
        ("A-main", "-sbcdfijmnstyBCDFJMNTYZ --tcpfilt ituTIc"),
        ("A-main", "-scj"),
        ("A-main", "-sCj"),
        ("B-tworaw", "-sYZ"),
        ("G-synth", ""),
    ] {
        objects(sample, args).iter().for_each(|object| add_keys("", object, &mut written));
    }
    add_keys("", &rare(""), &mut written);
    // No recording has the extended counters.
    let live = programs::collectl("-sT --tcpfilt IT -i.1 -c1 --export json").output().unwrap();
    add_keys("", &parse(&String::from_utf8(live.stdout).unwrap()), &mut written);
    let documented = documented();
    let missing = |one: &BTreeSet<String>, other| one.difference(other).cloned().collect::<Vec<_>>();
    assert_eq!(missing(&written, &documented), Vec::<String>::new(), "not in docs/json.md");
    assert_eq!(missing(&documented, &written), Vec::<String>::new(), "in docs/json.md only");
}

#[test]
fn keys_have_the_order_of_the_documentation() {
    let top_level = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/json.md");
    let text = fs::read_to_string(path).unwrap();
    let sections = text.lines().filter_map(|line| line.strip_prefix("## `")?.split('`').next());
    let all: Vec<&str> =
        ["host", "time", "interval", "second_interval"].into_iter().chain(sections).collect();
    let recorded = [("A-main", ""), ("A-main", "-scj"), ("G-synth", ""), ("H-rolled", "")];
    let recorded = recorded.into_iter().flat_map(|(sample, args)| objects(sample, args));
    for object in recorded.chain([rare("")]) {
        let keys = top_level(&object);
        let expected: Vec<_> = all.iter().filter(|key| keys.iter().any(|found| found == **key)).collect();
        assert_eq!(keys.iter().collect::<Vec<_>>(), expected, "{object}");
    }
}

#[test]
fn what_few_machines_have() {
    let object = rare("");
    let sensors = serde_json::json!([
        {"name": "Fan1", "kind": "fan", "value": 5774.0, "unit": "rpm"},
        {"name": "Power", "kind": "power", "value": null, "unit": "watts"},
        {"name": "Temp2", "kind": "temperature", "value": 36.5, "unit": "celsius"},
    ]);
    assert_eq!((&object["sensors"], &object["interval"]), (&sensors, &2.0.into()));
    let device = serde_json::json!({
        "name": "mlx5_0", "kb_in": 1000.0, "packets_in": 500.0, "packet_bytes_in": 2048.0,
        "kb_out": 2.0, "packets_out": 0.0, "packet_bytes_out": 0.0, "errors": 1,
    });
    assert_eq!(object["infiniband_devices"], serde_json::json!([device]));
    assert_eq!(object["infiniband"]["kb_in"], device["kb_in"]);
    let io = serde_json::json!({
        "percent": 25.0, "average_10_percent": 12.5, "average_60_percent": 3.0, "average_300_percent": 1.25, "ms": 500.0,
    });
    assert_eq!((&object["pressure"]["io"]["some"], &object["pressure"]["irq"]["some"]), (&io, &Value::Null));
    let group = &object["cgroups"][0];
    assert_eq!((&group["name"], &group["cpu_percent"]), (&"ssh.service".into(), &150.0.into()));
    for key in ["tasks", "memory_kb", "killed", "read_kb"] {
        assert_eq!(group[key], object["cgroup"][key]);
    }
    assert_eq!(
        (&group["memory_kb"], &group["killed"], &group["read_kb"]),
        (&4.into(), &1.into(), &2.0.into())
    );
    let fahrenheit = &rare("-sE --envopts F")["sensors"][2];
    assert_eq!((&fahrenheit["value"], &fahrenheit["unit"]), (&97.7.into(), &"fahrenheit".into()));
}

/// Names of columns in the plot format, and the keys with the same values.
const SAME: [(&str, &str); 47] = [
    ("[CPU]User%", "/cpu/user_percent"),
    ("[CPU]Nice%", "/cpu/nice_percent"),
    ("[CPU]Sys%", "/cpu/system_percent"),
    ("[CPU]Wait%", "/cpu/wait_percent"),
    ("[CPU]Irq%", "/cpu/irq_percent"),
    ("[CPU]Soft%", "/cpu/soft_irq_percent"),
    ("[CPU]Steal%", "/cpu/steal_percent"),
    ("[CPU]Idle%", "/cpu/idle_percent"),
    ("[CPU]Totl%", "/cpu/busy_percent"),
    ("[CPU]Intrpt/sec", "/cpu/interrupts"),
    ("[CPU]Ctx/sec", "/cpu/context_switches"),
    ("[CPU]Proc/sec", "/cpu/processes_created"),
    ("[CPU]ProcQue", "/cpu/tasks"),
    ("[CPU]ProcRun", "/cpu/tasks_running"),
    ("[CPU]L-Avg1", "/cpu/load_average_1"),
    ("[CPU]L-Avg15", "/cpu/load_average_15"),
    ("[CPU]RunTot", "/cpu/processes_running"),
    ("[CPU]BlkTot", "/cpu/processes_blocked"),
    ("[CPU:1]User%", "/cpus/1/user_percent"),
    ("[CPU:1]Idle%", "/cpus/1/idle_percent"),
    ("[MEM]Tot", "/memory/total_kb"),
    ("[MEM]Used", "/memory/used_kb"),
    ("[MEM]Free", "/memory/free_kb"),
    ("[MEM]Shared", "/memory/shared_kb"),
    ("[MEM]Cached", "/memory/cached_kb"),
    ("[MEM]Commit", "/memory/committed_kb"),
    ("[MEM]SwapUsed", "/memory/swap_used_kb"),
    ("[MEM]Dirty", "/memory/dirty_kb"),
    ("[MEM]Inactive", "/memory/inactive_kb"),
    ("[MEM]PageIn", "/memory/paged_in_kb"),
    ("[MEM]PageFaults", "/memory/page_faults"),
    ("[MEM]SUnreclaim", "/memory/unreclaimable_slab_kb"),
    ("[NET]RxPktTot", "/network/packets_in"),
    ("[NET]TxPktTot", "/network/packets_out"),
    ("[NET]RxKBTot", "/network/kb_in"),
    ("[NET]TxKBTot", "/network/kb_out"),
    ("[NET]RxErrsTot", "/network/errors_in"),
    ("[DSK]ReadTot", "/disk/reads"),
    ("[DSK]WriteTot", "/disk/writes"),
    ("[DSK]ReadKBTot", "/disk/read_kb"),
    ("[DSK]WriteKBTot", "/disk/write_kb"),
    ("[DSK]WriteMrgTot", "/disk/write_merges"),
    ("[DSK:vda]WaitW", "/disks/0/write_wait_ms"),
    ("[DSK:vda]QueLen", "/disks/0/queue_length"),
    ("[DSK:vda]SvcTim", "/disks/0/service_ms"),
    ("[DSK:vda]Util", "/disks/0/busy_percent"),
    ("#UTC", "/time"),
];

#[test]
fn values_are_those_of_the_plot_format() {
    let plot = played("A-main", "-scCdDnm -P -oU2m");
    let (header, lines) = plot.split_once('\n').unwrap();
    let names: Vec<&str> = header.split(' ').collect();
    let objects = objects("A-main", "-scCdDnm");
    assert_eq!(lines.lines().count(), objects.len());
    for (line, object) in lines.lines().zip(&objects) {
        let cells: Vec<&str> = line.split(' ').collect();
        for (name, key) in SAME {
            let column = names.iter().position(|known| *known == name);
            let cell: f64 = cells[column.unwrap_or_else(|| panic!("no {name} in {header}"))].parse().unwrap();
            let value = object.pointer(key).and_then(Value::as_f64);
            let value = value.unwrap_or_else(|| panic!("no {key} in {object}"));
            assert!((value - cell).abs() <= 0.0111, "{name} {cell} is not {key} {value}");
        }
    }
}

#[test]
fn second_samples_have_keys_in_their_lines_only() {
    let objects = objects("F-subsec", "-scZ");
    let with = objects.iter().filter(|object| object["processes"].is_array()).count();
    assert!(with > 0 && with < objects.len(), "{with} of {}", objects.len());
    for object in &objects {
        assert_eq!(object["processes"].is_array(), object["second_interval"].is_number());
        assert_eq!(object["host"], "node01");
    }
    let top = self::objects("F-subsec", "-scZ --top rss,3");
    let sorted = top.iter().filter_map(|object| object["processes"].as_array());
    for processes in sorted {
        let sizes: Vec<_> = processes.iter().map(|process| process["resident_kb"].as_u64()).collect();
        assert!(sizes.len() == 3 && sizes.is_sorted_by(|one, other| one >= other), "{sizes:?}");
    }
}

#[test]
fn the_command_line_of_a_process_may_hold_anything() {
    let mut sleep = Command::new("sleep");
    sleep.arg0(OsStr::from_bytes(b"od\"d\\ \x1b[31m\xff\n\xe2\x80\xaex")).arg("60");
    let mut sleep = sleep.spawn().unwrap();
    let args = format!("-sZ --procfilt p{} -i.2:.2 -c1 --export json", sleep.id());
    let output = programs::collectl(&args).output().unwrap();
    sleep.kill().unwrap();
    sleep.wait().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    let process = &parse(&text)["processes"][0];
    assert_eq!((&process["name"], &process["state"]), (&"sleep".into(), &"S".into()));
    let command = process["command"].as_str().unwrap();
    assert!(command.starts_with("od\"d\\ [31m\u{fffd}") && command.ends_with("x 60"), "{command:?}");
    assert!(!command.contains(|c: char| c.is_control() || c == '\u{202e}'), "{command:?}");
}

#[test]
fn lines_on_a_socket_have_their_host_before_them() {
    let listener = Listener::on("127.0.0.1");
    let args = format!("--export json -i.1 -c3 --hostname far -A 127.0.0.1:{}", listener.port());
    let mut process = Process::start(&mut programs::collectl(&args));
    let lines = listener.accept().to_end();
    assert_eq!((process.wait(), lines.len()), (0, 3), "{lines:#?}");
    for line in &lines {
        let object = parse(line.strip_prefix("far ").unwrap_or_else(|| panic!("{line}")));
        assert_eq!(object["host"], "far");
        assert!(object["cpu"].is_object() && object["disk"].is_object() && object["network"].is_object());
    }
}

#[test]
fn standard_output_has_only_objects() {
    let args = ["-p RAW -sF --export json", "-p RAW -scdn --from 23:00 --export json -m"];
    for args in args {
        let output = goldens::play(&programs::folder().join("collectl"), "H-rolled", args).unwrap();
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args}: {output:?}");
    }
}

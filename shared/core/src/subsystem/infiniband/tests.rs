use std::fs;

use tempfile::TempDir;

use super::traffic::Flow;
use super::*;
use crate::clock::Time;
use crate::machine::Machine;
use crate::report::Report;
use crate::report::tests::live_view;

/// A /sys with the ports 1 and 2 of mlx5_0, of which 2 is down, and port 1 of hfi1_0.
fn sysfs() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (port, state) in
        [("hfi1_0/ports/1", "4: ACTIVE"), ("mlx5_0/ports/1", "4: ACTIVE"), ("mlx5_0/ports/2", "1: DOWN")]
    {
        let folder = root.path().join("class/infiniband").join(port);
        fs::create_dir_all(folder.join("counters")).unwrap();
        fs::write(folder.join("state"), format!("{state}\n")).unwrap();
        set(&root, port, [0; 4], 0);
    }
    root
}

/// Sets words and packets in and out of a port, and its errors of one kind.
fn set(root: &TempDir, port: &str, traffic: [u64; 4], errors: u64) {
    let files = ["port_rcv_data", "port_xmit_data", "port_rcv_packets", "port_xmit_packets"];
    let counters = files.into_iter().zip(traffic).chain([("port_rcv_errors", errors)]);
    let folder = root.path().join("class/infiniband").join(port).join("counters");
    for (file, count) in counters {
        fs::write(folder.join(file), format!("{count}\n")).unwrap();
    }
}

/// What the ports of `root` show, before and after `change`.
fn live(args: &str, root: &TempDir, change: impl Fn()) -> (String, String) {
    let view = live_view(args, root.path()).unwrap();
    let roots = Roots { sys: root.path().to_owned(), ..Roots::default() };
    let mut source = view.choice.source(&roots, |_| 1);
    let mut report = Report::new(&view, &Machine::default(), "host");
    let mut frame = Frame::default();
    source.sample(Time::from_micros(1_000_000), &mut frame, |_, _| {});
    report.accept(&frame);
    change();
    source.sample(Time::from_micros(3_000_000), &mut frame, |_, _| {});
    let text = report.accept(&frame).unwrap().whole();
    (String::from_utf8(frame.text().to_vec()).unwrap(), String::from_utf8(text.to_vec()).unwrap())
}

fn shown(args: &str) -> String {
    let root = sysfs();
    let change = || {
        set(&root, "hfi1_0/ports/1", [512_000, 256_000, 2000, 1000], 0);
        set(&root, "mlx5_0/ports/1", [1024, 0, 4, 0], 3);
    };
    live(args, &root, change).1
}

#[test]
fn active_ports_become_lines() {
    let root = sysfs();
    fs::write(root.path().join("class/infiniband/hfi1_0/ports/1/counters/symbol_error"), "N/A (no PMA)\n")
        .unwrap();
    fs::write(root.path().join("class/infiniband/mlx5_0/ports/1/counters/VL15_dropped"), "4\n").unwrap();
    let (frame, _) = live("-sx", &root, || set(&root, "mlx5_0/ports/1", [1, 2, 3, 4], 5));
    let lines = "ib0-1:name hfi1_0\nib0-1:rcvd 0\nib0-1:xmtd 0\nib0-1:rcvp 0\nib0-1:xmtp 0\nib0-1:errs 0\n\
        ib1-1:name mlx5_0\nib1-1:rcvd 1\nib1-1:xmtd 2\nib1-1:rcvp 3\nib1-1:xmtp 4\nib1-1:errs 9\n";
    assert_eq!(frame, lines);
}

#[test]
fn counters_of_64_bits_come_first() {
    let root = sysfs();
    set(&root, "mlx5_0/ports/1", [u64::from(u32::MAX), 7, 3, 4], 0);
    let folder = root.path().join("class/infiniband/mlx5_0/ports/1/counters_ext");
    fs::create_dir(&folder).unwrap();
    let files = [
        ("port_rcv_data_64", "5000000000\n"),
        ("port_xmit_data_64", "N/A (no PMA)\n"),
        ("port_rcv_packets_64", "5000000001\n"),
    ];
    for (file, text) in files {
        fs::write(folder.join(file), text).unwrap();
    }
    let (frame, _) = live("-sx", &root, || {});
    let lines = "ib1-1:rcvd 5000000000\nib1-1:xmtd 7\nib1-1:rcvp 5000000001\nib1-1:xmtp 4\n";
    assert!(frame.contains(lines), "{frame}");
}

#[test]
fn brief() {
    let text = "#<-----------InfiniBand----------->\n#   KBIn  PktIn   KBOut PktOut Errs \n    \
        1002   1002     500    500    3 \n";
    assert_eq!(shown("-sx"), text);
    let text = "#<----------------InfiniBand---------------->\n#   KBIn  PktIn Size   KBOut PktOut Size Errs \n    \
        1002   1002 1024     500    500 1024    3 \n";
    assert_eq!(shown("-sx --xopts i"), text);
    assert_eq!(shown("-sx --iosize"), text);
}

#[test]
fn verbose_and_detail() {
    let text = "\n# INFINIBAND SUMMARY (/sec)\n#  KBIn   PktIn  SizeIn   KBOut  PktOut SizeOut  Errors\n   \
        1002    1002    1024     500     500    1024       3\n";
    assert_eq!(shown("-sx --verbose"), text);
    let text = "\n# INFINIBAND STATISTICS (/sec)\n#HCA       KBIn   PktIn  SizeIn   KBOut  PktOut SizeOut  Errors\n \
        hfi1_0    1000    1000    1024     500     500    1024       0\n \
        mlx5_0       2       2    1024       0       0       0       3\n";
    assert_eq!(shown("-sX"), text);
}

#[test]
fn plot_and_lexpr() {
    let text = shown("-sxX -P");
    let (names, values) = text.split_once('\n').unwrap();
    let summary =
        "#Date Time [IB]InPkt [IB]OutPkt [IB]InKB [IB]OutKB [IB]Err [IB:hfi1_0]HCA [IB:hfi1_0]InPkt ";
    assert!(names.starts_with(summary), "{names}");
    assert_eq!(values, "19700101 00:00:03 1002 500 1002 500 3 0 1000 500 1000 500 0 1 2 0 2 0 3\n");
    let text = shown("-sX --export lexpr");
    let lines = "iconnect.hfi1_0.kbin 1000\niconnect.hfi1_0.pktin 1000\niconnect.hfi1_0.kbout 500\n";
    assert!(text.contains(lines), "{text}");
}

#[test]
fn both_ports_of_a_device_are_one_row() {
    let root = sysfs();
    fs::write(root.path().join("class/infiniband/mlx5_0/ports/2/state"), "4: ACTIVE\n").unwrap();
    let (_, text) = live("-sX", &root, || {
        set(&root, "mlx5_0/ports/1", [1024, 0, 4, 0], 0);
        set(&root, "mlx5_0/ports/2", [2048, 0, 4, 0], 1);
    });
    assert!(text.ends_with(" mlx5_0       6       4    1536       0       0       0       1\n"), "{text}");
}

#[test]
fn states_of_ports() {
    let root = sysfs();
    assert_eq!(port_states(root.path()), ["10", "10"]);
    fs::write(root.path().join("class/infiniband/mlx5_0/ports/1/state"), "1: DOWN\n").unwrap();
    fs::write(root.path().join("class/infiniband/mlx5_0/ports/2/state"), "4: ACTIVE\n").unwrap();
    assert_eq!(port_states(root.path()), ["10", "01"]);
    assert!(port_states(&root.path().join("class")).is_empty());
}

#[test]
fn a_port_that_came_up_has_no_rates() {
    let root = sysfs();
    set(&root, "mlx5_0/ports/2", [1 << 40, 0, 4, 0], 0);
    let up = || fs::write(root.path().join("class/infiniband/mlx5_0/ports/2/state"), "4: ACTIVE\n").unwrap();
    let (_, text) = live("-sx", &root, up);
    assert!(text.ends_with("\n       0      0       0      0    0 \n"), "{text}");
}

#[test]
fn a_machine_without_selects_nothing() {
    let nothing = tempfile::tempdir().unwrap();
    assert_eq!(live_view("-sxX", nothing.path()).unwrap_err().0, "no subsystems selected");
    let rest = live_view("-scx", nothing.path()).unwrap().choice;
    assert_eq!((rest.subsystems.len(), &rest.letters[..]), (1, "c"));
    assert_eq!(
        live_view("-sx --xopts q", sysfs().path()).unwrap_err().0,
        "only valid value for --xopts is 'i'"
    );
}

fn sample(lines: &str) -> Sample {
    let mut frame = Frame::default();
    lines.lines().for_each(|line| frame.add_line(&PORTS, format!("{line}\n").as_bytes()));
    let mut sample = Sample::default();
    sample::read(&frame, &mut sample);
    sample
}

#[test]
fn recordings_of_the_reference_have_no_names() {
    let traffic = |before: &str, now: &str| {
        let infiniband = Infiniband { options: Options::default(), per: Per::Second };
        let rates = infiniband.rates(&sample(before), &sample(now), Interval { seconds: 1.0, real: 1.0 });
        let (name, traffic) = rates.each.iter().next().unwrap();
        (String::from_utf8(name.to_vec()).unwrap(), *traffic)
    };
    let expected = Traffic {
        index: 0,
        incoming: Flow { kb: 4000.0, packets: 2000.0 },
        outgoing: Flow { kb: 10_000.0, packets: 3000.0 },
        errors: 0,
    };
    let now = "ib1-2:rcvd 1024000\nib1-2:xmtd 2560000\nib1-2:rcvp 2000\nib1-2:xmtp 3000";
    let before = "ib1-2:rcvd 0\nib1-2:xmtd 0\nib1-2:rcvp 0\nib1-2:xmtp 0";
    assert_eq!(traffic(before, now), ("ib1".into(), expected));
    assert_eq!(traffic("ib1-2:rcvd 0", now).1.outgoing, Flow::default());
    let now = "ib1-1:pquery: 1 0 1 0x0000 2560000 1024000 3000 2000 110 132 154 176";
    assert_eq!(traffic("ib1-1:pquery: 1 0 1 0x0000", now), ("ib1".into(), expected));
    assert_eq!(sample("ib1-1:opa: \nib:rcvd 1\nib\nib0-1:name x").names().count(), 0);
}

#[test]
fn ports_are_bounded() {
    let lines: String =
        (0..3000).map(|port| format!("ib0-{port}:name {:a<99}\nib0-{port}:rcvd 1\n", "")).collect();
    let sample = sample(&lines);
    assert_eq!(sample.names().count(), MOST_PORTS);
    assert!(sample.names().all(|name| name.len() <= LONGEST_NAME + 5));
}

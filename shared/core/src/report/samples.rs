//! What is shown of recorded lines.

use super::all_subsystems::add_line;
use super::brief;
use super::tests::view;
use super::{Report, View};
use crate::choice::request::Surroundings;
use crate::choice::tests::request;
use crate::clock::Time;
use crate::frame::Frame;
use crate::header::Header;
use crate::machine::Machine;
use crate::render::brief::BriefSheet;
use crate::render::stamp::{Stamp, StampFormat};
use crate::subsystem::{Meter, Part};

/// A meter of processors.
fn cpu(part: Part) -> Box<dyn Meter> {
    view("-sc").choice.configured()[0].meter(&Default::default(), vec![part])
}

/// The plot and verbose text for the selection `args`, of recorded lines that are a second apart.
fn shown(args: &str, samples: &[&str]) -> Vec<String> {
    let mut report = Report::new(&view(args), &Machine::default(), "host");
    let mut text = Vec::new();
    for (seconds, sample) in samples.iter().enumerate() {
        let mut frame = Frame::default();
        frame.restart(Time::from_micros(seconds as i64 * 1_000_000));
        for line in sample.lines() {
            add_line(&mut frame, format!("{line}\n").as_bytes());
        }
        if let Some(interval) = report.accept(&frame) {
            text.extend_from_slice(&interval.body());
        }
    }
    String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn columns_of_processors_match_their_names() {
    let samples = ["cpu0 0 0 0 0 0 0 0 0 0 0", "cpu0 10 0 0 60 0 0 0 0 20 10"];
    assert_eq!(shown("-P -sC", &samples), ["19700101 00:00:01 14 0 0 0 0 0 0 86 14 29 14 0"]);
}

#[test]
fn hyperthreads_have_their_own_heading() {
    let title = |hyperthreads, part| {
        let mut cpu = cpu(part);
        cpu.set_machine(&Machine { hyperthreads, ..Machine::default() });
        let mut frame = Frame::default();
        for second in 0..2 {
            frame.restart(Time::from_micros(second * 1_000_000));
            add_line(&mut frame, b"cpu  1 2 3 4\n");
            cpu.accept(&frame);
        }
        let mut sheet = BriefSheet::default();
        cpu.brief_header(&mut sheet);
        (cpu.heading(part).unwrap().title, sheet)
    };
    let (summary, sheet) = title(true, Part::Summary);
    assert_eq!(summary, "# CPU[HYPER] SUMMARY (INTR, CTXSW & PROC /sec)");
    assert!(format!("{sheet:?}").contains("<----CPU[HYPER]----->"));
    assert_eq!(title(true, Part::Detail).0, "# SINGLE CPU[HYPER] STATISTICS");
    assert_eq!(title(false, Part::Detail).0, "# SINGLE CPU STATISTICS");
}

#[test]
fn headings_show_that_processors_are_off() {
    let headings = |processors, cpus: &[u8]| {
        let mut cpu = cpu(Part::Summary);
        cpu.set_machine(&Machine { processors, ..Machine::default() });
        let mut frame = Frame::default();
        for second in 0..2 {
            frame.restart(Time::from_micros(second * 1_000_000));
            cpus.split_inclusive(|&byte| byte == b'\n').for_each(|line| add_line(&mut frame, line));
            cpu.accept(&frame);
        }
        let stamp = StampFormat::new(Stamp::None, false, jiff::tz::TimeZone::UTC);
        let title = cpu.heading(Part::Summary).unwrap().title;
        (title, String::from_utf8(brief::header(&stamp, &[cpu])).unwrap())
    };
    let cpus = b"cpu0 1 2 3 4\ncpu2 1 2 3 4\n";
    let (title, brief) = headings(3, cpus);
    assert_eq!(title, "# CPU SUMMARY (INTR, CTXSW & PROC /sec): *** One or more CPUs disabled ***");
    assert!(brief.starts_with("# *** One or more CPUs disabled ***\n#<---"), "{brief}");
    for known in [0, 2] {
        let (title, brief) = headings(known, cpus);
        assert!(!title.contains("***") && !brief.contains("***"), "{title} {brief}");
    }
}

#[test]
fn processors_that_were_not_recorded_are_not_off() {
    let samples = ["ctxt 10\nload 1 2 3 4/5 6", "ctxt 30\nload 1 2 3 4/5 6"];
    let mut header = Header::default();
    header.push(b"# SubSys:     cC Options:  Interval: 1 NumCPUs: 2");
    let shown = |args: &str| {
        let choice = request(args, Surroundings::of_playback()).unwrap().choose(Some(&header)).unwrap();
        let machine = Machine::recorded(&header);
        let mut report = Report::new(&View { choice, ..view(args) }, &machine, "host");
        let (mut frame, mut text) = (Frame::default(), Vec::new());
        for (seconds, sample) in (0..).zip(samples) {
            frame.restart(Time::from_micros(seconds * 1_000_000));
            sample.lines().for_each(|line| add_line(&mut frame, format!("{line}\n").as_bytes()));
            text.extend(report.accept(&frame).map(|text| text.whole().to_vec()));
        }
        String::from_utf8(text.concat()).unwrap()
    };
    assert!(!shown("-sc").contains("disabled") && shown("-sc").ends_with("   0   0     0     20 \n"));
    assert!(shown("--export lexpr -sc").contains("cputotals.num 2\n"));
    assert_eq!(shown("-sC").lines().filter(|line| line.ends_with("    0")).count(), 2);
    assert!(shown("-P -sC").contains("[CPU:1]User%"));
}

#[test]
fn lexpr_shows_the_time_of_intervals_without_processes() {
    let slab = |objects: u32| format!("Slab dentry {objects} 9 64 1 1 : tunables 0 0 0 : slabdata 1 1 0");
    let samples = [slab(1), "load 1".to_owned(), slab(2)];
    let samples: Vec<&str> = samples.iter().map(String::as_str).collect();
    let lines = shown("--export lexpr -sY", &samples);
    assert_eq!(lines, ["sample.time 1", "sample.time 2"]);
}

#[test]
fn lexpr_has_the_sections_of_tcpfilt() {
    let sample = |count: u32| {
        format!(
            "tcp-TcpExt: TCPLoss\ntcp-TcpExt: {count}\ntcp-Ip: InDiscards\ntcp-Ip: {count}\n\
             tcp-Tcp: InErrs\ntcp-Tcp: {count}"
        )
    };
    let samples = [sample(0), sample(3)];
    let names = |args: &str| {
        let lines = shown(args, &[&samples[0], &samples[1]]);
        lines[1..].join(",")
    };
    assert_eq!(names("--export lexpr -st --tcpfilt t"), "tcpinfo.tcperrs 3");
    assert_eq!(names("--export lexpr -st --tcpfilt iT"), "tcpinfo.iperrs 3,tcpinfo.tcpxerrs 3");
}

#[test]
fn lines_of_instances_come_before_that_of_the_interval() {
    let slab = |objects: u32| {
        format!("cpu  {objects} 0 0 0\nSlab dentry {objects} 9 64 1 1 : tunables 0 0 0 : slabdata 1 1 0")
    };
    let samples = [slab(1), slab(2), "cpu  3 0 0 0".to_owned(), slab(4)];
    let mut header = Header::default();
    header.push(b"# SubSys:     cY Options:  Interval: 1:1 NumCPUs: 1");
    let choice = request("-P", Surroundings::of_playback()).unwrap().choose(Some(&header)).unwrap();
    let mut report = Report::new(&View { choice, ..view("-P") }, &Machine::default(), "host");
    let mut lines = Vec::new();
    for (seconds, sample) in (0..).zip(&samples) {
        let mut frame = Frame::default();
        frame.restart(Time::from_micros(seconds * 1_000_000));
        for line in sample.lines() {
            add_line(&mut frame, format!("{line}\n").as_bytes());
        }
        if let Some(text) = report.accept(&frame) {
            lines.extend(
                String::from_utf8(text.whole().to_vec()).unwrap().lines().map(|line| line[..26].to_owned()),
            );
        }
    }
    assert_eq!(
        lines,
        [
            "#Date Time [CPU]User% [CPU",
            "#Date Time SlabName ObjInU",
            "19700101 00:00:01 dentry 2",
            "19700101 00:00:01 100 0 0 ",
            "19700101 00:00:02 100 0 0 ",
            "19700101 00:00:03 dentry 4",
            "19700101 00:00:03 100 0 0 ",
        ]
    );
}

#[test]
fn every_whole_disk_is_in_the_totals() {
    let disks = |sectors: u32| {
        let names = ["sda", "sda1", "dm-0", "nvme0n1", "nvme10n1", "nvme0n12", "mmcblk0", "loop0"];
        names.map(|name| format!("disk 8 0 {name} 0 0 {sectors} 0 0 0 0 0 0 0 0")).join("\n")
    };
    let samples = [disks(0), disks(20)];
    let lines = shown("-P -sd", &[&samples[0], &samples[1]]);
    assert_eq!(lines, ["19700101 00:00:01 0 0 0 50 0 50 0 0 0"]);
    let lines = shown("-P -sd --dskremap nvme:x", &[&samples[0], &samples[1]]);
    assert_eq!(lines, ["19700101 00:00:01 0 0 0 50 0 50 0 0 0"]);
}

#[test]
fn counters_that_went_back_give_no_rate() {
    let samples = ["disk 8 0 sda 100 0 9000 0 0 0 0 0 0 0 0", "disk 8 0 sda 1 0 8 0 0 0 0 0 0 0 0"];
    assert_eq!(shown("-P -sd", &samples), ["19700101 00:00:01 0 0 0 0 0 0 0 0 0"]);
}

#[test]
fn exported_times_are_not_divided_again() {
    let samples = ["disk 8 0 sda 0", "disk 8 0 sda 4 0 16 20 0 0 0 0 0 500 1000"];
    let lines = shown("--export lexpr -sD", &samples);
    let all = "sample.time 1,diskinfo.reads.sda 4,diskinfo.readkbs.sda 8,diskinfo.readw.sda 5,\
        diskinfo.writes.sda 0,diskinfo.writekbs.sda 0,diskinfo.writew.sda 0,diskinfo.quelen.sda 2,\
        diskinfo.wait.sda 5,diskinfo.svctime.sda 125,diskinfo.util.sda 50";
    assert_eq!(lines, all.split(',').collect::<Vec<_>>());
}

#[test]
fn errors_are_below_their_headings() {
    let samples = ["Net eth0: 0", "Net eth0: 0 0 1 2 3 4 0 0 0 0 5 6 7 8 9 0"];
    assert_eq!(
        shown("-sN --netopts e", &samples),
        ["   0   eth0:       1       2       3       4         5       6       7       8       9"]
    );
}

#[test]
fn an_interface_that_came_later_is_measured() {
    let samples = ["Net lo: 0", "Net lo: 0\nNet eth1: 1024 5", "Net lo: 0\nNet eth1: 3072 7"];
    assert_eq!(
        shown("-P -sn", &samples),
        ["19700101 00:00:01 0 0 0 0 0 0 0 0 0", "19700101 00:00:02 2 0 2 0 0 0 0 0 0"]
    );
}

#[test]
fn pressure_and_control_groups_are_played_back() {
    let sample = |second: u32| {
        format!(
            "psi-cpu some avg10=1.00 avg60=2.00 avg300=3.00 total={}\n\
             cgroup system.slice/slurmstepd.scope/job_9 memory.current=2097152 pids.current=5 \
             io.rbytes={} io.rios={second} cpu.usage_usec={}\n",
            second * 100_000,
            second * 40_960,
            second * 1_500_000,
        )
    };
    let samples = [sample(0), sample(1)];
    let samples = [&*samples[0], &*samples[1]];
    let brief = "  10.0   0.0   0.0   0.0   0.0    1     5   150   0  2048K   0 ";
    assert_eq!(shown("-sgp", &samples), [brief]);
    let detail = "job_9      150.0     0.0     0.0    0  2048K       0       0    0      40       0      1      0      5";
    assert_eq!(shown("-sG", &samples).last().map(String::as_str), Some(detail));
    let group = "job_9 5 150.00 0.00 0.00 0 0 2048 0 0 0 40 0 1 0";
    assert_eq!(shown("-sG -P", &samples), [format!("19700101 00:00:01 {group}")]);
    assert!(shown("-sG --export lexpr", &samples).contains(&"cgroupinfo.cpu.job_9 150".to_owned()));
    assert!(shown("-sp --export lexpr", &samples).contains(&"pressure.cpu.some.avg10 1.00".to_owned()));
}

/// As where recordings are read again for a client that comes back: it gets what was shown live.
#[test]
fn headings_change_with_the_columns_wherever_a_report_is_taken_up() {
    let disks = |names: &[&str]| {
        names.iter().map(|name| format!("disk 8 0 {name} 1 0 2 0 0 0 0 0 0 0 0\n")).collect::<String>()
    };
    let samples = [
        disks(&["sda"]),
        disks(&["sda"]),
        disks(&["sda"]),
        disks(&["sda", "sdb"]),
        disks(&["sda", "sdb"]),
        disks(&["sda"]),
        disks(&["sda"]),
    ];
    let frame = |index: usize| {
        let mut frame = Frame::default();
        frame.restart(Time::from_micros(index as i64 * 1_000_000));
        samples[index].split_inclusive('\n').for_each(|line| add_line(&mut frame, line.as_bytes()));
        frame
    };
    // The texts from the sample `first`, of a report that saw the two before it.
    let from = |first: usize| -> Vec<String> {
        let mut report = Report::new(&view("-P -sD"), &Machine::default(), "host");
        (0..first).skip(first.saturating_sub(3)).for_each(|index| report.prime(&frame(index)));
        report.resume(first.saturating_sub(1) as u64);
        let texts = (first..samples.len()).filter_map(|index| report.accept(&frame(index)));
        texts.map(|text| String::from_utf8(text.whole().to_vec()).unwrap()).collect()
    };
    let live = from(0);
    let headings: Vec<usize> = live.iter().map(|text| text.matches("#Date").count()).collect();
    assert_eq!(headings, [1, 0, 1, 0, 1, 0]);
    for first in 3..samples.len() {
        assert_eq!(from(first), live[first - 1..], "from {first}");
    }
}

//! Live frames compared with the `procfs` crate, an independent reader of the same kernel files: the values of a frame
//! lie between two readings of the crate, one before and one after it.

use collectl_core::clock::Time;
use collectl_core::frame::Frame;
use collectl_core::kernel::Roots;
use collectl_core::registry::REGISTRY;
use collectl_core::source::live::Live;
use procfs::prelude::*;
use procfs::{DiskStat, KernelStats, Meminfo};

/// A frame of everything on this machine.
fn frame() -> String {
    let roots = Roots::default();
    let captures = REGISTRY.iter().flat_map(|entry| entry.descriptor.captures.iter().copied());
    let mut frame = Frame::default();
    Live::new(&roots, captures).sample(Time::now(), &mut frame, |_, _| {});
    String::from_utf8_lossy(frame.text()).into_owned()
}

/// The number at `place` in the first line that starts with `words`.
fn number(frame: &str, words: &[&str], place: usize) -> u64 {
    let line = frame
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .find(|line| line.starts_with(words))
        .unwrap_or_else(|| panic!("no line {words:?} in\n{frame}"));
    line[place].parse().unwrap()
}

#[test]
fn processors_and_counters() {
    let before = KernelStats::current().unwrap();
    let frame = frame();
    let after = KernelStats::current().unwrap();
    for (now, low, high) in [
        (number(&frame, &["ctxt"], 1), before.ctxt, after.ctxt),
        (number(&frame, &["processes"], 1), before.processes, after.processes),
        (number(&frame, &["cpu"], 1), before.total.user, after.total.user),
        (number(&frame, &["cpu"], 3), before.total.system, after.total.system),
    ] {
        assert!((low..=high).contains(&now), "{now} is not between {low} and {high}");
    }
    let processors =
        frame.lines().filter(|line| line.starts_with("cpu") && !line.starts_with("cpu ")).count();
    assert_eq!(processors, after.cpu_time.len());
}

#[test]
fn memory() {
    let frame = frame();
    let info = Meminfo::current().unwrap();
    assert_eq!(number(&frame, &["MemTotal:"], 1) * 1024, info.mem_total);
    assert_eq!(number(&frame, &["SwapTotal:"], 1) * 1024, info.swap_total);
}

#[test]
fn disks() {
    let read = || -> Vec<DiskStat> { procfs::diskstats().unwrap() };
    let before = read();
    let frame = frame();
    for (before, after) in before.iter().zip(&read()) {
        let (major, minor) = (before.major.to_string(), before.minor.to_string());
        let words = ["disk", &major, &minor, &before.name];
        // Partitions are left out.
        if frame.lines().any(|line| line.split_whitespace().collect::<Vec<_>>().starts_with(&words)) {
            let reads = number(&frame, &words, 4);
            assert!((before.reads..=after.reads).contains(&reads), "{}: {reads}", before.name);
        }
    }
}

#[test]
fn interfaces() {
    let before = procfs::net::dev_status().unwrap();
    let frame = frame();
    let after = procfs::net::dev_status().unwrap();
    for (name, before) in before {
        // Interfaces without hardware that never did anything are left out.
        if name != "lo" && before.recv_bytes + before.sent_bytes == 0 {
            continue;
        }
        let packets = number(&frame, &["Net", &format!("{name}:")], 3);
        assert!((before.recv_packets..=after[&name].recv_packets).contains(&packets), "{name}: {packets}");
    }
}

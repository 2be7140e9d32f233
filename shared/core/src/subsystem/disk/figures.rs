//! The figures of disks.

use super::activity::Activity;
use crate::figure::{Figure, Group};

type Disk = Figure<Activity>;

/// All disks together.
pub(super) static DISK: Group<'_, Activity> =
    Group::one("disk", "all disks", &SUMMARY).plot("DSK").lexpr("disktotals.");

/// Each disk.
pub(super) static DISKS: Group<'_, Activity> = Group::many("disks", "each disk", &DETAIL)
    .name("name", "name of the device, or what `--dskremap` makes of it")
    .plot("DSK")
    .name_column("Name")
    .lexpr("diskinfo.");

static SUMMARY: [Disk; 11] = [
    Disk::rate("reads", |disk| disk.read.requests.into()).help("reads").plot_at(0, "ReadTot").lexpr("reads"),
    Disk::rate("read_kb", |disk| disk.read.kb.into())
        .kilobytes()
        .help("read")
        .plot_at(3, "ReadKBTot")
        .lexpr("readkbs"),
    Disk::rate("read_merges", |disk| disk.read.merged.into())
        .help("reads that were merged into others")
        .plot_at(6, "ReadMrgTot"),
    Disk::mean("read_size_kb", |disk| disk.read.size.into()).kilobytes().help("size of a read"),
    Disk::rate("writes", |disk| disk.write.requests.into())
        .help("writes")
        .plot_at(1, "WriteTot")
        .lexpr("writes"),
    Disk::rate("write_kb", |disk| disk.write.kb.into())
        .kilobytes()
        .help("written")
        .plot_at(4, "WriteKBTot")
        .lexpr("writekbs"),
    Disk::rate("write_merges", |disk| disk.write.merged.into())
        .help("writes that were merged into others")
        .plot_at(7, "WriteMrgTot"),
    Disk::mean("write_size_kb", |disk| disk.write.size.into()).kilobytes().help("size of a write"),
    Disk::column(|disk| (disk.read.requests + disk.write.requests).into()).plot_at(2, "OpsTot"),
    Disk::column(|disk| (disk.read.kb + disk.write.kb).into()).plot_at(5, "KbTot"),
    Disk::column(|disk| (disk.read.merged + disk.write.merged).into()).plot_at(8, "MrgTot"),
];

static DETAIL: [Disk; 15] = [
    Disk::rate("reads", |disk| disk.read.requests.into()).help("reads").plot_at(0, "Reads").lexpr("reads"),
    Disk::rate("read_kb", |disk| disk.read.kb.into())
        .kilobytes()
        .help("read")
        .plot_at(2, "RKBytes")
        .lexpr("readkbs"),
    Disk::rate("read_merges", |disk| disk.read.merged.into())
        .help("reads that were merged into others")
        .plot_at(1, "RMerge"),
    Disk::mean("read_size_kb", |disk| disk.read.size.into()).kilobytes().help("size of a read"),
    Disk::mean("read_wait_ms", |disk| disk.read.wait.into())
        .milliseconds()
        .help("how long a read took")
        .plot_at(3, "WaitR")
        .lexpr("readw"),
    Disk::rate("writes", |disk| disk.write.requests.into())
        .help("writes")
        .plot_at(4, "Writes")
        .lexpr("writes"),
    Disk::rate("write_kb", |disk| disk.write.kb.into())
        .kilobytes()
        .help("written")
        .plot_at(6, "WKBytes")
        .lexpr("writekbs"),
    Disk::rate("write_merges", |disk| disk.write.merged.into())
        .help("writes that were merged into others")
        .plot_at(5, "WMerge"),
    Disk::mean("write_size_kb", |disk| disk.write.size.into()).kilobytes().help("size of a write"),
    Disk::mean("write_wait_ms", |disk| disk.write.wait.into())
        .milliseconds()
        .help("how long a write took")
        .plot_at(7, "WaitW")
        .lexpr("writew"),
    Disk::mean("request_size_kb", |disk| disk.request_kb.into())
        .kilobytes()
        .help("size of a read or a write")
        .plot_at(8, "Request"),
    Disk::mean("queue_length", |disk| disk.queue.into())
        .help("requests in flight while there were any")
        .plot_at(9, "QueLen")
        .lexpr("quelen"),
    Disk::mean("wait_ms", |disk| disk.wait.into())
        .milliseconds()
        .help("how long a read or a write took")
        .plot_at(10, "Wait")
        .lexpr("wait"),
    Disk::mean("service_ms", |disk| disk.service.into())
        .milliseconds()
        .help("time with requests in flight for each of them")
        .plot_at(11, "SvcTim")
        .lexpr("svctime"),
    Disk::share("busy_percent", |disk| disk.busy.into())
        .help("time with requests in flight")
        .plot_at(12, "Util")
        .lexpr("util"),
];

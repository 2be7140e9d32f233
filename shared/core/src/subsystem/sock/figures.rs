//! The figures of sockets.

use super::Levels;
use crate::figure::{Figure, Group, Unit};

type Sockets = Figure<Levels>;

/// Those of the machine.
pub(super) static SOCKETS: Group<'_, Levels> =
    Group::one("sockets", "sockets", &FIGURES).plot("SOCK").lexpr("sockinfo.");

static FIGURES: [Sockets; 10] = [
    Sockets::level("used", |it| it.sockets_used.into())
        .help("sockets of all kinds")
        .plot("Used")
        .lexpr("used"),
    Sockets::level("tcp_in_use", |it| it.tcp_inuse.into())
        .help("TCP sockets in use")
        .plot("Tcp")
        .lexpr("tcp"),
    Sockets::level("tcp_orphaned", |it| it.tcp_orphan.into())
        .help("TCP sockets that no process holds")
        .plot("Orph")
        .lexpr("orphan"),
    Sockets::level("tcp_time_wait", |it| it.tcp_tw.into())
        .help("TCP sockets in TIME_WAIT")
        .plot("Tw")
        .lexpr("tw"),
    Sockets::level("tcp_allocated", |it| it.tcp_alloc.into())
        .help("all TCP sockets")
        .plot("Alloc")
        .lexpr("alloc"),
    Sockets::level("tcp_memory_pages", |it| it.tcp_mem.into())
        .unit(Unit::Pages)
        .help("buffers of TCP")
        .plot("Mem")
        .lexpr("mem"),
    Sockets::level("udp_in_use", |it| it.udp_inuse.into()).help("UDP sockets").plot("Udp").lexpr("udp"),
    Sockets::level("raw_in_use", |it| it.raw_inuse.into()).help("raw sockets").plot("Raw").lexpr("raw"),
    Sockets::level("fragments_in_use", |it| it.frag_inuse.into())
        .help("packets that wait for their fragments")
        .plot("Frag")
        .lexpr("frag"),
    Sockets::level("fragment_memory_bytes", |it| it.frag_memory.into())
        .unit(Unit::Bytes)
        .help("memory of these packets")
        .plot("FragMem")
        .lexpr("fragm"),
];

//! Ports for servers that want to be told theirs.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that Linux gives to connections (ip_local_port_range, from 32768 on): what is free here stays free.
const RANGE: Range<u16> = 15_000..32_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port that no one listens on, and that no other test of this process gets.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn free() -> u16 {
    let size = RANGE.end - RANGE.start;
    let first = (std::process::id() % u32::from(size)) as u16;
    (0..size)
        .map(|_| RANGE.start + (first + NEXT.fetch_add(1, Ordering::Relaxed) % size) % size)
        .find(|&port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok())
        .expect("some port is free")
}

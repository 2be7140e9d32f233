//! Ports for servers that must be given a port.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that Linux gives to connections (ip_local_port_range, from 32768 on): a free port here stays free.
const RANGE: Range<u16> = 15_000..32_000;
/// Spreads the processes of two test runs over the range: a prime number.
const STRIDE: u32 = 1009;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port that nothing listens on, and that no other test of this process gets.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn free() -> u16 {
    free_with_neighbours(0)
}

/// A port like that, with this many ports before and after it that no other test of this process gets.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn free_with_neighbours(count: u16) -> u16 {
    let size = RANGE.end - RANGE.start - 2 * count;
    let first = (std::process::id() % u32::from(size) * STRIDE % u32::from(size)) as u16;
    (0..size)
        .map(|_| {
            let number = NEXT.fetch_add(2 * count + 1, Ordering::Relaxed);
            RANGE.start + count + (first + number % size) % size
        })
        .find(|&port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok())
        .expect("some port is free")
}

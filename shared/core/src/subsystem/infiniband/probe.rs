//! Reads the active ports below `/sys/class/infiniband` (sysfs-class-infiniband in the kernel's ABI documentation).

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{LONGEST_NAME, MOST_PORTS, PORTS};
use crate::capture::{Capture, Probe};
use crate::kernel::Roots;
use crate::kernel::file;
use crate::scan::number;

/// Counters of traffic, those of 64 bits that drivers before 4.5 have in a folder of their own, and what they are called in
/// a frame. Where both are there, the first ones have 32 bits and stop at their end (IBTA 16.1.3.5).
const TRAFFIC: [(&str, &str, &str); 4] = [
    ("port_rcv_data", "port_rcv_data_64", "rcvd"),
    ("port_xmit_data", "port_xmit_data_64", "xmtd"),
    ("port_rcv_packets", "port_rcv_packets_64", "rcvp"),
    ("port_xmit_packets", "port_xmit_packets_64", "xmtp"),
];

/// Counters of errors, which are added up.
const ERRORS: [&str; 12] = [
    "symbol_error",
    "link_error_recovery",
    "link_downed",
    "port_rcv_errors",
    "port_rcv_remote_physical_errors",
    "port_rcv_switch_relay_errors",
    "port_xmit_discards",
    "port_xmit_constraint_errors",
    "port_rcv_constraint_errors",
    "local_link_integrity_errors",
    "excessive_buffer_overrun_errors",
    "VL15_dropped",
];

/// Most bytes of a counter or a state that are read.
const LONGEST_VALUE: u64 = 64;

pub(super) struct PortProbe {
    folder: PathBuf,
}

impl PortProbe {
    pub(super) fn new(roots: &Roots) -> Self {
        Self { folder: folder(&roots.sys) }
    }
}

/// The folder of the devices.
pub(super) fn folder(sys: &Path) -> PathBuf {
    sys.join("class/infiniband")
}

impl Probe for PortProbe {
    fn capture(&self) -> &'static Capture {
        &PORTS
    }

    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let mut left = MOST_PORTS;
        for (index, name) in devices(&self.folder)?.iter().enumerate() {
            let ports = self.folder.join(name).join("ports");
            for port in numbers(&ports) {
                let folder = ports.join(port.to_string());
                if left > 0 && is_active(&folder) {
                    write_port(&folder, index, port, name, out)?;
                    left -= 1;
                }
            }
        }
        Ok(())
    }
}

/// For each device, sorted by name, one digit per port: 1 if it is active. There are at least two digits, as in the
/// recordings of the Perl collectl.
pub(crate) fn port_states(sys: &Path) -> Vec<String> {
    let folder = folder(sys);
    let states = |name: &String| {
        let ports = folder.join(name).join("ports");
        let active: Vec<u8> =
            numbers(&ports).into_iter().filter(|port| is_active(&ports.join(port.to_string()))).collect();
        let last = active.last().copied().unwrap_or(0).max(2);
        (1..=last).map(|port| if active.contains(&port) { '1' } else { '0' }).collect()
    };
    devices(&folder).unwrap_or_default().iter().take(MOST_PORTS).map(states).collect()
}

/// The names of devices, sorted.
fn devices(folder: &Path) -> io::Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(folder)?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.len() <= LONGEST_NAME && name.bytes().all(|byte| byte.is_ascii_graphic()))
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// The numbers of ports, sorted.
fn numbers(ports: &Path) -> Vec<u8> {
    let entries = fs::read_dir(ports).into_iter().flatten().flatten();
    let mut numbers: Vec<u8> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
}

/// Whether the state of a port is `4: ACTIVE`.
fn is_active(port: &Path) -> bool {
    value(&port.join("state")).is_some_and(|state| state.starts_with(b"4:"))
}

/// Appends the lines of one port. A counter that the device lacks (`N/A (no PMA)`) is 0. One that can't be read has no
/// line.
fn write_port(folder: &Path, index: usize, port: u8, name: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let (counters, wide) = (folder.join("counters"), folder.join("counters_ext"));
    let count = |file: &str| value(&counters.join(file)).map(|text| number(&text));
    let wide = |file: &str| {
        value(&wide.join(file))
            .filter(|text| text.first().is_some_and(u8::is_ascii_digit))
            .map(|text| number(&text))
    };
    writeln!(out, "ib{index}-{port}:name {name}")?;
    for (file, file_of_64_bits, tag) in TRAFFIC {
        if let Some(count) = wide(file_of_64_bits).or_else(|| count(file)) {
            writeln!(out, "ib{index}-{port}:{tag} {count}")?;
        }
    }
    let errors = ERRORS.iter().fold(0u64, |sum, file| sum.saturating_add(count(file).unwrap_or(0)));
    writeln!(out, "ib{index}-{port}:errs {errors}")
}

fn value(path: &Path) -> Option<Vec<u8>> {
    file::read_short(path, LONGEST_VALUE).ok()
}

//! syslog in the format of the C library (RFC 3164): one datagram, which may be lost.

use std::fmt::Arguments;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use collectl_wire::display::sanitize;
use jiff::Zoned;

use super::Severity;

const SOCKET: &str = "/dev/log";
/// Facility `daemon`.
const FACILITY: u8 = 3 << 3;

/// Sends a message of this process. A missing syslog is not an error.
pub(super) fn send(severity: Severity, text: Arguments<'_>, now: &Zoned) {
    let _ = send_to(Path::new(SOCKET), &datagram(severity, text, now, std::process::id()));
}

fn send_to(socket: &Path, datagram: &str) -> io::Result<()> {
    let sender = UnixDatagram::unbound()?;
    sender.set_nonblocking(true)?;
    sender.send_to(datagram.as_bytes(), socket).map(drop)
}

fn datagram(severity: Severity, text: Arguments<'_>, now: &Zoned, process: u32) -> String {
    let level = match severity {
        Severity::Fatal => 2,
        Severity::Error => 3,
        Severity::Warning => 4,
        Severity::Info => 6,
    };
    let (time, text) = (now.strftime("%b %e %H:%M:%S"), text.to_string().replace('\n', " "));
    format!("<{}>{time} collectl[{process}]: {}", FACILITY | level, sanitize(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let receiver = UnixDatagram::bind(&path).unwrap();
        let now: Zoned = "2026-11-03T04:05:06[UTC]".parse().unwrap();
        send_to(&path, &datagram(Severity::Error, format_args!("no\nspace"), &now, 7)).unwrap();
        let mut received = [0; 99];
        let length = receiver.recv(&mut received).unwrap();
        assert_eq!(&received[..length], b"<27>Nov  3 04:05:06 collectl[7]: no space");
        assert!(send_to(&folder.path().join("none"), "x").is_err());
    }
}

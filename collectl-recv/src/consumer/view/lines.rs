//! Each line as it comes: `HOST TEXT`.

use collectl_wire::display::sanitize;

use crate::base::gap::Gap;

/// Puts `host` before every line of `text`, and takes out what could steer a terminal.
pub(crate) fn render(host: &str, text: &[u8]) -> Vec<u8> {
    let host = sanitize(host.as_bytes());
    let lines = text.iter().filter(|&&byte| byte == b'\n').count();
    let mut out = Vec::with_capacity(text.len() + lines * (host.len() + 1));
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        out.extend_from_slice(host.as_bytes());
        out.push(b' ');
        out.extend_from_slice(sanitize(line.strip_suffix(b"\n").unwrap_or(line)).as_bytes());
        out.push(b'\n');
    }
    out
}

/// A line that says what is missing; as it begins with `#`, it is no data to whoever reads the lines.
pub(crate) fn gap(host: &str, gap: Gap) -> Vec<u8> {
    render(host, format!("# gap: {gap} of {host}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_its_host() {
        assert_eq!(render("vm", b"#cpu\n\n  1 0 \n"), b"vm #cpu\nvm \nvm   1 0 \n");
    }

    #[test]
    fn a_gap_is_a_comment() {
        let missing = Gap { intervals: 37, micros: 1_900_000 };
        assert_eq!(gap("vm", missing), b"vm # gap: 37 intervals, 1.9 seconds of vm\n");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(render("v\x1bm", b"\x1b[2J\xff%n\r\n"), "vm [2J\u{fffd}%n\n".as_bytes());
    }
}

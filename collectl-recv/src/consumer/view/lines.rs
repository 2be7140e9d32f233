//! Each line as it comes: `HOST TEXT`.

use super::{Output, Start, Terminal, View, ViewEntry, accept};
use crate::base::gap::Gap;
use crate::consumer::Arrival;

/// For the registry.
pub(super) const VIEW: ViewEntry = ViewEntry {
    name: "lines",
    help: "Each line as it comes, its host before it",
    collectl_switches: &["-scdnm", "-oT"],
    terminal: Terminal::Scrolls,
    switches: |command| command,
    choose: |_matches| -> Start { Box::new(|_output: Output| Ok(Box::new(LinesView))) },
    refuse: accept,
};

/// The view.
#[derive(Debug)]
struct LinesView;

impl View for LinesView {
    fn interval(&mut self, arrival: &Arrival<'_>, out: &mut Vec<u8>) {
        let (host, lines) = (arrival.host.as_bytes(), arrival.lines);
        out.reserve(lines.text().len() + lines.len() * (host.len() + 1));
        for line in lines.iter() {
            push(host, line.text, out);
        }
    }
}

/// Adds a line that tells what is missing. It begins with `#`, so it is no data to programs that read the lines.
pub(super) fn gap(host: &str, gap: Gap, out: &mut Vec<u8>) {
    push(host.as_bytes(), format!("# gap: {gap} of {host}").as_bytes(), out);
}

fn push(host: &[u8], text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(host);
    out.push(b' ');
    out.extend_from_slice(text);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::ids::ConnId;
    use crate::base::time;
    use crate::stream::decoder::StreamDecoder;

    #[test]
    fn every_line_has_its_host() {
        let lines = Arc::new(StreamDecoder::default().push(b"#cpu\n\n  1 0 \n").remove(0).lines);
        let arrival = Arrival { conn: ConnId(1), host: "vm", lines: &lines, time: time::at(0.0) };
        let mut out = Vec::new();
        LinesView.interval(&arrival, &mut out);
        assert_eq!(out, b"vm #cpu\nvm \nvm   1 0 \n");
    }

    #[test]
    fn a_gap_is_a_comment() {
        let mut out = Vec::new();
        gap("vm", Gap { intervals: 37, micros: 1_900_000 }, &mut out);
        assert_eq!(out, b"vm # gap: 37 intervals, 1.9 seconds of vm\n");
    }
}

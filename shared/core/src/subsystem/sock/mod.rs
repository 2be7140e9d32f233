//! `s`: sockets, from `/proc/net/sockstat` (proc_pid_net(5)) and `/proc/net/sockstat6`.

mod figures;

use super::{Context, Descriptor, Included, Interval, NoArgs, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::figure::Table;
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;
use crate::usage::UsageError;

/// Sockets in use by protocol (IPv4).
pub(crate) static SOCKSTAT: Capture = Capture {
    root: Root::Proc,
    path: "net/sockstat",
    optional: false,
    tags: &[b"sock "],
    keep: |text, out| keep_tagged(text, b"sock", |_| true, out),
};

/// Sockets in use by protocol, those of IPv6, which are in no other file. The tag is one that the Perl collectl ignores.
pub(crate) static SOCKSTAT6: Capture = Capture {
    root: Root::Proc,
    path: "net/sockstat6",
    optional: true,
    tags: &[b"ip6-sock "],
    keep: |text, out| keep_tagged(text, b"ip6-sock", |_| true, out),
};

pub(crate) struct Sock;

/// Levels of both files, by protocol and name; there are no counters. Both families of addresses are added up.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Levels {
    sockets_used: u64,
    tcp_inuse: u64,
    tcp_orphan: u64,
    /// In TIME_WAIT.
    tcp_tw: u64,
    tcp_alloc: u64,
    /// Pages.
    tcp_mem: u64,
    udp_inuse: u64,
    raw_inuse: u64,
    frag_inuse: u64,
    /// Bytes.
    frag_memory: u64,
}

impl Levels {
    fn level(&mut self, protocol: &[u8], name: &[u8]) -> Option<&mut u64> {
        Some(match (protocol, name) {
            (b"sockets:", b"used") => &mut self.sockets_used,
            (b"TCP:" | b"TCP6:", b"inuse") => &mut self.tcp_inuse,
            (b"TCP:", b"orphan") => &mut self.tcp_orphan,
            (b"TCP:", b"tw") => &mut self.tcp_tw,
            (b"TCP:", b"alloc") => &mut self.tcp_alloc,
            (b"TCP:", b"mem") => &mut self.tcp_mem,
            (b"UDP:" | b"UDP6:", b"inuse") => &mut self.udp_inuse,
            (b"RAW:" | b"RAW6:", b"inuse") => &mut self.raw_inuse,
            (b"FRAG:" | b"FRAG6:", b"inuse") => &mut self.frag_inuse,
            (b"FRAG:" | b"FRAG6:", b"memory") => &mut self.frag_memory,
            _ => return None,
        })
    }
}

impl Subsystem for Sock {
    type Args = NoArgs;
    type Options = ();
    type Sample = Levels;
    type Rates = Levels;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "sockets",
        about: "sockets",
        summary: Some('s'),
        included: Included::Daemon,
        brief: Some(90),
        plot: 30,
        captures: &[&SOCKSTAT, &SOCKSTAT6],
        ..Descriptor::EMPTY
    };

    fn options(_: &Switches, _: &Context<'_>) -> Result<(), UsageError> {
        Ok(())
    }

    fn new(_: &Settings, (): &()) -> Self {
        Self
    }

    fn read(&self, frame: &Frame, levels: &mut Levels) {
        *levels = Levels::default();
        for line in frame.lines(&SOCKSTAT).chain(frame.lines(&SOCKSTAT6)) {
            let mut words = Words(line);
            let Some(protocol) = words.nth(1) else { continue };
            while let Some(name) = words.next() {
                let value = words.number();
                if let Some(level) = levels.level(protocol, name) {
                    *level = level.saturating_add(value);
                }
            }
        }
    }

    fn rates(&self, _: &Levels, current: &Levels, _: Interval) -> Levels {
        current.clone()
    }

    fn brief_header(&self, _: &Levels, sheet: &mut BriefSheet) {
        sheet.group("<------Sockets----->", " Tcp  Udp  Raw Frag ");
    }

    fn brief(&self, levels: &Levels, line: &mut Line) {
        line.sum(Sum::WholeLevel);
        for level in [levels.tcp_inuse, levels.udp_inuse, levels.raw_inuse, levels.frag_inuse] {
            line.scaled(level as f64, 4, 4, Scale::Count).text(" ");
        }
    }

    fn heading(&self, _: Part, _: &Levels) -> Heading {
        Heading::of(
            "# SOCKET STATISTICS",
            &[
                "      <-------------Tcp------------->   Udp   Raw   <---Frag-->",
                "Used  Inuse Orphan    Tw  Alloc   Mem  Inuse Inuse  Inuse   Mem",
            ],
        )
    }

    fn rows(&self, _: Part, levels: &Levels, rows: &mut Rows<'_>) {
        rows.row(|line| {
            line.int(levels.sockets_used as f64, 5);
            line.text("  ").int(levels.tcp_inuse as f64, 5).text("  ").int(levels.tcp_orphan as f64, 5);
            line.text(" ").int(levels.tcp_tw as f64, 5).text("  ").int(levels.tcp_alloc as f64, 5);
            line.text(" ").int(levels.tcp_mem as f64, 5).text("  ").int(levels.udp_inuse as f64, 5);
            line.text(" ").int(levels.raw_inuse as f64, 5).text("  ").int(levels.frag_inuse as f64, 5);
            line.text(" ").int(levels.frag_memory as f64, 5);
        });
    }

    fn figures(&self, _: Part, levels: &Levels, sheet: &mut Sheet<'_>) {
        sheet.one(&figures::SOCKETS, levels);
    }

    fn tables(_: Part) -> Vec<Table> {
        vec![figures::SOCKETS.table()]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Time;

    fn read(text: &[u8]) -> Levels {
        let (mut frame, mut levels) = (Frame::default(), Levels { raw_inuse: 99, ..Levels::default() });
        frame.restart(Time::default());
        frame.add(&SOCKSTAT, |out| (SOCKSTAT.keep)(text, out));
        Sock.read(&frame, &mut levels);
        levels
    }

    const TEXT: &[u8] =
        b"sockets: used 100\nTCP: inuse 12 orphan 3 tw 43 alloc 15 mem 361\nUDP: inuse 7 mem 5\n\
        UDPLITE: inuse 2\nRAW: inuse 4\nFRAG: inuse 6 memory 1234\n";

    #[test]
    fn similar_names_are_told_apart() {
        let expected = Levels {
            sockets_used: 100,
            tcp_inuse: 12,
            tcp_orphan: 3,
            tcp_tw: 43,
            tcp_alloc: 15,
            tcp_mem: 361,
            udp_inuse: 7,
            raw_inuse: 4,
            frag_inuse: 6,
            frag_memory: 1234,
        };
        assert_eq!(read(TEXT), expected);
        assert_eq!(read(b"TCP: inuse\nUDP:\n"), Levels::default());
    }

    #[test]
    fn sockets_of_both_families_are_added_up() {
        let mut frame = Frame::default();
        frame.restart(Time::default());
        frame.add(&SOCKSTAT, |out| (SOCKSTAT.keep)(TEXT, out));
        let text =
            b"TCP6: inuse 55\nUDP6: inuse 12\nUDPLITE6: inuse 9\nRAW6: inuse 1\nFRAG6: inuse 4 memory 6\n";
        frame.add(&SOCKSTAT6, |out| (SOCKSTAT6.keep)(text, out));
        let mut levels = Levels::default();
        Sock.read(&frame, &mut levels);
        let mut line = Line::default();
        Sock.brief(&levels, &mut line);
        assert_eq!(line.bytes(), b"  67   19    5   10 ");
        assert_eq!((levels.sockets_used, levels.tcp_alloc, levels.frag_memory), (100, 15, 1240));
    }

    #[test]
    fn brief_shows_tcp_sockets_only() {
        let mut line = Line::default();
        Sock.brief(&read(TEXT), &mut line);
        assert_eq!(line.bytes(), b"  12    7    4    6 ");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let levels = read(&bytes);
            Sock.rows(Part::Summary, &levels, &mut Rows::new(b"", &mut Line::default()));
        }
    }
}

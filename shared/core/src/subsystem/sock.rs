//! `s`: sockets, from `/proc/net/sockstat` (proc_pid_net(5)).

use super::{Context, Descriptor, Included, Interval, NoArgs, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::json::Object;
use crate::render::lexpr::Pairs;
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::totals::Sum;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;
use crate::usage::UsageError;

/// Sockets in use by protocol, those of IPv4.
pub(crate) static SOCKSTAT: Capture = Capture {
    root: Root::Proc,
    path: "net/sockstat",
    optional: false,
    tags: &[b"sock "],
    keep: |text, out| keep_tagged(text, b"sock", |_| true, out),
};

pub(crate) struct Sock;

/// What there is now; nothing is counted here.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Levels {
    used: u64,
    tcp: u64,
    orphan: u64,
    /// In TIME_WAIT.
    tw: u64,
    alloc: u64,
    /// Pages.
    tcp_memory: u64,
    udp: u64,
    raw: u64,
    fragments: u64,
    /// Bytes.
    fragment_memory: u64,
}

impl Levels {
    /// In the order in which all formats but brief have them.
    fn all(&self) -> [u64; 10] {
        let Self { used, tcp, orphan, tw, alloc, tcp_memory, udp, raw, fragments, fragment_memory } = *self;
        [used, tcp, orphan, tw, alloc, tcp_memory, udp, raw, fragments, fragment_memory]
    }

    fn level(&mut self, protocol: &[u8], name: &[u8]) -> Option<&mut u64> {
        Some(match (protocol, name) {
            (b"sockets:", b"used") => &mut self.used,
            (b"TCP:", b"inuse") => &mut self.tcp,
            (b"TCP:", b"orphan") => &mut self.orphan,
            (b"TCP:", b"tw") => &mut self.tw,
            (b"TCP:", b"alloc") => &mut self.alloc,
            (b"TCP:", b"mem") => &mut self.tcp_memory,
            (b"UDP:", b"inuse") => &mut self.udp,
            (b"RAW:", b"inuse") => &mut self.raw,
            (b"FRAG:", b"inuse") => &mut self.fragments,
            (b"FRAG:", b"memory") => &mut self.fragment_memory,
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
        captures: &[&SOCKSTAT],
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
        for line in frame.lines(&SOCKSTAT) {
            let mut words = Words(line);
            let Some(protocol) = words.nth(1) else { continue };
            while let Some(name) = words.next() {
                let value = words.number();
                if let Some(level) = levels.level(protocol, name) {
                    *level = value;
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
        for level in [levels.tcp, levels.udp, levels.raw, levels.fragments] {
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
        const GAPS: [&str; 10] = ["", "  ", "  ", " ", "  ", " ", "  ", " ", "  ", " "];
        rows.row(|line| {
            for (level, gap) in levels.all().into_iter().zip(GAPS) {
                line.text(gap).int(level as f64, 5);
            }
        });
    }

    fn plot_names(&self, _: Part, _: &Levels, names: &mut Names) {
        const NAMES: [&str; 10] =
            ["Used", "Tcp", "Orph", "Tw", "Alloc", "Mem", "Udp", "Raw", "Frag", "FragMem"];
        names.push("SOCK", NAMES);
    }

    fn plot(&self, _: Part, levels: &Levels, values: &mut Values) {
        for level in levels.all() {
            values.integer(level);
        }
    }

    fn lexpr(&self, _: Part, levels: &Levels, pairs: &mut Pairs) {
        const NAMES: [&str; 10] =
            ["used", "tcp", "orphan", "tw", "alloc", "mem", "udp", "raw", "frag", "fragm"];
        pairs.push_all("sockinfo.", &NAMES, &levels.all().map(|level| level as f64));
    }

    fn json(&self, _: Part, levels: &Levels, line: &mut Object) {
        const KEYS: [&str; 10] = [
            "used",
            "tcp_in_use",
            "tcp_orphaned",
            "tcp_time_wait",
            "tcp_allocated",
            "tcp_memory_pages",
            "udp_in_use",
            "raw_in_use",
            "fragments_in_use",
            "fragment_memory_bytes",
        ];
        line.object("sockets", |sockets| {
            sockets.integers(KEYS, levels.all());
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Time;

    fn read(text: &[u8]) -> Levels {
        let (mut frame, mut levels) = (Frame::default(), Levels { raw: 99, ..Levels::default() });
        frame.restart(Time::default());
        frame.add(&SOCKSTAT, |out| (SOCKSTAT.keep)(text, out));
        Sock.read(&frame, &mut levels);
        levels
    }

    const TEXT: &[u8] =
        b"sockets: used 100\nTCP: inuse 12 orphan 3 tw 43 alloc 15 mem 361\nUDP: inuse 7 mem 5\n\
        UDPLITE: inuse 2\nRAW: inuse 4\nFRAG: inuse 6 memory 1234\n";

    #[test]
    fn udp_is_not_udplite_and_memory_of_fragments_is_not_their_number() {
        assert_eq!(read(TEXT).all(), [100, 12, 3, 43, 15, 361, 7, 4, 6, 1234]);
        assert_eq!(read(b"TCP: inuse\nUDP:\n"), Levels::default());
    }

    #[test]
    fn brief_shows_the_sockets_of_tcp_and_not_all() {
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

//! The columns of the verbose format, section by section.

use super::TcpFilter;
use super::rates::Rates;
use super::stack::Section;
use crate::render::line::Line;
use crate::render::verbose::Heading;
use crate::settings::Per;

/// Blanks before a column, its width, its heading, the kernel's name of its counter, and how the counter is shown.
type Column = (&'static str, usize, &'static str, &'static str, Shown);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    PerSecond,
    /// The increase in the interval, however long it was; also levels.
    Whole,
}

use Shown::{PerSecond, Whole};

const IP: &[Column] = &[
    (" ", 6, "Receiv", "InReceives", PerSecond),
    (" ", 6, "Delivr", "InDelivers", PerSecond),
    (" ", 6, "Forwrd", "ForwDatagrams", Whole),
    (" ", 6, "DiscdI", "InDiscards", Whole),
    (" ", 6, "InvAdd", "InAddrErrors", Whole),
    (" ", 6, "Sent", "OutRequests", PerSecond),
    (" ", 6, "DiscrO", "OutDiscards", Whole),
    (" ", 6, "ReasRq", "ReasmReqds", Whole),
    (" ", 6, "ReasOK", "ReasmOKs", Whole),
    (" ", 6, "FragOK", "FragOKs", Whole),
    (" ", 6, "FragCr", "FragCreates", Whole),
];

const TCP: &[Column] = &[
    (" ", 6, "ActOpn", "ActiveOpens", PerSecond),
    (" ", 6, "PasOpn", "PassiveOpens", PerSecond),
    (" ", 6, "Failed", "AttemptFails", Whole),
    (" ", 6, "ResetR", "EstabResets", Whole),
    (" ", 6, "Estab", "CurrEstab", Whole),
    ("  ", 6, "SegIn", "InSegs", PerSecond),
    (" ", 6, "SegOut", "OutSegs", PerSecond),
    (" ", 6, "SegRtn", "RetransSegs", Whole),
    (" ", 6, "SegBad", "InErrs", Whole),
    (" ", 6, "SegRes", "OutRsts", Whole),
];

const UDP: &[Column] = &[
    (" ", 6, "InDgm", "InDatagrams", PerSecond),
    (" ", 6, "OutDgm", "OutDatagrams", PerSecond),
    (" ", 6, "NoPort", "NoPorts", Whole),
    (" ", 6, "Errors", "InErrors", Whole),
];

const ICMP: &[Column] = &[
    (" ", 5, "Recvd", "InMsgs", Whole),
    (" ", 5, "FailI", "InErrors", Whole),
    (" ", 5, "UnreI", "InDestUnreachs", Whole),
    (" ", 5, "EchoI", "InEchos", Whole),
    (" ", 5, "ReplI", "InEchoReps", Whole),
    ("  ", 5, "Trans", "OutMsgs", Whole),
    (" ", 5, "FailO", "OutErrors", Whole),
    (" ", 5, "UnreO", "OutDestUnreachs", Whole),
    (" ", 5, "EchoO", "OutEchos", Whole),
    (" ", 5, "ReplO", "OutEchoReps", Whole),
];

const IP_EXT: &[Column] = &[
    (" ", 6, "MPktsI", "InMcastPkts", Whole),
    (" ", 6, "BPktsI", "InBcastPkts", Whole),
    (" ", 6, "OctetI", "InOctets", Whole),
    (" ", 6, "MOctsI", "InMcastOctets", Whole),
    (" ", 6, "BOctsI", "InBcastOctets", Whole),
    (" ", 6, "MPktsI", "OutMcastPkts", Whole),
    (" ", 6, "OctetI", "OutOctets", Whole),
    (" ", 6, "MOctsI", "OutMcastOctets", Whole),
];

const TCP_EXT: &[Column] = &[
    (" ", 6, "FasTim", "TW", Whole),
    (" ", 6, "Reject", "PAWSEstab", Whole),
    (" ", 6, "DelAck", "DelayedACKs", Whole),
    (" ", 6, "QikAck", "DelayedACKLost", Whole),
    (" ", 6, "PktQue", "TCPPrequeued", Whole),
    (" ", 6, "PreQuB", "TCPDirectCopyFromPrequeue", Whole),
    (" ", 6, "HdPdct", "TCPHPHits", Whole),
    (" ", 6, "PurAck", "TCPPureAcks", Whole),
    (" ", 6, "HPAcks", "TCPHPAcks", Whole),
    (" ", 6, "DsAcks", "TCPDSACKOldSent", Whole),
    (" ", 6, "RUData", "TCPAbortOnData", Whole),
    (" ", 6, "REClos", "TCPAbortOnClose", Whole),
    (" ", 6, "SackS", "TCPSackShiftFallback", Whole),
    (" ", 6, "PkLoss", "TCPLoss", Whole),
    (" ", 6, "FTrans", "TCPFastRetrans", Whole),
];

/// A section's title, and its columns.
fn layout(section: Section) -> (&'static str, &'static [Column]) {
    match section {
        Section::Ip => ("<----------------------------------IpPkts----------------------------------->", IP),
        Section::Tcp => ("<---------------------------------Tcp--------------------------------->", TCP),
        Section::Udp => ("<------------Udp----------->", UDP),
        Section::Icmp => ("<----------------------------Icmp--------------------------->", ICMP),
        Section::IpExt => ("<-------------------------IpExt------------------------>", IP_EXT),
        Section::TcpExt => (
            "<-------------------------------------------------TcpExt------------------------------------------------>",
            TCP_EXT,
        ),
    }
}

pub(super) fn heading(filter: TcpFilter, per: Per) -> Heading {
    let (mut titles, mut headings) = (String::new(), String::new());
    for (title, columns) in filter.sections().map(layout) {
        titles.push_str(title);
        for (gap, width, heading, ..) in columns {
            headings.push_str(&format!("{gap}{heading:>width$}"));
        }
    }
    let mut heading = Heading::new(&format!("# TCP STACK SUMMARY (/{})", per.word()), vec![titles, headings]);
    heading.names_stamp = false;
    heading
}

pub(super) fn row(filter: TcpFilter, rates: &Rates, line: &mut Line) {
    line.text(" ");
    for section in filter.sections() {
        let gained = rates.section(section);
        for (gap, width, _, name, shown) in layout(section).1 {
            let value = gained.get(name);
            line.text(gap).int(if *shown == PerSecond { gained.per_second(value) } else { value }, *width);
        }
    }
}

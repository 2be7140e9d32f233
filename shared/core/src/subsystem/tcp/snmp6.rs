//! What the kernel counts of IPv6 in `/proc/net/snmp6`, and the counters of IPv4 that it is added to. TCP has one set for both.

use super::stack::Section;

/// A counter of IPv6, its section, and the name of the same counter of IPv4.
type Counterpart = (&'static [u8], Section, &'static [u8]);

use Section::{Icmp, Ip, Udp};

#[rustfmt::skip]
const COUNTERPARTS: [Counterpart; 29] = [
    (b"Ip6InReceives", Ip, b"InReceives"),
    (b"Ip6InHdrErrors", Ip, b"InHdrErrors"),
    (b"Ip6InAddrErrors", Ip, b"InAddrErrors"),
    (b"Ip6InUnknownProtos", Ip, b"InUnknownProtos"),
    (b"Ip6InDiscards", Ip, b"InDiscards"),
    (b"Ip6InDelivers", Ip, b"InDelivers"),
    (b"Ip6OutForwDatagrams", Ip, b"ForwDatagrams"),
    (b"Ip6OutRequests", Ip, b"OutRequests"),
    (b"Ip6OutDiscards", Ip, b"OutDiscards"),
    (b"Ip6ReasmReqds", Ip, b"ReasmReqds"),
    (b"Ip6ReasmOKs", Ip, b"ReasmOKs"),
    (b"Ip6ReasmFails", Ip, b"ReasmFails"),
    (b"Ip6FragOKs", Ip, b"FragOKs"),
    (b"Ip6FragFails", Ip, b"FragFails"),
    (b"Ip6FragCreates", Ip, b"FragCreates"),
    (b"Icmp6InMsgs", Icmp, b"InMsgs"),
    (b"Icmp6InErrors", Icmp, b"InErrors"),
    (b"Icmp6InDestUnreachs", Icmp, b"InDestUnreachs"),
    (b"Icmp6InEchos", Icmp, b"InEchos"),
    (b"Icmp6InEchoReplies", Icmp, b"InEchoReps"),
    (b"Icmp6OutMsgs", Icmp, b"OutMsgs"),
    (b"Icmp6OutErrors", Icmp, b"OutErrors"),
    (b"Icmp6OutDestUnreachs", Icmp, b"OutDestUnreachs"),
    (b"Icmp6OutEchos", Icmp, b"OutEchos"),
    (b"Icmp6OutEchoReplies", Icmp, b"OutEchoReps"),
    (b"Udp6InDatagrams", Udp, b"InDatagrams"),
    (b"Udp6NoPorts", Udp, b"NoPorts"),
    (b"Udp6InErrors", Udp, b"InErrors"),
    (b"Udp6OutDatagrams", Udp, b"OutDatagrams"),
];

/// The section and the name of the counter of IPv4 that this one is added to, if there is one.
pub(super) fn counterpart(name: &[u8]) -> Option<(Section, &'static [u8])> {
    COUNTERPARTS.iter().find(|(known, ..)| *known == name).map(|(_, section, name)| (*section, *name))
}

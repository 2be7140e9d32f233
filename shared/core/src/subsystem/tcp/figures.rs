//! The figures of the TCP/IP stack.

use super::rates::Gained;
use crate::figure::{Figure, Group, Kind, Row, Table, Unit};

type Counter = Figure<Gained>;

/// Each section, in their order. The names of figures in JSON are plain; their help has the kernel's.
pub(super) static SECTIONS: [Group<'_, Gained>; 6] = [
    Group::one("ip", "IP", &OF_IP).plot("TCP").lexpr("tcpinfo."),
    Group::one("tcp", "TCP", &OF_TCP).plot("TCP").lexpr("tcpinfo."),
    Group::one("udp", "UDP", &OF_UDP).plot("TCP").lexpr("tcpinfo."),
    Group::one("icmp", "ICMP", &OF_ICMP).plot("TCP").lexpr("tcpinfo."),
    Group::one("ip_extended", "more of IP", &OF_IP_EXTENDED).plot("TCP"),
    Group::one("tcp_extended", "more of TCP", &OF_TCP_EXTENDED).plot("TCP"),
];

/// The tables of the summary.
pub(super) fn summary() -> Table {
    Table::nest("tcp_ip", "the TCP/IP stack", SECTIONS.iter().map(Group::table)).note(
        "The sections that `--tcpfilt` chooses: `i` is `ip`, `t` `tcp`, `u` `udp`, `c` `icmp`, `I` `ip_extended`, `T`\n\
         `tcp_extended`. The kernel's names are in brackets.",
    )
}

/// The table of the details, which have the kernel's names.
pub(super) fn details() -> Table {
    const ROWS: [(&str, &str); 6] = [
        ("ip.*", "counters of IP"),
        ("tcp.*", "counters of TCP; `CurrEstab` is a level"),
        ("udp.*", "counters of UDP"),
        ("icmp.*", "counters of ICMP"),
        ("ip_extended.*", "more counters of IP"),
        ("tcp_extended.*", "more counters of TCP"),
    ];
    Table {
        key: "tcp_ip_counters",
        title: "all counters of the stack",
        note: "The same sections, each with all counters that the kernel has, under the kernel's names. Settings that\n\
               the kernel lists among them (`DefaultTTL`) are 0, since they do not change.",
        rows: ROWS.map(|(key, help)| Row::new(key, Unit::None, Kind::Rate, help)).into(),
    }
}

/// The sum of the errors of a section.
const fn errors(help: &'static str) -> Counter {
    Counter::rate("errors", |section| section.per_second(section.errors()).into()).help(help)
}

static OF_IP: [Counter; 12] = [
    errors("errors of all kinds").plot("IpErr").lexpr("iperrs"),
    Counter::rate("received", |ip| ip.figure("InReceives")).help("packets received (InReceives)"),
    Counter::rate("delivered", |ip| ip.figure("InDelivers")).help("packets delivered (InDelivers)"),
    Counter::rate("forwarded", |ip| ip.figure("ForwDatagrams")).help("packets forwarded (ForwDatagrams)"),
    Counter::rate("discarded_in", |ip| ip.figure("InDiscards"))
        .help("packets that were dropped (InDiscards)"),
    Counter::rate("bad_addresses", |ip| ip.figure("InAddrErrors"))
        .help("packets with a bad address (InAddrErrors)"),
    Counter::rate("sent", |ip| ip.figure("OutRequests")).help("packets sent (OutRequests)"),
    Counter::rate("discarded_out", |ip| ip.figure("OutDiscards"))
        .help("packets that were dropped before they were sent (OutDiscards)"),
    Counter::rate("reassembly_requests", |ip| ip.figure("ReasmReqds"))
        .help("fragments received (ReasmReqds)"),
    Counter::rate("reassembled", |ip| ip.figure("ReasmOKs")).help("packets that were reassembled (ReasmOKs)"),
    Counter::rate("fragmented", |ip| ip.figure("FragOKs")).help("packets that were fragmented (FragOKs)"),
    Counter::rate("fragments_created", |ip| ip.figure("FragCreates")).help("fragments made (FragCreates)"),
];

static OF_TCP: [Counter; 11] = [
    errors("failed attempts and bad segments").plot("TcpErr").lexpr("tcperrs"),
    Counter::rate("active_opens", |tcp| tcp.figure("ActiveOpens"))
        .help("connections that were opened from here (ActiveOpens)"),
    Counter::rate("passive_opens", |tcp| tcp.figure("PassiveOpens"))
        .help("connections that were opened from elsewhere (PassiveOpens)"),
    Counter::rate("failed_attempts", |tcp| tcp.figure("AttemptFails"))
        .help("connections that failed (AttemptFails)"),
    Counter::rate("resets_received", |tcp| tcp.figure("EstabResets"))
        .help("connections that were reset (EstabResets)"),
    Counter::level("established", |tcp| tcp.figure("CurrEstab"))
        .help("connections there are now (CurrEstab)"),
    Counter::rate("segments_in", |tcp| tcp.figure("InSegs")).help("segments received (InSegs)"),
    Counter::rate("segments_out", |tcp| tcp.figure("OutSegs")).help("segments sent (OutSegs)"),
    Counter::rate("segments_retransmitted", |tcp| tcp.figure("RetransSegs"))
        .help("segments sent again (RetransSegs)"),
    Counter::rate("bad_segments_in", |tcp| tcp.figure("InErrs"))
        .help("segments received with errors (InErrs)"),
    Counter::rate("resets_sent", |tcp| tcp.figure("OutRsts")).help("resets sent (OutRsts)"),
];

static OF_UDP: [Counter; 5] = [
    errors("errors and packets for no port").plot("UdpErr").lexpr("udperrs"),
    Counter::rate("datagrams_in", |udp| udp.figure("InDatagrams")).help("packets received (InDatagrams)"),
    Counter::rate("datagrams_out", |udp| udp.figure("OutDatagrams")).help("packets sent (OutDatagrams)"),
    Counter::rate("no_port", |udp| udp.figure("NoPorts"))
        .help("packets for a port without a listener (NoPorts)"),
    Counter::rate("errors_in", |udp| udp.figure("InErrors"))
        .help("packets that could not be delivered (InErrors)"),
];

static OF_ICMP: [Counter; 11] = [
    errors("errors, and messages that a destination is unreachable").plot("IcmpErr").lexpr("icmperrs"),
    Counter::rate("messages_in", |icmp| icmp.figure("InMsgs")).help("messages received (InMsgs)"),
    Counter::rate("errors_in", |icmp| icmp.figure("InErrors"))
        .help("messages received with errors (InErrors)"),
    Counter::rate("unreachable_in", |icmp| icmp.figure("InDestUnreachs"))
        .help("messages that a destination is unreachable (InDestUnreachs)"),
    Counter::rate("echos_in", |icmp| icmp.figure("InEchos")).help("echo requests (InEchos)"),
    Counter::rate("echo_replies_in", |icmp| icmp.figure("InEchoReps")).help("echo replies (InEchoReps)"),
    Counter::rate("messages_out", |icmp| icmp.figure("OutMsgs")).help("messages sent (OutMsgs)"),
    Counter::rate("errors_out", |icmp| icmp.figure("OutErrors"))
        .help("messages that were not sent because of an error (OutErrors)"),
    Counter::rate("unreachable_out", |icmp| icmp.figure("OutDestUnreachs"))
        .help("messages that a destination is unreachable (OutDestUnreachs)"),
    Counter::rate("echos_out", |icmp| icmp.figure("OutEchos")).help("echo requests (OutEchos)"),
    Counter::rate("echo_replies_out", |icmp| icmp.figure("OutEchoReps")).help("echo replies (OutEchoReps)"),
];

static OF_IP_EXTENDED: [Counter; 9] = [
    errors("always 0"),
    Counter::rate("multicast_packets_in", |ip| ip.figure("InMcastPkts"))
        .help("multicast packets received (InMcastPkts)"),
    Counter::rate("broadcast_packets_in", |ip| ip.figure("InBcastPkts"))
        .help("broadcast packets received (InBcastPkts)"),
    Counter::rate("bytes_in", |ip| ip.figure("InOctets")).unit(Unit::Bytes).help("bytes received (InOctets)"),
    Counter::rate("multicast_bytes_in", |ip| ip.figure("InMcastOctets"))
        .unit(Unit::Bytes)
        .help("bytes received by multicast (InMcastOctets)"),
    Counter::rate("broadcast_bytes_in", |ip| ip.figure("InBcastOctets"))
        .unit(Unit::Bytes)
        .help("bytes received by broadcast (InBcastOctets)"),
    Counter::rate("multicast_packets_out", |ip| ip.figure("OutMcastPkts"))
        .help("multicast packets sent (OutMcastPkts)"),
    Counter::rate("bytes_out", |ip| ip.figure("OutOctets")).unit(Unit::Bytes).help("bytes sent (OutOctets)"),
    Counter::rate("multicast_bytes_out", |ip| ip.figure("OutMcastOctets"))
        .unit(Unit::Bytes)
        .help("bytes sent by multicast (OutMcastOctets)"),
];

static OF_TCP_EXTENDED: [Counter; 14] = [
    errors("losses and fast retransmits"),
    Counter::rate("time_waits_ended", |tcp| tcp.figure("TW")).help("sockets that left TIME_WAIT (TW)"),
    Counter::rate("old_segments_rejected", |tcp| tcp.figure("PAWSEstab"))
        .help("segments that were rejected for an old time stamp (PAWSEstab)"),
    Counter::rate("delayed_acks", |tcp| tcp.figure("DelayedACKs"))
        .help("delayed acknowledgements sent (DelayedACKs)"),
    Counter::rate("delayed_acks_lost", |tcp| tcp.figure("DelayedACKLost"))
        .help("delayed acknowledgements that were lost (DelayedACKLost)"),
    Counter::rate("predicted_headers", |tcp| tcp.figure("TCPHPHits"))
        .help("segments with the expected header (TCPHPHits)"),
    Counter::rate("pure_acks", |tcp| tcp.figure("TCPPureAcks"))
        .help("acknowledgements without data (TCPPureAcks)"),
    Counter::rate("predicted_acks", |tcp| tcp.figure("TCPHPAcks"))
        .help("acknowledgements with the expected header (TCPHPAcks)"),
    Counter::rate("duplicate_sacks_sent", |tcp| tcp.figure("TCPDSACKOldSent"))
        .help("duplicates that were reported to the sender (TCPDSACKOldSent)"),
    Counter::rate("aborts_on_data", |tcp| tcp.figure("TCPAbortOnData"))
        .help("connections that were aborted while data arrived (TCPAbortOnData)"),
    Counter::rate("aborts_on_close", |tcp| tcp.figure("TCPAbortOnClose"))
        .help("connections that were closed with unread data (TCPAbortOnClose)"),
    Counter::rate("sack_shift_fallbacks", |tcp| tcp.figure("TCPSackShiftFallback"))
        .help("selective acknowledgements that could not be merged (TCPSackShiftFallback)"),
    Counter::rate("losses", |tcp| tcp.figure("TCPLoss"))
        .help("segments lost in recovery (TCPLoss)")
        .plot("Loss"),
    Counter::rate("fast_retransmits", |tcp| tcp.figure("TCPFastRetrans"))
        .help("segments sent again without waiting for the timer (TCPFastRetrans)")
        .plot("FTrans"),
];

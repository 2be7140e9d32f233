//! What `--export json` shows of the TCP/IP stack.

use collectl_wire::display::sanitize;

use super::stack::{Section, is_level};
use super::{Rates, TcpFilter};
use crate::render::json::Object;
use crate::subsystem::Part;

/// Keys, each with the kernel's name of its counter.
type Keys = &'static [(&'static str, &'static str)];

const IP: Keys = &[
    ("received", "InReceives"),
    ("delivered", "InDelivers"),
    ("forwarded", "ForwDatagrams"),
    ("discarded_in", "InDiscards"),
    ("bad_addresses", "InAddrErrors"),
    ("sent", "OutRequests"),
    ("discarded_out", "OutDiscards"),
    ("reassembly_requests", "ReasmReqds"),
    ("reassembled", "ReasmOKs"),
    ("fragmented", "FragOKs"),
    ("fragments_created", "FragCreates"),
];

const TCP: Keys = &[
    ("active_opens", "ActiveOpens"),
    ("passive_opens", "PassiveOpens"),
    ("failed_attempts", "AttemptFails"),
    ("resets_received", "EstabResets"),
    ("established", ESTABLISHED),
    ("segments_in", "InSegs"),
    ("segments_out", "OutSegs"),
    ("segments_retransmitted", "RetransSegs"),
    ("bad_segments_in", "InErrs"),
    ("resets_sent", "OutRsts"),
];

const UDP: Keys = &[
    ("datagrams_in", "InDatagrams"),
    ("datagrams_out", "OutDatagrams"),
    ("no_port", "NoPorts"),
    ("errors_in", "InErrors"),
];

const ICMP: Keys = &[
    ("messages_in", "InMsgs"),
    ("errors_in", "InErrors"),
    ("unreachable_in", "InDestUnreachs"),
    ("echos_in", "InEchos"),
    ("echo_replies_in", "InEchoReps"),
    ("messages_out", "OutMsgs"),
    ("errors_out", "OutErrors"),
    ("unreachable_out", "OutDestUnreachs"),
    ("echos_out", "OutEchos"),
    ("echo_replies_out", "OutEchoReps"),
];

const IP_EXT: Keys = &[
    ("multicast_packets_in", "InMcastPkts"),
    ("broadcast_packets_in", "InBcastPkts"),
    ("bytes_in", "InOctets"),
    ("multicast_bytes_in", "InMcastOctets"),
    ("broadcast_bytes_in", "InBcastOctets"),
    ("multicast_packets_out", "OutMcastPkts"),
    ("bytes_out", "OutOctets"),
    ("multicast_bytes_out", "OutMcastOctets"),
];

const TCP_EXT: Keys = &[
    ("time_waits_ended", "TW"),
    ("old_segments_rejected", "PAWSEstab"),
    ("delayed_acks", "DelayedACKs"),
    ("delayed_acks_lost", "DelayedACKLost"),
    ("predicted_headers", "TCPHPHits"),
    ("pure_acks", "TCPPureAcks"),
    ("predicted_acks", "TCPHPAcks"),
    ("duplicate_sacks_sent", "TCPDSACKOldSent"),
    ("aborts_on_data", "TCPAbortOnData"),
    ("aborts_on_close", "TCPAbortOnClose"),
    ("sack_shift_fallbacks", "TCPSackShiftFallback"),
    ("losses", "TCPLoss"),
    ("fast_retransmits", "TCPFastRetrans"),
];

/// The key that is a level.
const ESTABLISHED: &str = "CurrEstab";

/// The key of a section, and its counters.
fn section(section: Section) -> (&'static str, Keys) {
    match section {
        Section::Ip => ("ip", IP),
        Section::Tcp => ("tcp", TCP),
        Section::Udp => ("udp", UDP),
        Section::Icmp => ("icmp", ICMP),
        Section::IpExt => ("ip_extended", IP_EXT),
        Section::TcpExt => ("tcp_extended", TCP_EXT),
    }
}

/// The summary has the figures of the verbose format under plain names; the detail has all kernel counters under the
/// kernel's names.
pub(super) fn push(part: Part, filter: TcpFilter, rates: &Rates, line: &mut Object) {
    match part {
        Part::Summary => line.object("tcp_ip", |stack| {
            for shown in filter.sections() {
                let (key, counters) = section(shown);
                stack.object(key, |object| push_counters(shown, counters, rates, object));
            }
        }),
        Part::Detail => line.object("tcp_ip_counters", |stack| {
            for shown in filter.sections() {
                stack.object(section(shown).0, |object| {
                    for (name, gained) in rates.gained.all(shown) {
                        push_counter(&sanitize(name), name, gained, rates.seconds, object);
                    }
                });
            }
        }),
    };
}

fn push_counters(section: Section, counters: Keys, rates: &Rates, object: &mut Object) {
    object.number("errors", rates.errors(section) / rates.seconds);
    for (key, name) in counters {
        let gained = rates.gained.get(section, name);
        push_counter(key, name.as_bytes(), gained, rates.seconds, object);
    }
}

fn push_counter(key: &str, name: &[u8], gained: u64, seconds: f64, object: &mut Object) {
    if is_level(name) {
        object.integer(key, gained);
    } else {
        object.number(key, gained as f64 / seconds);
    }
}

//! What `--export json` shows of the network.

use super::Rates;
use super::activity::{Activity, Flow};
use crate::render::json::Object;
use crate::subsystem::Part;

pub(super) fn push(part: Part, rates: &Rates, line: &mut Object) {
    match part {
        Part::Summary => {
            line.object("network", |network| push_activity(&rates.total, network));
        }
        Part::Detail => {
            line.list("interfaces", rates.each.iter(), |(name, activity), interface| {
                interface.text("name", name);
                push_activity(activity, interface);
            });
        }
    }
}

fn push_activity(activity: &Activity, object: &mut Object) {
    let Activity { incoming, outgoing } = activity;
    push_flow(["kb_in", "packets_in", "packet_bytes_in", "errors_in", "compressed_in"], incoming, object);
    object.number("multicast_in", incoming.multicast);
    let [bad, dropped, fifo, frame, _] = incoming.kinds;
    object.numbers(
        ["bad_packets_in", "dropped_in", "fifo_errors_in", "frame_errors_in"],
        [bad, dropped, fifo, frame],
    );
    push_flow(
        ["kb_out", "packets_out", "packet_bytes_out", "errors_out", "compressed_out"],
        outgoing,
        object,
    );
    object.numbers(
        ["bad_packets_out", "dropped_out", "fifo_errors_out", "collisions_out", "carrier_errors_out"],
        outgoing.kinds,
    );
}

fn push_flow(keys: [&str; 5], flow: &Flow, object: &mut Object) {
    object.numbers(keys, [flow.kb, flow.packets, flow.size, flow.errors, flow.compressed]);
}

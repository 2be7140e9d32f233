//! What `--export json` shows of InfiniBand.

use super::{Rates, Traffic};
use crate::render::json::Object;
use crate::subsystem::Part;

pub(super) fn push(part: Part, rates: &Rates, line: &mut Object) {
    match part {
        Part::Summary => line.object("infiniband", |all| push_traffic(&rates.total, all)),
        Part::Detail => line.list("infiniband_devices", rates.each.iter(), |(name, traffic), device| {
            push_traffic(traffic, device.text("name", name));
        }),
    };
}

fn push_traffic(Traffic { incoming, outgoing, errors }: &Traffic, object: &mut Object) {
    let values = |flow: &super::Flow| [flow.kb, flow.packets, flow.size()];
    object.numbers(["kb_in", "packets_in", "packet_bytes_in"], values(incoming));
    object.numbers(["kb_out", "packets_out", "packet_bytes_out"], values(outgoing));
    object.integer("errors", *errors);
}

//! The rows of the verbose format.

use super::activity::Flow;
use super::{Activity, Part};
use crate::render::line::Line;
use crate::render::verbose::Heading;
use crate::settings::Per;

const TRAFFIC: &str = " KBIn  PktIn SizeIn  MultI   CmpI  ErrsI  KBOut PktOut  SizeO   CmpO  ErrsO";
const ERRORS: &str = "  ErrIn  DropIn  FifoIn FrameIn    ErrOut DropOut FifoOut CollOut CarrOut";

/// `width` is the width of names.
pub(super) fn heading(part: Part, errors: bool, width: usize, per: Per) -> Heading {
    let per = per.word();
    let columns = if errors { ERRORS } else { TRAFFIC };
    match (part, errors) {
        (Part::Summary, false) => Heading::of(&format!("# NETWORK SUMMARY (/{per})"), &[columns]),
        (Part::Summary, true) => Heading::of(&format!("# NETWORK ERRORS SUMMARY (/{per})"), &[columns]),
        (Part::Detail, _) => {
            let blanks = if errors { " " } else { "  " };
            let line = format!("Num  {:>width$}{blanks}{columns}", "Name");
            let title = if errors { "NETWORK ERRORS" } else { "NETWORK" };
            Heading::of(&format!("# {title} STATISTICS (/{per})"), &[&line])
        }
    }
}

pub(super) fn summary(total: &Activity, errors: bool, line: &mut Line) {
    if errors { by_kind(total, line) } else { traffic(total, line) }
}

/// The row of the interface at `index` among the selected ones.
pub(super) fn detail(
    index: usize,
    name: &[u8],
    width: usize,
    interface: &Activity,
    errors: bool,
    line: &mut Line,
) {
    line.int(index as f64, 4).text("  ");
    if errors {
        line.right([name, b":"].concat(), width);
        by_kind(interface, line);
    } else {
        line.right(name, width);
        line.text(" ");
        traffic(interface, line);
    }
}

fn traffic(Activity { incoming, outgoing }: &Activity, line: &mut Line) {
    line.int(incoming.kb, 6);
    for value in [
        incoming.packets,
        incoming.size,
        incoming.multicast,
        incoming.compressed,
        incoming.errors,
        outgoing.kb,
        outgoing.packets,
        outgoing.size,
        outgoing.compressed,
        outgoing.errors,
    ] {
        line.text(" ").int(value, 6);
    }
}

fn by_kind(Activity { incoming, outgoing }: &Activity, line: &mut Line) {
    for kind in [incoming.errs, incoming.dropped, incoming.fifo, incoming.frame] {
        line.text(" ").int(kind, 7);
    }
    line.text("  ");
    let Flow { errs, dropped, fifo, collisions, carrier, .. } = *outgoing;
    for kind in [errs, dropped, fifo, collisions, carrier] {
        line.text(" ").int(kind, 7);
    }
}

//! The rows of the verbose format.

use super::traffic::Traffic;
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::verbose::Heading;
use crate::settings::Per;
use crate::subsystem::Part;

/// Least width of the column of names.
pub(super) const NAME_WIDTH: usize = 6;

/// `width` is the width of names.
pub(super) fn heading(part: Part, width: usize, per: Per) -> Heading {
    const COLUMNS: &str = "KBIn   PktIn  SizeIn   KBOut  PktOut SizeOut  Errors";
    let per = per.word();
    match part {
        Part::Summary => Heading::of(&format!("# INFINIBAND SUMMARY (/{per})"), &[&format!("  {COLUMNS}")]),
        Part::Detail => Heading::of(
            &format!("# INFINIBAND STATISTICS (/{per})"),
            &[&format!("{:<width$}    {COLUMNS}", "HCA")],
        ),
    }
}

pub(super) fn summary(total: &Traffic, line: &mut Line) {
    let mut gap = "";
    for flow in [&total.incoming, &total.outgoing] {
        line.text(gap).int(flow.kb, 7).text(" ").int(flow.packets, 7).text(" ");
        line.scaled(flow.size(), 7, 7, Scale::Kilobytes);
        gap = " ";
    }
    line.text(" ").int(total.errors as f64, 7);
}

pub(super) fn detail(name: &[u8], width: usize, hca: &Traffic, line: &mut Line) {
    line.text(" ").left(name, width);
    for flow in [&hca.incoming, &hca.outgoing] {
        line.text(" ").scaled(flow.kb, 7, 7, Scale::Kilobytes);
        line.text(" ").scaled(flow.packets, 7, 6, Scale::Count);
        line.text(" ").scaled(flow.size(), 7, 4, Scale::Kilobytes);
    }
    line.text(" ").scaled(hca.errors as f64, 7, 7, Scale::Count);
}

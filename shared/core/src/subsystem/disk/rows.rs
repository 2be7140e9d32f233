//! The rows of the verbose format.

use super::options::Decimals;
use super::{Activity, Flow};
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::verbose::Heading;
use crate::settings::Per;

pub(super) fn heading(decimals: Decimals, per: Per) -> Heading {
    let lines = match decimals {
        Decimals::None => [
            "          <---------reads---------------><---------writes--------------><--------averages--------> Pct",
            "Name       KBytes Merged  IOs Size  Wait  KBytes Merged  IOs Size  Wait  RWSize  QLen  Wait SvcTim Util",
        ],
        Decimals::Some => [
            "          <------------reads--------------><-------------writes------------><---------averages---------->   Pct",
            "Name        KBytes Merged  IOs Size   Wait   KBytes Merged  IOs Size   Wait   RWSize   QLen   Wait SvcTim   Util",
        ],
        Decimals::More => [
            "          <-------------reads----------------><--------------writes-------------><-----------averages------------>    Pct",
            "Name         KBytes Merged  IOs Size    Wait    KBytes Merged  IOs Size    Wait    RWSize    QLen    Wait  SvcTim    Util",
        ],
    };
    Heading::of(&format!("# DISK STATISTICS (/{})", per.word()), &lines)
}

pub(super) fn summary(total: &Activity, line: &mut Line) {
    for (flow, blanks) in [(&total.read, " "), (&total.write, "   ")] {
        line.text(blanks).int(flow.kb, 6);
        line.text("  ").int(flow.merged, 6).text(" ").int(flow.requests, 6).text(" ").int(flow.size, 6);
    }
}

pub(super) fn detail(name: &[u8], disk: &Activity, decimals: Decimals, line: &mut Line) {
    let Activity { read, write, wait, request_kb, queue, service, busy } = disk;
    line.left(name, 11);
    match decimals {
        Decimals::None => {
            line.text(" ").int(read.kb, 6).text(" ").int(read.merged, 6);
            requests(read, line).int(read.wait, 5).text("  ");
            line.int(write.kb, 6).text(" ").int(write.merged, 6);
            requests(write, line).int(write.wait, 5).text("   ");
            line.int(*request_kb, 5).text(" ").int(*queue, 5).text("  ").int(*wait, 4);
            line.text("   ").int(*service, 4).text("  ").int(*busy, 3);
        }
        Decimals::Some | Decimals::More => {
            let places = if decimals == Decimals::Some { 1 } else { 2 };
            // Merges are rounded here, and cut off without decimals.
            line.text(" ").fixed(read.kb, 6 + places, places).text(" ").fixed(read.merged, 6, 0);
            requests(read, line).fixed(read.wait, 5 + places, places).text("  ");
            line.fixed(write.kb, 6 + places, places).text(" ").fixed(write.merged, 6, 0);
            requests(write, line).fixed(write.wait, 5 + places, places).text("  ");
            line.fixed(*request_kb, 5 + places, places).text("  ").fixed(*queue, 5 + places, places);
            line.text(" ").fixed(*wait, 5 + places, places).text(" ").fixed(*service, 5 + places, places);
            line.text("  ").fixed(*busy, 4 + places, places + 1);
        }
    }
}

fn requests<'a>(flow: &Flow, line: &'a mut Line) -> &'a mut Line {
    line.text(" ").scaled(flow.requests, 4, 4, Scale::Count);
    line.text(" ").scaled(flow.size, 4, 4, Scale::Kilobytes).text(" ")
}

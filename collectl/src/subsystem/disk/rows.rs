//! The rows of the verbose format.

use super::options::Decimals;
use super::{Activity, Flow, Rates};
use crate::number::Scale;
use crate::render::line::Line;
use crate::render::verbose::Heading;

pub(super) fn heading(decimals: Decimals) -> Heading {
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
    Heading::of("# DISK STATISTICS (/sec)", &lines)
}

pub(super) fn summary(rates: &Rates, line: &mut Line) {
    for (flow, blanks) in [(&rates.read, " "), (&rates.write, "  ")] {
        line.text(blanks).int(flow.kb, if blanks == " " { 6 } else { 7 });
        line.text(" ").int(flow.merged, 7).text(" ").int(flow.requests, 6).text(" ").int(flow.size, 6);
    }
}

pub(super) fn detail(name: &[u8], disk: &Activity, decimals: Decimals, line: &mut Line) {
    let Activity { waits, request_kb, queue, service, busy, .. } = disk;
    line.left(name, 11);
    match decimals {
        Decimals::None => {
            line.text(" ");
            flow(&disk.read, line, |kb, line| line.int(kb, 6)).text(" ").int(waits[0], 5).text("  ");
            flow(&disk.write, line, |kb, line| line.int(kb, 6)).text(" ").int(waits[1], 5).text("   ");
            line.int(*request_kb, 5).text(" ").int(*queue, 5).text("  ").int(waits[2], 4);
            line.text("   ").int(*service, 4).text("  ").int(*busy, 3);
        }
        Decimals::Some | Decimals::More => {
            let places = if decimals == Decimals::Some { 1 } else { 2 };
            line.text(" ");
            flow(&disk.read, line, |kb, line| line.fixed(kb, 6 + places, places));
            line.text(" ").fixed(waits[0], 5 + places, places).text("  ");
            flow(&disk.write, line, |kb, line| line.fixed(kb, 6 + places, places));
            line.text(" ").fixed(waits[1], 5 + places, places).text("  ");
            line.fixed(*request_kb, 5 + places, places).text("  ").fixed(*queue, 5 + places, places);
            line.text(" ").fixed(waits[2], 5 + places, places).text(" ").fixed(*service, 5 + places, places);
            line.text(" ").fixed(*busy, 5 + places, places + 1);
        }
    }
}

fn flow<'a>(flow: &Flow, line: &'a mut Line, kb: impl FnOnce(f64, &mut Line) -> &mut Line) -> &'a mut Line {
    kb(flow.kb, line).text(" ").int(flow.merged, 6).text(" ");
    line.scaled(flow.requests, 4, 4, Scale::Count).text(" ").scaled(flow.size, 4, 4, Scale::Kilobytes)
}

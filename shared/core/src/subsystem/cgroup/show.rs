//! How control groups are shown.

use super::{Activity, Part, Rates};
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::totals::Sum;
use crate::render::verbose::Heading;
use crate::settings::Per;

const COLUMNS: &str =
    "    CPU%   User%    Sys% Thr% Memory    Anon    File  OOM  KBRead KBWrite  Reads Writes  Tasks";

/// Widest column of names. Longer names shift the rest of their row.
const MAX_WIDTH: usize = 40;

pub(super) fn brief_header(sheet: &mut BriefSheet) {
    sheet.group("<------------Cgroups----------->", "Grps Tasks  CPU% Thr Memory OOM ");
}

pub(super) fn brief(rates: &Rates, line: &mut Line) {
    line.sum(Sum::Level);
    line.scaled(rates.groups as f64, 4, 4, Scale::Count).text(" ");
    line.scaled(rates.total.tasks, 5, 5, Scale::Count).text(" ");
    line.int(rates.total.cpu, 5).text(" ");
    line.scaled(rates.throttled as f64, 3, 3, Scale::Count).text(" ");
    line.scaled(rates.total.memory, 6, 6, Scale::Memory).text(" ");
    line.sum(Sum::Count).scaled(rates.total.killed, 3, 3, Scale::Count).text(" ");
}

pub(super) fn heading(part: Part, rates: &Rates, per: Per) -> Heading {
    let per = per.word();
    match part {
        Part::Summary => {
            Heading::of(&format!("# CONTROL GROUPS SUMMARY (/{per})"), &[&format!("Groups Throttl{COLUMNS}")])
        }
        Part::Detail => {
            // The # takes the first column.
            let line = format!("{:width$}{COLUMNS}", "Name", width = name_width(rates) - 1);
            Heading::of(&format!("# CONTROL GROUPS (/{per})"), &[&line])
        }
    }
}

/// The width of names: that of the longest.
pub(super) fn name_width(rates: &Rates) -> usize {
    rates.each.iter().map(|(name, _)| name.len()).max().unwrap_or(0).clamp(8, MAX_WIDTH)
}

pub(super) fn summary(rates: &Rates, line: &mut Line) {
    line.int(rates.groups as f64, 7).text(" ").int(rates.throttled as f64, 7);
    cells(&rates.total, line);
}

pub(super) fn detail(name: &[u8], width: usize, activity: &Activity, line: &mut Line) {
    line.left(name, width);
    cells(activity, line);
}

fn cells(activity: &Activity, line: &mut Line) {
    for percent in [activity.cpu, activity.user, activity.system] {
        line.text(" ").fixed(percent, 7, 1);
    }
    line.text(" ").int(activity.throttled, 4);
    for (kb, width) in [(activity.memory, 6), (activity.anonymous, 7), (activity.file, 7)] {
        line.text(" ").scaled(kb, width, width, Scale::Memory);
    }
    line.text(" ").int(activity.killed, 4);
    for kb in [activity.read_kb, activity.write_kb] {
        line.text(" ").scaled(kb, 7, 7, Scale::Kilobytes);
    }
    for count in [activity.reads, activity.writes] {
        line.text(" ").scaled(count, 6, 6, Scale::Count);
    }
    line.text(" ").scaled(activity.tasks, 6, 6, Scale::Count);
}

//! The figures of pressure.

use super::resource::{Lines, Resources};
use super::{Rates, Share};
use crate::figure::{Figure, Form, Group, Table};
use crate::render::sheet::Sheet;

type PressureFigure = Figure<Share>;
type PressureGroup = Group<'static, Share>;

const FIXED: Form = Form::Fixed(2);

/// The lines of all resources. Two are not in the plot format: `full` of processors has no meaning for a whole machine,
/// and interrupts have no `some`.
static GROUPS: Resources<Lines<PressureGroup>> = Resources {
    cpu: Lines { some: columns(some("pressure.cpu.some."), "CpuSome"), full: full("pressure.cpu.full.") },
    memory: Lines {
        some: columns(some("pressure.memory.some."), "MemSome"),
        full: columns(full("pressure.memory.full."), "MemFull"),
    },
    io: Lines {
        some: columns(some("pressure.io.some."), "IoSome"),
        full: columns(full("pressure.io.full."), "IoFull"),
    },
    irq: Lines { some: some("pressure.irq.some."), full: columns(full("pressure.irq.full."), "IrqFull") },
};

static FIGURES: [PressureFigure; 5] = [
    PressureFigure::share("percent", |line| line.percent.into())
        .help("share of the interval in which tasks waited")
        .plot("%")
        .plot_as(FIXED)
        .lexpr("pct")
        .lexpr_as(FIXED),
    PressureFigure::share("average_10_percent", |line| line.avg10.into())
        .help("the kernel's own average of the last 10 seconds")
        .plot("10")
        .plot_as(FIXED)
        .lexpr("avg10")
        .lexpr_as(FIXED),
    PressureFigure::share("average_60_percent", |line| line.avg60.into())
        .help("the same of the last 60 seconds")
        .plot("60")
        .plot_as(FIXED)
        .lexpr("avg60")
        .lexpr_as(FIXED),
    PressureFigure::share("average_300_percent", |line| line.avg300.into())
        .help("the same of the last 300 seconds")
        .plot("300")
        .plot_as(FIXED)
        .lexpr("avg300")
        .lexpr_as(FIXED),
    PressureFigure::count("ms", |line| line.millis.into())
        .milliseconds()
        .help("time in which tasks waited")
        .plot("Ms")
        .lexpr("ms"),
];

const fn some(lexpr: &'static str) -> PressureGroup {
    Group::one("some", "", &FIGURES).lexpr(lexpr)
}

const fn full(lexpr: &'static str) -> PressureGroup {
    Group::one("full", "", &FIGURES).lexpr(lexpr)
}

const fn columns(group: PressureGroup, prefix: &'static str) -> PressureGroup {
    group.plot("PSI").column_prefix(prefix)
}

/// Adds the lines that the kernel has. The plot format has the same columns for all kernels, with 0 for missing lines.
pub(super) fn push(rates: &Rates, sheet: &mut Sheet<'_>) {
    let each = || GROUPS.each().into_iter().zip(rates.each());
    if matches!(sheet, Sheet::PlotNames(_) | Sheet::Plot(_)) {
        for ((_, groups), (_, lines)) in each() {
            let plotted =
                groups.each().into_iter().zip(lines.each()).filter(|(group, _)| !group.plot.is_empty());
            plotted.for_each(|(group, share)| sheet.one(group, &share.unwrap_or_default()));
        }
        return;
    }
    sheet.within("pressure", |sheet| {
        for ((resource, groups), (_, lines)) in each().filter(|(_, (_, lines))| lines.is_any()) {
            sheet.within(resource, |sheet| {
                let known = groups.each().into_iter().zip(lines.each());
                known.for_each(|(group, share)| share.iter().for_each(|share| sheet.one(group, share)));
            });
        }
    });
}

/// The table of the documentation. No kernel has `some` of interrupts.
pub(super) fn table() -> Table {
    let lines = |name: &'static str, lines: &[&PressureGroup]| {
        Table::nest(name, "", lines.iter().map(|line| line.table()).collect::<Vec<_>>())
    };
    let resources = GROUPS.each().map(|(name, groups)| match name {
        "irq" => lines(name, &[&groups.full]),
        _ => lines(name, &groups.each()),
    });
    Table::nest("pressure", "how long tasks waited", resources).note(
        "For each resource, `some` is the time in which at least one task waited for it, `full` that in which all \
         tasks\ndid. Resources and lines that the kernel does not have are left out.",
    )
}

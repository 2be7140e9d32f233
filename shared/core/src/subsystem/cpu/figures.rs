//! The figures of processors.

use super::shares::Shares;
use super::{Processor, Rates};
use crate::figure::{Figure, Form, Group, Value, join};

/// All processors together.
pub(super) static CPU: Group<'_, Rates> =
    Group::one("cpu", "all processors", &SUMMARY).plot("CPU").lexpr("cputotals.");

/// Each processor.
pub(super) static CPUS: Group<'_, Processor> = Group::many("cpus", "each processor", &DETAIL)
    .name("number", "number of the processor")
    .plot("CPU")
    .lexpr("cpuinfo.")
    .numbered("cpu");

type All = Figure<Rates>;
type Each = Figure<Processor>;

const FIXED: Form = Form::Fixed(2);

const NUMBER: All = All::level("processors", |cpu| cpu.processors.into())
    .help("processors that are switched on")
    .lexpr_at(0, "num");

/// Shares of time. In lexpr two sums are called totals for each processor as well, as in the Perl collectl.
const fn shares<T: AsRef<Shares>>() -> [Figure<T>; 13] {
    [
        Figure::<T>::share("user_percent", |cpu| cpu.as_ref().user.into())
            .help("time in user programs")
            .plot_at(1, "User%")
            .lexpr_at(1, "user"),
        Figure::<T>::share("nice_percent", |cpu| cpu.as_ref().nice.into())
            .help("the same, of low priority")
            .plot_at(2, "Nice%")
            .lexpr_at(2, "nice"),
        Figure::<T>::share("system_percent", |cpu| cpu.as_ref().system.into())
            .help("time in the kernel")
            .plot_at(3, "Sys%")
            .lexpr_at(3, "sys"),
        Figure::<T>::share("wait_percent", |cpu| cpu.as_ref().wait.into())
            .help("idle time with disk I/O outstanding")
            .plot_at(4, "Wait%")
            .lexpr_at(4, "wait"),
        Figure::<T>::share("irq_percent", |cpu| cpu.as_ref().irq.into())
            .help("time in interrupts")
            .plot_at(5, "Irq%")
            .lexpr_at(5, "irq"),
        Figure::<T>::share("soft_irq_percent", |cpu| cpu.as_ref().soft.into())
            .help("time in soft interrupts")
            .plot_at(6, "Soft%")
            .lexpr_at(6, "soft"),
        Figure::<T>::share("steal_percent", |cpu| cpu.as_ref().steal.into())
            .help("time that the hypervisor gave to other machines")
            .plot_at(7, "Steal%")
            .lexpr_at(7, "steal"),
        Figure::<T>::share("idle_percent", |cpu| cpu.as_ref().idle.into())
            .help("time with nothing to do")
            .plot_at(8, "Idle%")
            .lexpr_at(8, "idle"),
        Figure::<T>::share("busy_percent", |cpu| cpu.as_ref().busy().into())
            .help("all time but idle and wait")
            .plot_at(9, "Totl%"),
        Figure::<T>::share("guest_percent", |cpu| cpu.as_ref().guest.into())
            .help("time of virtual machines; included in user")
            .plot_at(10, "Guest%"),
        Figure::<T>::share("guest_nice_percent", |cpu| cpu.as_ref().guest_nice.into())
            .help("the same, of low priority; included in nice")
            .plot_at(11, "GuestN%"),
        Figure::<T>::column(|cpu| cpu.as_ref().all_system().into()).lexpr_at(13, "cputotals.systot"),
        Figure::<T>::column(|cpu| (cpu.as_ref().user + cpu.as_ref().nice).into())
            .lexpr_at(14, "cputotals.usertot"),
    ]
}

const TOTAL: All = All::column(|cpu| cpu.total.busy().into()).lexpr_at(15, "total");

const EVENTS: [All; 3] = [
    All::rate("interrupts", |cpu| cpu.interrupts.into())
        .help("interrupts")
        .plot_at(12, "Intrpt/")
        .lexpr_at(17, "ctxint.int"),
    All::rate("context_switches", |cpu| cpu.switches.into())
        .help("context switches")
        .plot_at(13, "Ctx/")
        .lexpr_at(16, "ctxint.ctx"),
    All::rate("processes_created", |cpu| cpu.created.into())
        .help("processes and threads created")
        .plot_at(14, "Proc/")
        .lexpr_at(18, "proc.creates"),
];

const TASKS: [All; 7] = [
    All::level("load_average_1", |cpu| cpu.load.one.into())
        .help("load average of one minute")
        .plot_at(17, "L-Avg1")
        .plot_as(FIXED)
        .lexpr_at(21, "cpuload.avg1")
        .lexpr_as(FIXED),
    All::level("load_average_5", |cpu| cpu.load.five.into())
        .help("of five minutes")
        .plot_at(18, "L-Avg5")
        .plot_as(FIXED)
        .lexpr_at(22, "cpuload.avg5")
        .lexpr_as(FIXED),
    All::level("load_average_15", |cpu| cpu.load.fifteen.into())
        .help("of fifteen minutes")
        .plot_at(19, "L-Avg15")
        .plot_as(FIXED)
        .lexpr_at(23, "cpuload.avg15")
        .lexpr_as(FIXED),
    All::level("tasks_running", |cpu| cpu.load.running.into())
        .help("runnable tasks, except collectl")
        .plot_at(16, "ProcRun")
        .plot_as(Form::Number)
        .lexpr_at(20, "proc.run"),
    All::level("tasks", |cpu| cpu.load.tasks.into())
        .help("all tasks")
        .plot_at(15, "ProcQue")
        .plot_as(Form::Number)
        .lexpr_at(19, "proc.runq"),
    All::level("processes_running", |cpu| cpu.running.into())
        .help("the same as `tasks_running`, from `/proc/stat`")
        .plot_at(20, "RunTot"),
    All::level("processes_blocked", |cpu| cpu.blocked.into())
        .help("processes that wait for I/O")
        .plot_at(21, "BlkTot"),
];

static SUMMARY: [All; 25] = join(&[&[NUMBER], &shares(), &[TOTAL], &EVENTS, &TASKS]);

const INTERRUPTS: Each =
    Each::rate("interrupts", |cpu| cpu.interrupts.map_or(Value::Unmeasured, Value::Number))
        .help("interrupts of this processor, with `-sCj`")
        .plot_at(12, "Intrpt")
        .lexpr_at(12, "intrpt");

static DETAIL: [Each; 14] = join(&[&shares(), &[INTERRUPTS]]);

impl AsRef<Shares> for Rates {
    fn as_ref(&self) -> &Shares {
        &self.total
    }
}

impl AsRef<Shares> for Processor {
    fn as_ref(&self) -> &Shares {
        &self.shares
    }
}

//! The figures of control groups.

use super::Rates;
use super::activity::Activity;
use crate::figure::{Figure, Form, Group, Value, join};

type All = Figure<Rates>;

/// All groups together.
pub(super) static CGROUP: Group<'_, Rates> =
    Group::one("cgroup", "all control groups", &SUMMARY).plot("CG").lexpr("cgrouptotals.");

/// Each group.
pub(super) static CGROUPS: Group<'_, Activity> = Group::many("cgroups", "each control group", &DETAIL)
    .name("name", "its job or unit, or the last two names of its path")
    .plot("CG")
    .name_column("Name")
    .lexpr("cgroupinfo.");

static SUMMARY: [All; 16] = join(&[&COUNTS, &activity()]);
static DETAIL: [Figure<Activity>; 14] = activity();

const COUNTS: [All; 2] = [
    All::level("groups", |all| all.groups.into())
        .help("groups that are shown")
        .plot("Groups")
        .lexpr("groups"),
    All::count("groups_throttled", |all| all.throttled.into())
        .help("groups that were throttled")
        .plot("Throttled")
        .lexpr("throttled"),
];

const FIXED: Form = Form::Fixed(2);

const fn activity<T: AsRef<Activity>>() -> [Figure<T>; 14] {
    [
        Figure::<T>::level("tasks", |it| Value::Whole(it.as_ref().tasks))
            .help("processes and threads")
            .plot("Tasks")
            .plot_as(Form::Integer)
            .lexpr("tasks"),
        Figure::<T>::share("cpu_percent", |it| it.as_ref().cpu.into())
            .help("time of processors; 100 is one of them")
            .plot("CPU%")
            .plot_as(FIXED)
            .lexpr("cpu"),
        Figure::<T>::share("user_percent", |it| it.as_ref().user.into())
            .help("the part of it in user programs")
            .plot("User%")
            .plot_as(FIXED)
            .lexpr("user"),
        Figure::<T>::share("system_percent", |it| it.as_ref().system.into())
            .help("the part of it in the kernel")
            .plot("Sys%")
            .plot_as(FIXED)
            .lexpr("sys"),
        Figure::<T>::share("throttled_percent", |it| it.as_ref().throttled.into())
            .help("periods in which it had used up its share (`cpu.max`)")
            .plot("Thr%")
            .lexpr("thr"),
        Figure::<T>::rate("throttled_ms", |it| it.as_ref().throttled_ms.into())
            .milliseconds()
            .help("time for which it then waited")
            .plot("ThrMs")
            .lexpr("thrms"),
        Figure::<T>::level("memory_kb", |it| Value::Whole(it.as_ref().memory))
            .kilobytes()
            .help("memory that is charged to it")
            .plot("Memory")
            .lexpr("memory"),
        Figure::<T>::level("anonymous_kb", |it| Value::Whole(it.as_ref().anonymous))
            .kilobytes()
            .help("the part of it that belongs to no file")
            .plot("Anon")
            .lexpr("anon"),
        Figure::<T>::level("cached_kb", |it| Value::Whole(it.as_ref().file))
            .kilobytes()
            .help("the part of it that is cached files")
            .plot("File")
            .lexpr("file"),
        Figure::<T>::count("killed", |it| Value::Whole(it.as_ref().killed))
            .help("processes killed because memory ran out")
            .plot("OOM")
            .lexpr("oom"),
        Figure::<T>::rate("read_kb", |it| it.as_ref().read_kb.into())
            .kilobytes()
            .help("read from block devices")
            .plot("ReadKB")
            .lexpr("readkbs"),
        Figure::<T>::rate("write_kb", |it| it.as_ref().write_kb.into())
            .kilobytes()
            .help("written to block devices")
            .plot("WriteKB")
            .lexpr("writekbs"),
        Figure::<T>::rate("reads", |it| it.as_ref().reads.into()).help("reads").plot("Reads").lexpr("reads"),
        Figure::<T>::rate("writes", |it| it.as_ref().writes.into())
            .help("writes")
            .plot("Writes")
            .lexpr("writes"),
    ]
}

impl AsRef<Activity> for Rates {
    fn as_ref(&self) -> &Activity {
        &self.total
    }
}

impl AsRef<Activity> for Activity {
    fn as_ref(&self) -> &Activity {
        self
    }
}

//! What `--export json` shows of control groups.

use super::Rates;
use super::activity::Activity;
use crate::render::json::Object;
use crate::subsystem::Part;

pub(super) fn push(part: Part, rates: &Rates, line: &mut Object) {
    match part {
        Part::Summary => line.object("cgroup", |all| {
            all.integers(["groups", "groups_throttled"], [rates.groups as u64, rates.throttled as u64]);
            push_activity(&rates.total, all);
        }),
        Part::Detail => line.list("cgroups", rates.each.iter(), |(name, activity), group| {
            push_activity(activity, group.text("name", name));
        }),
    };
}

fn push_activity(activity: &Activity, object: &mut Object) {
    let Activity { tasks, cpu, throttled, throttled_ms, memory, killed, kb, requests } = activity;
    object.whole("tasks", *tasks).numbers(["cpu_percent", "user_percent", "system_percent"], *cpu);
    object.numbers(["throttled_percent", "throttled_ms"], [*throttled, *throttled_ms]);
    for (key, value) in ["memory_kb", "anonymous_kb", "cached_kb"].into_iter().zip(*memory) {
        object.whole(key, value);
    }
    object.whole("killed", *killed);
    object.numbers(["read_kb", "write_kb"], *kb).numbers(["reads", "writes"], *requests);
}

//! What `--export json` shows of disks.

use super::{Activity, Flow, Rates};
use crate::render::json::Object;
use crate::subsystem::Part;

pub(super) fn push(part: Part, rates: &Rates, line: &mut Object) {
    match part {
        Part::Summary => {
            line.object("disk", |disk| {
                push_flow(["reads", "read_kb", "read_merges", "read_size_kb"], &rates.read, disk);
                push_flow(["writes", "write_kb", "write_merges", "write_size_kb"], &rates.write, disk);
            });
        }
        Part::Detail => {
            line.list("disks", rates.each.iter(), |(name, activity), disk| {
                disk.text("name", name);
                push_activity(activity, disk);
            });
        }
    }
}

fn push_activity(activity: &Activity, disk: &mut Object) {
    let Activity { read, write, waits: [read_wait, write_wait, wait], request_kb, queue, service, busy } =
        activity;
    push_flow(["reads", "read_kb", "read_merges", "read_size_kb"], read, disk);
    disk.number("read_wait_ms", *read_wait);
    push_flow(["writes", "write_kb", "write_merges", "write_size_kb"], write, disk);
    disk.number("write_wait_ms", *write_wait);
    disk.numbers(
        ["request_size_kb", "queue_length", "wait_ms", "service_ms", "busy_percent"],
        [*request_kb, *queue, *wait, *service, *busy],
    );
}

fn push_flow(keys: [&str; 4], flow: &Flow, disk: &mut Object) {
    disk.numbers(keys, [flow.requests, flow.kb, flow.merged, flow.size]);
}

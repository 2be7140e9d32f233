//! Processes in the plot format: one line each.

use collectl_wire::display::sanitize;

use super::rates::{Active, Rates};
use super::show::seconds;
use super::users::Users;
use crate::machine::Machine;
use crate::number::{NumberStyle, Scale, push_scaled};
use crate::render::plot::Values;

pub(super) const NAMES: [&str; 28] = [
    "PID", "User", "PR", "PPID", "THRD", "S", "VmSize", "VmLck", "VmRSS", "VmData", "VmStk", "VmExe",
    "VmLib", "CPU", "SysT", "UsrT", "PCT", "AccumT", "RKB", "WKB", "RKBC", "WKBC", "RSYS", "WSYS", "CNCL",
    "MajF", "MinF", "Command",
];

/// All tasks, sorted by number as text, as in the Perl collectl.
pub(super) fn in_order(rates: &Rates) -> Vec<&Active> {
    let mut tasks: Vec<_> = rates.tasks.iter().map(|task| (task.task.pid.to_string(), task)).collect();
    tasks.sort_by(|(one, _), (other, _)| one.cmp(other));
    tasks.into_iter().map(|(_, task)| task).collect()
}

pub(super) fn line(text: &[u8], active: &Active, machine: &Machine, users: &Users, values: &mut Values) {
    let (task, io, memory) = (&active.task, &active.io, &active.task.memory);
    values.integer(u64::from(task.pid));
    values.text(task.user.map_or_else(Default::default, |user| users.name(user)).as_bytes());
    if task.priority < 0 {
        values.text("RT")
    } else {
        values.integer(task.priority as u64)
    };
    values.integer(u64::from(task.parent)).truncated(task.threads as f64 - 1.0).text([task.state]);
    for size in [
        memory.size,
        memory.locked,
        memory.resident,
        memory.data,
        memory.stack,
        memory.executable,
        memory.library,
    ] {
        values.integer(size);
    }
    values.integer(task.processor);
    for jiffies in [active.system, active.user] {
        values.text(seconds(jiffies, machine));
    }
    values.truncated(active.percent).text(lifetime(active.total / machine.ticks));
    for rate in
        [io.read, io.written, io.read_called, io.write_called, io.read_calls, io.write_calls, io.cancelled]
    {
        values.truncated(rate);
    }
    for rate in [active.major_faults, active.minor_faults] {
        let mut number = Vec::new();
        push_scaled(&mut number, rate, 4, Scale::Count, NumberStyle::Cut);
        values.text(number.trim_ascii_start());
    }
    let command = task.command.clone().unwrap_or_else(|| task.name.clone());
    values.text(sanitize(&text[command]).as_bytes());
}

/// `H:MM:SS`
pub(super) fn lifetime(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::super::parse::Task;
    use super::*;

    #[test]
    fn the_order_is_that_of_text() {
        let task = |pid| Active { task: Task { pid, ..Task::default() }, ..Active::default() };
        let rates = Rates { tasks: [1, 2, 10, 100, 11].map(task).into(), ..Rates::default() };
        let order: Vec<_> = in_order(&rates).iter().map(|task| task.task.pid).collect();
        assert_eq!(order, [1, 10, 100, 11, 2]);
        assert_eq!(lifetime(363_603), "101:00:03");
    }
}

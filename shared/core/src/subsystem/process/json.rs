//! What `--export json` shows of processes.

use super::Process;
use super::parse::Task;
use super::rates::{Active, Rates};
use super::show::parent;
use crate::render::json::{Object, rounded};

impl Process {
    pub(super) fn push_json(&self, rates: &Rates, line: &mut Object) {
        line.list("processes", self.shown(rates), |active, process| {
            self.push_task(active, process);
            self.push_activity(active, process);
            let name = &rates.text[active.task.name.clone()];
            let command = active.task.command.clone().map_or(name, |range| &rates.text[range]);
            process.text("name", name).text("command", command.trim_ascii_end());
        });
    }

    /// Its identity.
    fn push_task(&self, active: &Active, process: &mut Object) {
        let task = &active.task;
        process.integer("pid", task.pid.into()).insert("is_thread", task.is_thread.into());
        process.integer("parent_pid", parent(task).into());
        process.insert("user", task.user.map(|user| self.users.name(user)).into());
        process.text("state", &[task.state]).insert("priority", task.priority.into());
        process.integers(["threads", "processor"], [task.threads, task.processor]);
        process.insert("started", self.started(task).map(rounded).into());
        let memory = &task.memory;
        process.integers(
            [
                "virtual_kb",
                "locked_kb",
                "resident_kb",
                "data_kb",
                "stack_kb",
                "executable_kb",
                "library_kb",
                "swapped_kb",
            ],
            [
                memory.size,
                memory.locked,
                memory.resident,
                memory.data,
                memory.stack,
                memory.executable,
                memory.library,
                memory.swapped,
            ],
        );
    }

    /// Its activity. What the kernel hides about processes of other users is null.
    fn push_activity(&self, active: &Active, process: &mut Object) {
        let seconds = |jiffies: u64| jiffies as f64 / self.machine.ticks as f64;
        process.numbers(
            ["system_seconds", "user_seconds", "cpu_percent", "life_cpu_seconds"],
            [seconds(active.system), seconds(active.user), active.percent, seconds(active.total)],
        );
        process.numbers(["major_faults", "minor_faults"], [active.major_faults, active.minor_faults]);
        let mut push = |keys: &[&str], values: &[f64], known: bool| {
            for (key, value) in keys.iter().zip(values) {
                process.insert(key, known.then(|| rounded(*value)).into());
            }
        };
        let (io, has) = (&active.io, active.task.has);
        push(&["voluntary_switches", "involuntary_switches"], &active.switches, has.switches);
        push(
            &[
                "read_kb",
                "write_kb",
                "read_call_kb",
                "write_call_kb",
                "read_calls",
                "write_calls",
                "cancelled_write_kb",
            ],
            &[
                io.read,
                io.written,
                io.read_called,
                io.write_called,
                io.read_calls,
                io.write_calls,
                io.cancelled,
            ],
            has.io,
        );
    }

    /// The start of a task, in seconds since the epoch.
    fn started(&self, task: &Task) -> Option<f64> {
        let booted = self.machine.booted?;
        Some(booted + task.start as f64 / self.machine.ticks as f64)
    }
}

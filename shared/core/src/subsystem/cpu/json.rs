//! What `--export json` shows of processors.

use super::shares::Shares;
use super::{Cpu, Rates};
use crate::render::json::Object;
use crate::subsystem::Part;

impl Cpu {
    pub(super) fn push_json(&self, part: Part, rates: &Rates, line: &mut Object) {
        match part {
            Part::Summary => {
                line.object("cpu", |cpu| summary(rates, cpu));
            }
            Part::Detail => {
                line.list("cpus", &rates.each, |(index, each), cpu| {
                    cpu.integer("number", *index as u64);
                    push_shares(each, cpu);
                    if self.options.interrupts.is_some() {
                        cpu.number("interrupts", rates.interrupts_of(*index));
                    }
                });
            }
        }
    }
}

fn summary(rates: &Rates, cpu: &mut Object) {
    let Rates { processors, running, blocked, load, tasks, .. } = rates;
    cpu.integer("processors", *processors as u64);
    push_shares(&rates.total, cpu);
    cpu.numbers(
        ["interrupts", "context_switches", "processes_created"],
        [rates.interrupts, rates.switches, rates.created],
    );
    cpu.numbers(["load_average_1", "load_average_5", "load_average_15"], *load);
    cpu.integers(["tasks_running", "tasks"], *tasks);
    cpu.integers(["processes_running", "processes_blocked"], [*running, *blocked]);
}

fn push_shares(shares: &Shares, cpu: &mut Object) {
    cpu.numbers(
        [
            "user_percent",
            "nice_percent",
            "system_percent",
            "wait_percent",
            "irq_percent",
            "soft_irq_percent",
            "steal_percent",
        ],
        shares.user_to_steal(),
    );
    cpu.numbers(
        ["idle_percent", "busy_percent", "guest_percent", "guest_nice_percent"],
        [shares.idle, shares.busy(), shares.guest, shares.guest_nice],
    );
}

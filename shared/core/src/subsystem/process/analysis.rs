//! `--procanalyze`: one line per process of a recording.

use std::collections::BTreeMap;

use collectl_wire::display::sanitize;

use super::Process;
use super::figures::lifetime;
use super::parse::{Faults, Io, Memory, Task};
use super::rates::{Active, Rates};
use crate::clock::Time;
use crate::subsystem::analysis::{Step, Style, Summarize};
use crate::subsystem::counter::Counters as _;

const HEADING: &str = "Date From Thru Pid User PPid ExeSize SizeMin SizeMax LckMin LckMax RSSMin RSSMax DataMin DataMax \
                       StkMin StkMax LibMin LibMax sysT usrT PCT accumT RKB WKB RKBC WKBC RSYS WSYS CNCL threadsMin \
                       threadsMax majF minF Command";

/// All tasks by number and start jiffy: a number may be used again by another task.
pub(crate) type Lives = BTreeMap<(u32, u64), Life>;

/// The summary of a task.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    from: Time,
    thru: Time,
    user: Option<u32>,
    parent: u32,
    command: String,
    /// kB.
    executable: u64,
    least: Memory,
    most: Memory,
    /// Threads besides the first.
    least_threads: u64,
    most_threads: u64,
    /// Jiffies of the intervals in user and system mode.
    user_time: u64,
    system_time: u64,
    /// Jiffies of its whole life.
    total: u64,
    /// Seconds of the counted intervals in which it existed.
    seconds: f64,
    io: Io,
    faults: Faults,
}

impl Summarize for Process {
    type Summary = Lives;

    const ENDING: &'static str = "prcs";

    fn add(&self, rates: &Rates, step: Step, lives: &mut Lives) {
        for active in &rates.tasks {
            let key = (active.task.pid, active.task.starttime);
            let is_known = lives.contains_key(&key);
            let life = lives.entry(key).or_insert_with(|| Life::new(active, &rates.text, step.end));
            life.look(&active.task, step.end);
            life.total = active.total;
            // A process that existed in the first interval counts from its end on.
            if is_known || !step.is_first {
                life.add(active, step.interval.real);
            }
        }
    }

    fn write(&self, lives: &Lives, style: &Style, out: &mut Vec<u8>) {
        let separator = char::from(style.separator).to_string();
        out.extend_from_slice(HEADING.replace(' ', &separator).as_bytes());
        out.push(b'\n');
        for ((pid, _), life) in lives {
            let fields = self.fields(*pid, life, style);
            out.extend_from_slice(fields.join(&separator).as_bytes());
            out.push(b'\n');
        }
    }
}

impl Process {
    fn fields(&self, pid: u32, life: &Life, style: &Style) -> Vec<String> {
        let mut from = Vec::new();
        style.stamp.push(life.from, &mut from);
        let mut thru = Vec::new();
        style.stamp.push_clock(life.thru, &mut thru);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut fields: Vec<_> = text(&from).split_whitespace().map(str::to_owned).collect();
        fields.push(text(&thru));
        fields.push(pid.to_string());
        fields.push(life.user.map_or_else(String::new, |user| self.users.name(user).into_owned()));
        fields.push(life.parent.to_string());
        fields.push(life.executable.to_string());
        let sizes = |memory: &Memory| {
            [memory.vmsize, memory.vmlck, memory.vmrss, memory.vmdata, memory.vmstk, memory.vmlib]
        };
        for (least, most) in sizes(&life.least).iter().zip(sizes(&life.most)) {
            fields.extend([least.to_string(), most.to_string()]);
        }
        let ticks = self.machine.ticks;
        let (user, system) = (life.user_time, life.system_time);
        let percent = 100.0 * (user + system) as f64 / ticks as f64 / life.seconds;
        fields.extend([lifetime(system / ticks), lifetime(user / ticks)]);
        fields.push(format!("{:6.2}", if life.seconds > 0.0 { percent } else { 0.0 }));
        fields.push(lifetime(life.total / ticks));
        let Io { rchar, wchar, syscr, syscw, read_bytes, write_bytes, cancelled_write_bytes } = life.io;
        let kilobytes = [read_bytes, write_bytes, rchar, wchar].map(|bytes| bytes / 1024);
        let counts = [syscr, syscw, cancelled_write_bytes / 1024];
        let rest = [life.least_threads, life.most_threads, life.faults.majflt, life.faults.minflt];
        fields.extend(kilobytes.iter().chain(&counts).chain(&rest).map(u64::to_string));
        fields.push(life.command.clone());
        fields
    }
}

impl Life {
    fn new(active: &Active, text: &[u8], from: Time) -> Self {
        let task = &active.task;
        let command = task.command.clone().unwrap_or_else(|| task.name.clone());
        Self {
            from,
            thru: from,
            user: task.ruid,
            parent: task.ppid,
            command: sanitize(&text[command]).trim_end().to_owned(),
            executable: task.memory.vmexe,
            least: task.memory,
            most: task.memory,
            least_threads: active.more_threads(),
            most_threads: active.more_threads(),
            user_time: 0,
            system_time: 0,
            total: 0,
            seconds: 0.0,
            io: Io::default(),
            faults: Faults::default(),
        }
    }

    /// Includes the levels of an instant.
    fn look(&mut self, task: &Task, end: Time) {
        self.thru = end;
        self.least = self.least.each(&task.memory, u64::min);
        self.most = self.most.each(&task.memory, u64::max);
        let threads = task.num_threads.saturating_sub(1);
        self.least_threads = self.least_threads.min(threads);
        self.most_threads = self.most_threads.max(threads);
    }

    /// Adds its activity in an interval of this length.
    fn add(&mut self, active: &Active, seconds: f64) {
        let sum = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        let done = &active.done;
        self.seconds += seconds.max(0.0);
        sum(&mut self.user_time, active.user);
        sum(&mut self.system_time, active.system);
        self.faults.add(&done.faults);
        self.io.add(&done.io);
    }
}

#[cfg(test)]
mod tests {
    use super::super::PROCESSES;
    use super::*;
    use crate::frame::Frame;
    use crate::machine::Machine;
    use crate::render::stamp::{Stamp, StampFormat};
    use crate::settings::Settings;
    use crate::subsystem::analysis::{self, Analysis};

    fn frame(second: i64, lines: &str) -> Frame {
        let mut frame = Frame::default();
        frame.restart(Time::from_micros(second * 1_000_000));
        for line in lines.split_inclusive('\n') {
            frame.add_line(&PROCESSES, line.as_bytes());
        }
        frame
    }

    fn task(pid: u32, user: u64, start: u64, resident: u64) -> String {
        format!(
            "proc:{pid} stat {pid} (x) S 1 0 0 0 -1 0 5 0 0 0 {user} 0 0 0 20 0 2 0 {start} {}\n\
             proc:{pid} VmRSS: {resident} \
             kB\nproc:{pid} cmd /bin/x a \nproc:{pid} io read_bytes: {}\nproc:{pid} io cancelled_write_bytes: 0\n",
            "1 ".repeat(30),
            user * 1024
        )
    }

    fn lines(analysis: &dyn Analysis) -> Vec<String> {
        let stamp = StampFormat::new(Stamp::Date, false, jiff::tz::TimeZone::UTC);
        let text = analysis.text(&Style { separator: b'\t', stamp });
        let text = String::from_utf8(text).unwrap();
        text.lines().skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn a_process_counts_from_the_end_of_its_first_interval_or_from_its_start() {
        let mut analysis = analysis::boxed::<Process>(&Settings::default(), &Default::default());
        analysis.set_machine(&Machine { booted: Some(0.0), ..Machine::default() });
        assert!(analysis.is_empty());
        for (second, lines) in [
            (1000, task(5, 100, 0, 7)),
            (1002, task(5, 150, 0, 9)),
            (1004, task(5, 250, 0, 3) + &task(6, 40, 100_300, 1)),
            (1006, task(5, 350, 0, 4)),
        ] {
            analysis.accept(&frame(second, &lines), true);
        }
        assert!(!analysis.is_empty());
        let levels = "0\t0\t0\t0\t0\t3\t9\t0\t0\t0\t0\t0\t0";
        let other = "0\t0\t0\t0\t0\t1\t1\t0\t0\t0\t0\t0\t0";
        assert_eq!(
            lines(&*analysis),
            [
                format!(
                    "19700101\t00:16:42\t00:16:46\t5\t\t1\t{levels}\t0:00:00\t0:00:02\t 50.00\t\
                     0:00:03\t200\t0\t0\t0\t0\t0\t0\t1\t1\t0\t0\t/bin/x a"
                ),
                format!(
                    "19700101\t00:16:44\t00:16:44\t6\t\t1\t{other}\t0:00:00\t0:00:00\t 20.00\t\
                     0:00:00\t40\t0\t0\t0\t0\t0\t0\t1\t1\t0\t5\t/bin/x a"
                ),
            ]
        );
    }

    #[test]
    fn a_reused_number_has_a_new_line() {
        let mut analysis = analysis::boxed::<Process>(&Settings::default(), &Default::default());
        for (second, lines) in [(10, task(5, 1, 0, 7)), (12, task(5, 2, 0, 7)), (14, task(5, 3, 900, 7))] {
            analysis.accept(&frame(second, &lines), true);
        }
        assert_eq!(lines(&*analysis).len(), 2);
    }
}

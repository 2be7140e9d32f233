//! What the user chose that changes what subsystems measure and how numbers are written.

use crate::number::NumberStyle;
use crate::subsystem::process::ProcessOptions;
use crate::subsystem::slab::SlabOptions;
use crate::subsystem::top::Top;
use crate::subsystem::{
    InterruptFilter, NfsOptions, TcpFilter, cgroup, cpu, disk, environment, infiniband, memory, net,
};

/// All settings, as they come from switches; the defaults are those of a run without any.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What counters are divided by (`-on`).
    pub per: Per,
    /// How numbers are written in few columns (`-w`, `-og`, `-oG`).
    pub numbers: NumberStyle,
    /// Decimals of the plot format (`-o1`, `-o2`).
    pub decimals: usize,
    /// Bytes of a page of memory.
    pub page_size: usize,
    /// Interrupts that are shown and counted (`--intfilt`).
    pub interrupts: InterruptFilter,
    /// Whether the details of processors have their interrupts.
    pub interrupts_of_processors: bool,
    /// What is shown of NFS (`--nfsfilt`, `--nfsopts`).
    pub nfs: NfsOptions,
    /// What is shown of the TCP/IP stack (`--tcpfilt`); none for what is shown by default, or was recorded.
    pub tcp: Option<TcpFilter>,
    pub(crate) cpu: cpu::Options,
    pub(crate) disk: disk::Options,
    pub(crate) memory: memory::Options,
    pub(crate) net: net::Options,
    pub(crate) cgroup: cgroup::Options,
    pub(crate) infiniband: infiniband::Options,
    pub(crate) environment: environment::Options,
    /// How processes are captured and shown (`--procopts` and its kin).
    pub process: ProcessOptions,
    /// How slabs are (`--slabopts`, `--slabfilt`).
    pub slab: SlabOptions,
    /// Which processes or slabs are shown by their size (`--top`).
    pub top: Option<Top>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            per: Per::default(),
            numbers: NumberStyle::default(),
            decimals: 0,
            page_size: 4096,
            interrupts: InterruptFilter::default(),
            interrupts_of_processors: false,
            nfs: NfsOptions::default(),
            tcp: None,
            cpu: cpu::Options::default(),
            disk: disk::Options::default(),
            memory: memory::Options::default(),
            net: net::Options::default(),
            cgroup: cgroup::Options::default(),
            infiniband: infiniband::Options::default(),
            environment: environment::Options::default(),
            process: ProcessOptions::default(),
            slab: SlabOptions::default(),
            top: None,
        }
    }
}

/// What counters are divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Per {
    /// The seconds of the interval.
    #[default]
    Second,
    /// Nothing: they are what happened in the interval (`-on`).
    Interval,
}

impl Per {
    /// How it is called in headings: `sec` or `int`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Second => "sec",
            Self::Interval => "int",
        }
    }
}

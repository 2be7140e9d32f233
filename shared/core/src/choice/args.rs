//! The switches that select what is measured and how it is shown.

use crate::registry::SubsystemArgs;

/// What is measured and how it is shown, as typed.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Args {
    /// subsystems to measure, a letter each
    #[arg(short = 's', long, value_name = "LETTERS", allow_hyphen_values = true, help = subsystems_help())]
    pub subsys: Option<String>,

    /// all summaries except slabs
    #[arg(long)]
    pub all: bool,

    /// all summaries except slabs, and all details
    #[arg(long = "ALL")]
    pub all_details: bool,

    /// Lustre, which is not supported
    #[arg(long, value_name = "LETTERS", hide = true)]
    pub lustopts: Option<String>,

    /// Lustre, which is not supported
    #[arg(short = 'L', long, value_name = "SERVICES", hide = true)]
    pub lustsvcs: Option<String>,

    /// one section per subsystem, with more figures
    #[arg(long)]
    pub verbose: bool,

    /// verbose, with a separator before each interval
    #[arg(long)]
    pub full: bool,

    /// bare numbers in one line per interval, for plotting
    #[arg(short = 'P', long)]
    pub plot: bool,

    /// export for other programs: lexpr, one name and value per line; json, one object per line and interval
    /// (lexpr,s=LETTERS and json,s=LETTERS restrict the subsystems); vmstat, its columns; vmsum, virtual machines;
    /// proctree, the process tree with sums for each branch; raw, the raw file of a recording
    #[arg(long, value_name = "NAME[,OPTION]")]
    pub export: Option<String>,

    /// show the columns of vmstat, as --export vmstat does
    #[arg(long)]
    pub vmstat: bool,

    /// separator of the plot format: one character, or its decimal code [default: a blank]
    #[arg(long, value_name = "CHAR")]
    pub sep: Option<String>,

    /// mean sizes of requests and packets in the brief format
    #[arg(long)]
    pub iosize: bool,

    /// numbers in full, without units
    #[arg(short = 'w', long)]
    pub wide: bool,

    /// time stamps before each line: T time, d MM/DD and time, D YYYYMMDD and time, m adds milliseconds, U seconds
    /// since the epoch (plot format). Numbers: n counts per interval instead of per second; 1 and 2 set the decimals of
    /// the plot format; g and G show decimals for units of giga and more, as 1g25 and 1.3G. Disks: x shows only busy
    /// disks (see --limits), X all. Files: z does not compress, u puts the time into names of plot files, a appends to
    /// existing ones, c replaces them
    #[arg(short = 'o', long, value_name = "LETTERS")]
    pub options: Option<String>,

    /// seconds of the epoch in place of date and time in the plot format, as -oU does
    #[arg(long)]
    pub utc: bool,

    /// lines between two headers; 0 shows one header only, -1 none [default: the terminal's height less 2, or 22]
    #[arg(long = "hr", visible_alias = "headerrepeat", value_name = "LINES", allow_hyphen_values = true)]
    pub hr: Option<String>,

    /// show the LINES top processes or slabs by TYPE; v scrolls instead of starting at the top of the screen
    #[arg(long, value_name = "[TYPE][,LINES[,v]]", num_args = 0..=1, default_missing_value = "")]
    pub top: Option<String>,

    /// The switches of subsystems.
    #[command(flatten)]
    pub subsystems: SubsystemArgs,
}

/// The help of `-s`: the letters of the registry, summaries first.
fn subsystems_help() -> String {
    use crate::registry::{REGISTRY, letters_included};
    use crate::subsystem::Included;

    let mut summaries = Vec::new();
    let mut details = Vec::new();
    for descriptor in REGISTRY.iter().map(|entry| entry.descriptor) {
        let about = descriptor.about;
        summaries.extend(descriptor.summary.map(|letter| format!("{letter} {about}")));
        let named = if descriptor.summary.is_none() { format!(" {about}") } else { Default::default() };
        details.extend(descriptor.detail.map(|letter| format!("{letter}{named}")));
    }
    summaries.sort_unstable();
    details.sort_unstable();
    format!(
        "subsystems to measure, a letter each: {}; for details {} (T with -P only) [default: {}]; +LETTERS adds to the \
         default, -LETTERS takes away",
        summaries.join(", "),
        details.join(", "),
        letters_included(Included::Interactive),
    )
}

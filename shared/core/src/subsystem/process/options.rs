//! `--procopts` and `--procstate`.

use std::path::PathBuf;

use super::command::Cut;
use super::{Filter, Key};
use crate::subsystem::Context;
use crate::usage::UsageError;

/// The switches of processes.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// processes: c includes the time of ended children, f page faults since the start, i columns of I/O, I no I/O, k
    /// without shells, m columns of memory, p no new processes, r without folders, R priorities as numbers, s or S with
    /// the time or day of the start, t threads, uN N columns for users, wN with N characters of arguments, x context
    /// switches, z with --top omits processes whose figure is zero
    #[arg(long, value_name = "LETTERS")]
    procopts: Option<String>,

    /// processes: only those that match one of TYPE[+]MATCH,...: c within the name, C its start, f within the command
    /// line, p number, P parent, u user's number or range, U user; + with their threads; or a file of such lines
    #[arg(long, value_name = "FILTER")]
    procfilt: Option<String>,

    /// processes: only those in one of the states D I K P R S T W X Z t (see proc_pid_stat(5))
    #[arg(long, value_name = "STATES")]
    procstate: Option<String>,

    /// processes: the file with the names of users [default: /etc/passwd]
    #[arg(long, value_name = "FILE")]
    passwd: Option<String>,
}

/// Columns of a user's name with `u`, and without.
const WIDE_USER: usize = 12;
const USER: usize = 8;

/// How processes are captured and shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ProcessOptions {
    /// Which columns.
    pub layout: Layout,
    /// `c`: the time of ended children is included.
    pub children: bool,
    /// `f`: page faults since the start of the process.
    pub total_faults: bool,
    /// `I`: I/O is not captured.
    pub no_io: bool,
    /// `p`: processes that start after the first sample are ignored.
    pub no_new: bool,
    /// `R`: priorities of real-time processes as numbers.
    pub raw_priority: bool,
    /// `s`, `S`: when it was started.
    pub start: StartTime,
    /// `t`: threads of all processes.
    pub threads: bool,
    /// `x`: context switches.
    pub switches: bool,
    /// `z`: in `--top`, processes whose figure is zero are omitted.
    pub skip_zero: bool,
    /// `--procstate`: only processes in these states.
    pub states: States,
    /// `--procfilt`: only processes that pass.
    pub filter: Filter,
    /// `--passwd`: the file with the names of users.
    pub passwd: PathBuf,
    /// `--top`: the order, and how many are shown.
    pub top: Option<(Key, usize)>,
    pub(super) command: Cut,
    pub(super) user_width: Option<usize>,
}

/// Which columns are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A selection of everything.
    #[default]
    Mixed,
    /// `i`: input and output.
    Io,
    /// `m`: memory.
    Memory,
}

/// How the start of a process is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum StartTime {
    /// Not at all.
    #[default]
    Hidden,
    /// `s`: the time.
    Time,
    /// `S`: day and time.
    Day,
}

/// The letters of all kernels (proc_pid_stat(5)).
const STATES: &str = "DIKPRSTWXZtx";

/// Letters of states; all if there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct States(String);

impl ProcessOptions {
    /// Reads the switches.
    ///
    /// # Errors
    /// A [`UsageError`] for values that can't be read, and for switches that conflict with a playback.
    pub(super) fn resolve(args: &Args, context: &Context<'_>) -> Result<Self, UsageError> {
        let mut options = Self::parse(args.procopts.as_deref().unwrap_or_default())?;
        if options.skip_zero && context.top.is_none() {
            return Err(UsageError::new("--procopts z can only be used with --top"));
        }
        if let Some(passwd) = args.passwd.as_ref().or(context.presets.passwd.as_ref()) {
            options.passwd = PathBuf::from(passwd);
        }
        options.states = States::parse(args.procstate.as_deref().unwrap_or_default())?;
        if let Some(filter) = &args.procfilt {
            if context.playback {
                return Err(UsageError::new("sorry, but --procfilt not allowed in -p mode.  consider grep"));
            }
            options.filter = Filter::parse(filter, &options.passwd)?;
        }
        options.top = context.top.and_then(|top| top.of_processes());
        options.switches |= options.top.is_some_and(|(key, _)| key.is_of_switches());
        Ok(options)
    }

    /// Whether the columns are exactly those of the mixed layout.
    pub(super) fn is_plain(&self) -> bool {
        self.layout == Layout::Mixed && !self.switches && self.start == StartTime::Hidden
    }

    /// Reads the letters of `--procopts`.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown letter, a width that is too small, and for `i` with `m`.
    pub(super) fn parse(text: &str) -> Result<Self, UsageError> {
        let mut options = Self { passwd: PathBuf::from("/etc/passwd"), ..Self::default() };
        let mut letters = text.chars().peekable();
        let (mut io, mut memory, mut start) = (false, false, StartTime::Hidden);
        while let Some(letter) = letters.next() {
            let mut width = || {
                let mut digits = String::new();
                while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                digits.parse::<usize>().ok().map(|width| width.min(1 << 20))
            };
            match letter {
                'c' => options.children = true,
                'f' => options.total_faults = true,
                'i' => io = true,
                'I' => options.no_io = true,
                'k' => options.command.strip_shells = true,
                'm' => memory = true,
                'p' => options.no_new = true,
                'r' => options.command.base_name = true,
                'R' => options.raw_priority = true,
                's' => start = StartTime::Time,
                'S' if start == StartTime::Hidden => start = StartTime::Day,
                'S' => {}
                't' => options.threads = true,
                'u' => match width() {
                    Some(width) if width < USER => {
                        return Err(UsageError("minumum username width is 8".to_owned()));
                    }
                    width => options.user_width = Some(width.unwrap_or(WIDE_USER)),
                },
                'w' => options.command.arguments = Some(width().unwrap_or(usize::MAX)),
                'x' => options.switches = true,
                'z' => options.skip_zero = true,
                _ => {
                    return Err(UsageError(format!("invalid process option '{}'", letter.escape_debug())));
                }
            }
        }
        options.start = start;
        options.layout = match (io, memory) {
            (true, true) => {
                return Err(UsageError("process options i and m are mutually exclusive".to_owned()));
            }
            (true, false) => Layout::Io,
            (false, true) => Layout::Memory,
            (false, false) => Layout::Mixed,
        };
        Ok(options)
    }

    /// Columns of a user's name.
    pub(super) fn user_width(&self) -> usize {
        self.user_width.unwrap_or(USER)
    }
}

impl States {
    /// Reads the letters of `--procstate`.
    ///
    /// # Errors
    /// A [`UsageError`] for an unknown letter.
    pub(crate) fn parse(text: &str) -> Result<Self, UsageError> {
        if text.chars().all(|letter| STATES.contains(letter)) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UsageError(format!("--procstate not one or more of '{STATES}'")))
        }
    }

    pub(super) fn admit(&self, state: u8) -> bool {
        self.0.is_empty() || self.0.bytes().any(|letter| letter == state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_their_numbers() {
        let options = ProcessOptions::parse("ck").unwrap();
        assert!(options.children && options.command.strip_shells);
        let options = ProcessOptions::parse("u10w20xi").unwrap();
        assert_eq!((options.user_width(), options.command.arguments), (10, Some(20)));
        assert_eq!((options.switches, options.layout), (true, Layout::Io));
        assert_eq!(ProcessOptions::parse("ur").unwrap().user_width(), 12);
        assert_eq!(ProcessOptions::parse("w").unwrap().command.arguments, Some(usize::MAX));
        assert_eq!(ProcessOptions::parse("Ss").unwrap().start, StartTime::Time);
        assert_eq!(
            ProcessOptions::parse("w99999999999999999999").unwrap().command.arguments,
            Some(usize::MAX)
        );
    }

    #[test]
    fn refused() {
        for (text, message) in [
            ("im", "process options i and m are mutually exclusive"),
            ("q", "invalid process option 'q'"),
            ("u5", "minumum username width is 8"),
        ] {
            assert_eq!(ProcessOptions::parse(text).unwrap_err().0, message);
        }
        assert_eq!(States::parse("RQ").unwrap_err().0, "--procstate not one or more of 'DIKPRSTWXZtx'");
    }

    #[test]
    fn states() {
        assert!(States::default().admit(b'I'));
        let running = States::parse("RD").unwrap();
        assert!(running.admit(b'D') && !running.admit(b'S'));
        let traced = States::parse("tI").unwrap();
        assert!(traced.admit(b't') && traced.admit(b'I') && !traced.admit(b'T'));
    }
}

//! The keys of `collectl.conf`: all that the Perl collectl knows, so that its files can be used unchanged.

use std::time::Duration;

use collectl_core::choice::selection;
use regex::bytes::Regex;

use super::{Config, shown};

/// A key: its name, its default, and what it does.
#[derive(Debug)]
pub struct Key {
    /// The word before the `=`.
    pub name: &'static str,
    /// The default; empty for none.
    pub default: &'static str,
    /// What it means, for an administrator.
    pub meaning: &'static str,
    /// What a value does.
    pub effect: Effect,
}

/// The effect of a value.
#[derive(Debug, Clone, Copy)]
pub enum Effect {
    /// It is stored in the configuration, or rejected with a reason.
    Set(fn(&mut Config, &str) -> Result<(), String>),
    /// None, but it must be a number, as in the Perl collectl.
    IgnoredNumber,
    /// None.
    Ignored,
}

impl Effect {
    pub(super) fn follow(self, config: &mut Config, value: &str) -> Result<(), String> {
        match self {
            Self::Set(set) => set(config, value),
            Self::IgnoredNumber => number::<f64>(value, "a number").map(drop),
            Self::Ignored => Ok(()),
        }
    }

    /// Whether the value changes anything.
    #[must_use]
    pub fn is_ignored(self) -> bool {
        !matches!(self, Self::Set(_))
    }
}

/// The key of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

const fn set(
    name: &'static str,
    default: &'static str,
    meaning: &'static str,
    set: fn(&mut Config, &str) -> Result<(), String>,
) -> Key {
    Key { name, default, meaning, effect: Effect::Set(set) }
}

const fn ignored_number(name: &'static str, default: &'static str, meaning: &'static str) -> Key {
    Key { name, default, meaning, effect: Effect::IgnoredNumber }
}

const fn ignored(name: &'static str, meaning: &'static str) -> Key {
    Key { name, default: "", meaning, effect: Effect::Ignored }
}

/// All keys: first those with an effect, then those that are ignored.
pub const KEYS: &[Key] = &[
    set(
        "DaemonCommands",
        "",
        "switches that are read with -D, before those of the command line, which win",
        daemon_commands,
    ),
    set(
        "SubsysCore",
        "bcdfijmnstx",
        "letters of the subsystems of a daemon, where -s does not name them",
        core,
    ),
    set("Interval", "10", "seconds between two samples of a daemon", |config, value| {
        interval(config, 0, value)
    }),
    set(
        "Interval2",
        "60",
        "seconds between two samples of slabs and processes of a daemon, a multiple of Interval",
        |config, value| interval(config, 1, value),
    ),
    set(
        "Interval3",
        "120",
        "seconds between two samples of the environment of a daemon, a multiple of Interval",
        |config, value| interval(config, 2, value),
    ),
    set("Port", "2655", "TCP port of -A", port),
    set("Timeout", "10", "seconds that connecting to the address of -A may take", timeout),
    set("LimIOS", "10", "least reads or writes per second of the disks that -ox shows (see --limits)", limit),
    set("TermHeight", "24", "lines of a terminal whose height is unknown", rows),
    set("Passwd", "/etc/passwd", "file with the names of users", passwd),
    set(
        "DiskFilter",
        "",
        "a regular expression between slashes: lines of /proc/diskstats to read, as with --rawdskfilt; blanks count, \
         commas and look-around are not allowed. By default, all whole disks and stacked devices",
        disk_filter,
    ),
    ignored_number("LimSVC", "30", "not shown in any format"),
    ignored_number("LimBool", "0", "not shown in any format"),
    ignored_number("LimLusKBS", "100", "Lustre"),
    ignored_number("LimLusReints", "1000", "Lustre"),
    ignored_number("LustreSvcLunMax", "10", "Lustre"),
    ignored_number("LustreMaxBlkSize", "512", "Lustre"),
    ignored_number("LustreConfigInt", "1", "Lustre"),
    ignored_number("InterConnectInt", "900", "InfiniBand devices are looked for in each sample"),
    ignored_number("DefNetSpeed", "10000", "traffic is shown as counted by the kernel, whatever the speed"),
    ignored_number("DiskMaxValue", "5000000", "counters of a disk that was reset are recognized"),
    ignored_number("MaxZlibErrors", "20", "every failed write is reported"),
    ignored_number("TimeHiResCheck", "1", "a module of Perl"),
    ignored("ReqDir", "a module of Perl"),
    ignored("Libraries", "a module of Perl"),
    ignored("Grep", "programs that are not needed"),
    ignored("Egrep", "programs that are not needed"),
    ignored("Ps", "programs that are not needed"),
    ignored("Rpm", "programs that are not needed"),
    ignored("Lspci", "programs that are not needed"),
    ignored("Lctl", "programs that are not needed"),
    ignored("Resize", "the height is read from the terminal"),
    ignored("Ipmitool", "ipmitool is looked for in PATH"),
    ignored("IpmiCache", "ipmitool is run without a cache"),
    ignored("IpmiTypes", "ipmitool reports all sensors"),
    ignored("PCounter", "InfiniBand is read from /sys"),
    ignored("PQuery", "InfiniBand is read from /sys"),
    ignored("VStat", "InfiniBand is read from /sys"),
    ignored("OfedInfo", "InfiniBand is read from /sys"),
    ignored("ProcReadTest", "a defect of old kernels"),
];

fn daemon_commands(config: &mut Config, value: &str) -> Result<(), String> {
    let words = shell_words::split(value).map_err(|_| "a quote is not closed")?;
    config.daemon_commands = (value.to_owned(), words);
    Ok(())
}

fn core(config: &mut Config, value: &str) -> Result<(), String> {
    let value = plain(value);
    let (known, unknown): (String, String) = value.chars().partition(|letter| selection::is_known(*letter));
    config.defaults.core = Some(known).filter(|known| !known.is_empty());
    match unknown.chars().next() {
        Some(letter) => Err(format!("no subsystem has the letter '{}'", letter.escape_debug())),
        None => Ok(()),
    }
}

fn interval(config: &mut Config, which: usize, value: &str) -> Result<(), String> {
    let value = plain(value);
    seconds(value)?;
    config.defaults.intervals[which] = Some(value.to_owned());
    Ok(())
}

fn port(config: &mut Config, value: &str) -> Result<(), String> {
    let port = number(value, "a port").ok().filter(|port| *port > 0);
    config.defaults.port = Some(port.ok_or_else(|| refused(value, "a port"))?);
    Ok(())
}

fn timeout(config: &mut Config, value: &str) -> Result<(), String> {
    config.defaults.timeout = Some(Duration::from_secs_f64(seconds(value)?));
    Ok(())
}

fn limit(config: &mut Config, value: &str) -> Result<(), String> {
    config.defaults.presets.busy_disk = Some(number(value, "a number")?);
    Ok(())
}

fn rows(config: &mut Config, value: &str) -> Result<(), String> {
    let rows = number(value, "a number of lines")?;
    config.defaults.rows = Some(rows).filter(|rows| *rows > 0);
    Ok(())
}

fn passwd(config: &mut Config, value: &str) -> Result<(), String> {
    config.defaults.presets.passwd = Some(plain(value).to_owned());
    Ok(())
}

fn disk_filter(config: &mut Config, value: &str) -> Result<(), String> {
    let inner = value.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    let (pattern, _) = inner.ok_or_else(|| format!("'{}' is not between slashes", shown(value)))?;
    if pattern.contains(',') {
        return Err("a comma can't be part of it".to_owned());
    }
    Regex::new(pattern).map_err(|_| format!("'{}' is not a regular expression", shown(pattern)))?;
    config.defaults.presets.disk_filter = Some(pattern.to_owned()).filter(|pattern| !pattern.is_empty());
    Ok(())
}

fn seconds(value: &str) -> Result<f64, String> {
    let what = "a number of seconds";
    let seconds = number(value, what).ok().filter(|seconds| (0.001..=86_400.0).contains(seconds));
    seconds.ok_or_else(|| refused(value, what))
}

fn number<T: std::str::FromStr>(value: &str, what: &str) -> Result<T, String> {
    plain(value).parse().map_err(|_| refused(value, what))
}

fn refused(value: &str, what: &str) -> String {
    format!("'{}' is not {what}", shown(plain(value)))
}

/// The value without a trailing comment. Lines of the Perl collectl's file have one when they are uncommented.
fn plain(value: &str) -> &str {
    let comment = value.match_indices('#').find(|(at, _)| value[..*at].ends_with([' ', '\t']) || *at == 0);
    comment.map_or(value, |(at, _)| &value[..at]).trim_end()
}

//! How raw files are played: by the switches of collectl that choose what is shown and how.

use thiserror::Error;

use crate::base::library::{Header, Literal, Plan, UsageError};

/// Switches that do not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SwitchesError {
    #[error("collectl: {0}")]
    Usage(String),
    #[error("collectl's {0} does not apply to a replay")]
    NotForReplay(&'static str),
}

impl From<UsageError> for SwitchesError {
    fn from(error: UsageError) -> Self {
        Self::Usage(error.0)
    }
}

/// How raw files are played.
#[derive(Debug, Clone)]
pub(crate) struct Switches(Plan);

impl Switches {
    /// Reads `words`, or `usual` where there are none.
    ///
    /// # Errors
    /// Where collectl would refuse them, and for those that do not choose what is shown.
    pub(crate) fn parse(words: &[String], usual: &[&str]) -> Result<Self, SwitchesError> {
        let words = if words.is_empty() {
            usual.iter().map(|&word| word.to_owned()).collect()
        } else {
            words.to_vec()
        };
        let mut literal = Literal::parse_from_args(&words)?;
        if let Some(switch) = others(&literal) {
            return Err(SwitchesError::NotForReplay(switch));
        }
        // The replay itself chooses the files.
        literal.playback = Some(String::new());
        Ok(Self(Plan::resolve(&literal, None)?))
    }

    /// The plan for a recording with this header. None if nothing that is to be shown was recorded.
    pub(super) fn for_recording(&self, header: &Header) -> Option<Plan> {
        self.0.for_recording(header)
    }
}

/// The first switch that was given and does not choose what is shown. Every switch of collectl is in this list: one that is
/// new has to be entered either as one that is allowed or as one that is not.
#[rustfmt::skip]
fn others(literal: &Literal) -> Option<&'static str> {
    let Literal {
        // Allowed: what is shown.
        subsys: _, all: _, all_details: _, cpufilt: _, dskfilt: _, dskremap: _, netfilt: _, intfilt: _, nfsfilt: _,
        tcpfilt: _, cgroupfilt: _, envfilt: _, envremap: _, procfilt: _, procstate: _, slabfilt: _, top: _, passwd: _,
        // Allowed: how it is shown.
        verbose: _, full: _, plot: _, export: _, vmstat: _, sep: _, iosize: _, limits: _, wide: _, options: _, hr: _,
        home: _, cpuopts: _, dskopts: _, netopts: _, xopts: _, envopts: _, memopts: _, nfsopts: _, procopts: _,
        slabopts: _, quiet: _, hostname: _,
        // Refused by collectl itself where it plays, or never.
        lustopts: _, lustsvcs: _, interval: _, count: _, runtime: _, showdefs: _,
        // No switches.
        line: _, daemon_commands: _, defaults: _,
        // Not allowed.
        rawdskfilt, rawdskignore, rawnetfilt, rawnetignore, playback, files, from, thru, offsettime, grep, extract,
        procanalyze, slabanalyze, stats, statopts, messages, filename, rawtoo, brief, tworaw, nogzip, comment, flush,
        rolllogs, daemon, pname, runas, umask, nohup, nice, align, config, address, bind, allow, max_clients, history,
        procfs, sysfs, showcolheaders, showheader, showtopopts, help, helpextend, helpall, showsubsys, showoptions,
        showsubopts, version,
    } = literal;
    let switches = [
        (rawdskfilt.is_some() || rawdskignore.is_some(), "--rawdskfilt"),
        (rawnetfilt.is_some() || rawnetignore.is_some(), "--rawnetfilt"),
        (playback.is_some() || !files.is_empty(), "-p"),
        (from.is_some(), "--from (give it before '--')"),
        (thru.is_some(), "--thru (give it before '--')"),
        (offsettime.is_some(), "--offsettime"),
        (grep.is_some(), "--grep"),
        (extract.is_some(), "--extract"),
        (*procanalyze, "--procanalyze"),
        (*slabanalyze, "--slabanalyze"),
        (*stats || statopts.is_some(), "--stats"),
        (*messages, "-m"),
        (filename.is_some(), "-f"),
        (*rawtoo || *brief || *tworaw || *nogzip || comment.is_some() || flush.is_some(), "--comment, --flush and the like"),
        (rolllogs.is_some(), "-r"),
        (*daemon || pname.is_some() || runas.is_some(), "-D"),
        (umask.is_some(), "--umask"),
        (*nohup, "--nohup"),
        (*nice, "-N"),
        (*align, "--align"),
        (config.is_some(), "-C"),
        (address.is_some() || bind.is_some() || !allow.is_empty() || max_clients != "64", "-A"),
        (history != "10m,4M", "--history"),
        (procfs != "/proc", "--procfs"),
        (sysfs != "/sys", "--sysfs"),
        (*showcolheaders, "--showcolheaders"),
        (*showheader, "--showheader"),
        (*showtopopts || *showsubsys || *showoptions || *showsubopts, "--show..."),
        (*help || *helpextend || *helpall, "--help"),
        (*version, "--version"),
    ];
    switches.into_iter().find_map(|(given, switch)| given.then_some(switch))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &str) -> Result<Switches, SwitchesError> {
        let words: Vec<String> = words.split_ascii_whitespace().map(str::to_owned).collect();
        Switches::parse(&words, &["-scdnm"])
    }

    #[test]
    fn switches_of_collectl_are_read_as_it_reads_them() {
        for words in ["", "-scdnm -oTm", "-sD --verbose", "-sc -P", "--export lexpr", "-sZ --top cpu"] {
            assert!(parse(words).is_ok(), "{words}: {:?}", parse(words).err());
        }
        for words in ["-sQQ", "--no-such", "-i1", "-f /tmp", "-p x.raw", "--from 9:00", "x", "--export raw"] {
            assert!(parse(words).is_err(), "{words}");
        }
        for words in ["-A server", "--nohup", "--procfs /tmp", "--history 0", "--tworaw", "--bind ::1"] {
            assert!(matches!(parse(words), Err(SwitchesError::NotForReplay(_))), "{words}");
        }
    }
}

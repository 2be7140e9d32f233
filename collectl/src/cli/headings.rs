//! The headings under which `--help` and the manual page list the switches.

use clap::{Command, CommandFactory};

use super::literal::Literal;

/// Each heading with the names of its switches. Within a heading they are in the order of [`Literal`].
const HEADINGS: [(&str, &str); 7] = [
    ("What to measure, and when", "subsys all all_details lustopts lustsvcs interval count runtime align"),
    (
        "Formats",
        "verbose full plot export vmstat sep iosize wide options utc hr top home showcolheaders quiet",
    ),
    (
        "Playing recordings",
        "playback from thru offsettime grep extract procanalyze slabanalyze stats statopts files",
    ),
    ("Recording", "filename rawtoo brief tworaw nogzip comment flush rolllogs messages"),
    ("Sockets", "address bind allow max_clients history hostname"),
    ("Daemons", "daemon config pname runas umask nohup nice"),
    ("Other folders than /proc and /sys", "procfs sysfs"),
];

/// Switches under no other heading: they print a text and end.
const TEXTS: &str = "Texts";

/// The command line with its headings.
#[must_use]
pub fn command() -> Command {
    Literal::command().mut_args(|arg| {
        let heading =
            HEADINGS.iter().find(|(_, names)| names.split_whitespace().any(|name| arg.get_id() == name));
        let of_subsystem = arg.get_help_heading().map(str::to_owned);
        match (heading, of_subsystem) {
            (Some((heading, _)), _) => arg.help_heading(*heading),
            (None, Some(_)) => arg,
            (None, None) => arg.help_heading(TEXTS),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_has_a_heading() {
        let command = command();
        let names: Vec<&str> = HEADINGS.iter().flat_map(|(_, names)| names.split_whitespace()).collect();
        for (place, name) in names.iter().enumerate() {
            assert!(command.get_arguments().any(|arg| arg.get_id() == name), "{name}");
            assert!(!names[..place].contains(name), "{name}");
        }
        for arg in command.get_arguments().filter(|arg| arg.get_help_heading() == Some(TEXTS)) {
            let name = arg.get_id().as_str();
            let is_text = ["help", "show", "version"].iter().any(|word| name.contains(word));
            assert!(arg.is_hide_set() || is_text, "{name}");
        }
    }
}

//! `--showsubopts`: the options and filters of subsystems, from the help of the switches themselves.

use std::collections::BTreeMap;

use clap::{Arg, CommandFactory};

use super::literal::Literal;

/// Endings of the names of switches that belong to one subsystem; the rest of the name is the subsystem.
const ENDINGS: [&str; 6] = ["opts", "filt", "ignore", "remap", "state", "size"];
const INDENT: &str = "      ";
/// Width of a line in columns.
const WIDTH: usize = 80;

/// The answer to `--showsubopts`.
#[must_use]
pub fn text() -> String {
    let command = Literal::command();
    let mut groups: BTreeMap<String, Vec<&Arg>> = BTreeMap::new();
    for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
        if let Some(subsystem) = argument.get_long().and_then(subsystem) {
            groups.entry(subsystem).or_default().push(argument);
        }
    }
    let mut text =
        "Options change what is measured of a subsystem and how it is shown; filters choose what of it is \
                    shown.\nFilters that start with raw choose what is read.\n"
            .to_owned();
    for (subsystem, arguments) in groups {
        text.push_str(&format!("\n{subsystem}\n"));
        arguments.into_iter().for_each(|argument| describe(argument, &mut text));
    }
    text
}

/// The subsystem that a switch belongs to.
fn subsystem(switch: &str) -> Option<String> {
    let name = switch.strip_prefix("raw").unwrap_or(switch);
    let short = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))?;
    let title = match short {
        // Switches of totals, and those that print a text.
        "stat" | "showsub" | "showtop" => return None,
        "cpu" => "CPU",
        "dsk" => "Disks",
        "int" => "Interrupts",
        "io" => "Disks and networks",
        "mem" => "Memory",
        "net" => "Networks",
        "nfs" => "NFS",
        "proc" => "Processes",
        "slab" => "Slabs",
        "tcp" => "TCP/IP",
        other => other,
    };
    Some(title.to_owned())
}

fn describe(argument: &Arg, text: &mut String) {
    let value = argument.get_value_names().filter(|_| argument.get_action().takes_values());
    let value = value.and_then(<[_]>::first).map_or(String::new(), |value| format!(" {value}"));
    text.push_str(&format!("  --{}{value}\n", argument.get_long().unwrap_or_default()));
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let mut line = INDENT.to_owned();
    for word in help.split_whitespace() {
        if line.len() + word.len() > WIDTH && line != INDENT {
            text.push_str(line.trim_end());
            text.push('\n');
            INDENT.clone_into(&mut line);
        }
        line.push_str(word);
        line.push(' ');
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_subsystem_lists_its_switches() {
        let text = text();
        assert!(text.contains("\nSlabs\n  --slabopts LETTERS\n      slabs: s only those"), "{text}");
        assert!(
            text.contains("\nDisks\n  --dskopts LETTERS\n") && text.contains("\n  --rawdskfilt PATTERNS\n")
        );
        assert!(text.contains("\nDisks and networks\n  --iosize\n"));
        assert!(!text.contains("lustopts") && !text.contains("--show"));
        assert!(text.lines().skip(2).all(|line| line.len() <= WIDTH));
    }
}

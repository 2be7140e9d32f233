//! All views, and the switches that choose one.

use clap::builder::PossibleValue;
use clap::{Arg, ArgMatches, Command};

use super::{ViewEntry, columns, json, lines, merged, table};
use crate::consumer::entry::SwitchError;

/// All views, in the order of the help. The first is the default.
const REGISTRY: &[ViewEntry] = &[lines::VIEW, table::VIEW, columns::VIEW, json::VIEW];

/// The name of the switch that chooses one.
const SWITCH: &str = "view";

/// Adds `--view` and the switches of all views.
pub(crate) fn switches(command: Command) -> Command {
    let values = REGISTRY.iter().map(|entry| PossibleValue::new(entry.name).help(entry.help));
    let switch = Arg::new(SWITCH)
        .long(SWITCH)
        .value_name("VIEW")
        .help("How to show what comes")
        .value_parser(values.collect::<Vec<_>>())
        .default_value(REGISTRY[0].name);
    let command = REGISTRY.iter().fold(command.arg(switch), |command, entry| (entry.switches)(command));
    merged::switches(command)
}

/// The view that was chosen.
///
/// # Errors
/// Where switches of another one were given.
pub(crate) fn chosen(matches: &ArgMatches) -> Result<&'static ViewEntry, SwitchError> {
    let name = matches.get_one::<String>(SWITCH).map_or(REGISTRY[0].name, String::as_str);
    for entry in REGISTRY.iter().filter(|entry| entry.name != name) {
        (entry.refuse)(matches)?;
    }
    Ok(REGISTRY.iter().find(|entry| entry.name == name).unwrap_or(&REGISTRY[0]))
}

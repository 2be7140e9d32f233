//! `collectl.conf(5)`, and a `collectl.conf` to begin with.

use collectl::cli::config::keys::{KEYS, Key};

use super::page::Page;

/// The default switches of a daemon: those of the Perl collectl's package.
const DAEMON_COMMANDS: &str = "-f /var/log/collectl -r00:00,7 -m -F60 -s+YZ";
/// Characters of a line of the file.
const WIDTH: usize = 100;

pub(super) fn page() -> Vec<u8> {
    let mut page = Page::new("collectl.conf", "5", "defaults of collectl, and the switches of its daemon");
    page.section("SYNOPSIS");
    page.synopsis("/etc/collectl.conf", "");
    page.section("DESCRIPTION");
    page.paragraph(
        "The file that -C names. Without -C, the first file that exists: collectl.conf in the folder of the program, in ../etc of that \
         folder, or in /etc. It is no error if none exists.",
    );
    page.paragraph(
        "Its lines are KEY = VALUE. Blank lines and lines that begin with a # are ignored, and so is a # after a blank and the rest of \
         that line, except in DaemonCommands, where words may be quoted as in a shell, and in DiskFilter. If a key is given twice, \
         the last line counts. An invalid line gives a warning, and the other lines count.",
    );
    page.paragraph("The command line has priority.");
    page.section("KEYS");
    for key in followed() {
        let default =
            if key.default.is_empty() { String::new() } else { format!(" [default: {}]", key.default) };
        page.entry(key.name, &format!("{}{default}.", capital(key.meaning)));
    }
    page.section("KEYS THAT DO NOTHING");
    page.paragraph(
        "These keys of the Perl collectl are accepted, so that its files can be used as they are.",
    );
    for (meaning, names) in ignored() {
        page.entry(&names.join(", "), &format!("{}.", capital(meaning)));
    }
    page.section("EXAMPLES");
    page.paragraph(
        "A daemon that also records processes and slabs, keeps a week of recordings, and writes messages to a log:",
    );
    page.verbatim(&format!("DaemonCommands = {DAEMON_COMMANDS}"));
    page.paragraph("A daemon that serves measurements instead, every five seconds:");
    page.verbatim("DaemonCommands = -A server -scdnm\nInterval = 5");
    page.section("FILES");
    page.entry("/etc/collectl.conf", "The usual place.");
    page.see_also(".BR collectl (1),\n.BR regex (7)");
    page.end()
}

pub(super) fn file() -> Vec<u8> {
    let mut text = String::from(
        "# Settings of collectl: see collectl.conf(5).\n#\n# Lines that begin with a # are comments. Their values are the defaults.\n# To change one, \
         remove the #.\n",
    );
    for key in followed() {
        let default = match key.name {
            "DaemonCommands" => DAEMON_COMMANDS,
            _ => key.default,
        };
        let hash = if key.name == "DaemonCommands" { "" } else { "#" };
        text.push_str(&format!("\n{}{hash}{} = {default}\n", comment(&capital(key.meaning)), key.name));
    }
    text.push_str(
        "\n# All keys below are for the Perl collectl. This collectl accepts them and ignores them.\n",
    );
    for (meaning, names) in ignored() {
        text.push_str(&format!("\n{}", comment(&capital(meaning))));
        for name in names {
            let default = KEYS.iter().find(|key| key.name == name).map_or("", |key| key.default);
            text.push_str(format!("#{name} = {default}").trim_end());
            text.push('\n');
        }
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>().into_bytes()
}

fn followed() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(|key| !key.effect.is_ignored())
}

/// The keys that do nothing, grouped by reason, in the order of the first key of each reason.
fn ignored() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for key in KEYS.iter().filter(|key| key.effect.is_ignored()) {
        match reasons.iter_mut().find(|(reason, _)| *reason == key.meaning) {
            Some((_, names)) => names.push(key.name),
            None => reasons.push((key.meaning, vec![key.name])),
        }
    }
    reasons
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The text in comments of at most [`WIDTH`] characters.
fn comment(text: &str) -> String {
    let mut comment = String::from("#");
    let mut width = 1;
    for word in text.split_whitespace() {
        if width + 1 + word.len() > WIDTH {
            comment.push_str("\n#");
            width = 1;
        }
        comment.push(' ');
        comment.push_str(word);
        width += 1 + word.len();
    }
    comment + "\n"
}

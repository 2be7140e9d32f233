//! `collectl.conf`: defaults set by an administrator, and the switches of a daemon.
//!
//! Lines are `KEY = VALUE`, blank, or a comment after `#`. A wrong line is reported and skipped.

pub mod configured;
pub mod keys;

use std::fmt;

use collectl_core::usage::UsageError;

use super::defaults::Defaults;
use super::literal::Literal;

/// Most characters of a line that a message quotes.
const SHOWN: usize = 60;

/// The contents of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `DaemonCommands`: the switches of a daemon, as they are written, and as words.
    daemon_commands: (String, Vec<String>),
    /// The values of all other keys.
    pub defaults: Defaults,
}

/// A line with an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "collectl.conf line {}: {}", self.line, self.what)
    }
}

impl Config {
    /// Reads the text of a configuration. If a key is given twice, the last line counts.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<LineError>) {
        let mut config = Self::default();
        let mut errors = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if let Err(what) = config.read(line.trim()) {
                errors.push(LineError { line: number + 1, what });
            }
        }
        (config, errors)
    }

    fn read(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let (name, value) = line.split_once('=').ok_or_else(|| format!("'{}' has no '='", shown(line)))?;
        let (name, value) = (name.trim_end(), value.trim_start());
        let key = keys::find(name).ok_or_else(|| format!("unknown key '{}'", shown(name)))?;
        key.effect.follow(self, value).map_err(|what| format!("{name}: {what}"))
    }

    /// The arguments to use when the user typed `args`, parsed as `literal`. For a daemon, the switches in the
    /// configuration come first, so those on the command line win.
    #[must_use]
    pub fn merge(&self, literal: &Literal, args: &[String]) -> Vec<String> {
        let (_, words) = &self.daemon_commands;
        words.iter().filter(|_| literal.daemon).chain(args).cloned().collect()
    }

    /// Fills in what the arguments leave open.
    pub fn apply(&self, literal: &mut Literal) {
        literal.defaults = self.defaults.clone();
    }

    /// Completes `literal`, parsed from `args`, with the switches of a daemon and the defaults.
    ///
    /// # Errors
    /// A [`UsageError`] for switches of a daemon that can't be read.
    pub fn complete(&self, mut literal: Literal, args: &[String]) -> Result<Literal, UsageError> {
        let (text, words) = &self.daemon_commands;
        if literal.daemon && !words.is_empty() {
            let merged = Literal::parse_from_args(&self.merge(&literal, args))
                .map_err(|error| UsageError(format!("DaemonCommands in collectl.conf: {error}")))?;
            literal = Literal { line: literal.line, daemon_commands: text.clone(), ..merged };
        }
        self.apply(&mut literal);
        Ok(literal)
    }
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn errors(text: &str) -> Vec<String> {
        Config::parse(text).1.iter().map(ToString::to_string).collect()
    }

    fn complete(conf: &str, line: &str) -> Result<Literal, UsageError> {
        let (config, errors) = Config::parse(conf);
        assert_eq!(errors, []);
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        config.complete(Literal::parse_from_args(&args)?, &args)
    }

    #[test]
    fn the_shipped_file() {
        let (config, errors) = Config::parse(
            "# a comment\n\n  DaemonCommands = -f /var/log/collectl -r00:00,7 -m -F60 -s+YZ\r\n\
             PQuery =   /usr/sbin/perfquery\n\
             Resize=/usr/bin/resize:/usr/X11R6/bin/resize\nIpmiTypes = fan,temp,current\nPort = 99   # a comment\n",
        );
        assert_eq!(errors, []);
        assert_eq!(config.daemon_commands.1.len(), 6);
        assert_eq!(config.defaults, Defaults { port: Some(99), ..Defaults::default() });
    }

    #[test]
    fn errors_name_their_line() {
        assert_eq!(
            errors("Prot = 1\n\nno equals\u{1b}\nport = 1\nPort = 0\nTimeout = 10s\nSubsysCore = cl"),
            [
                "collectl.conf line 1: unknown key 'Prot'",
                "collectl.conf line 3: 'no equals\\u{1b}' has no '='",
                "collectl.conf line 4: unknown key 'port'",
                "collectl.conf line 5: Port: '0' is not a port",
                "collectl.conf line 6: Timeout: '10s' is not a number of seconds",
                "collectl.conf line 7: SubsysCore: no subsystem has the letter 'l'",
            ]
        );
        assert_eq!(
            errors("DaemonCommands = -f 'a"),
            ["collectl.conf line 1: DaemonCommands: a quote is not closed"]
        );
        assert_eq!(
            errors("DiskFilter = / sd(?!a) /\nDiskFilter = sda\nDiskFilter = / sd[a-z]{1,2} /").len(),
            3
        );
        assert_eq!(Config::parse("SubsysCore = cl").0.defaults.core.as_deref(), Some("c"));
    }

    #[test]
    fn the_command_line_wins() {
        let conf = "DaemonCommands = -f /x -s+YZ --comment 'two words' -i5\nPasswd = /p\n\
                    DiskFilter = / sd[ab] | vda /\n";
        let literal = complete(conf, "-D -i 7 -s m").unwrap();
        assert_eq!(literal.shown.subsys.as_deref(), Some("m"));
        assert_eq!(literal.interval.as_deref(), Some("7"));
        assert_eq!(literal.filename.as_deref(), Some("/x"));
        assert_eq!(literal.comment.as_deref(), Some("two words"));
        assert_eq!(literal.defaults.presets.passwd.as_deref(), Some("/p"));
        assert_eq!(literal.defaults.presets.disk_filter.as_deref(), Some(" sd[ab] | vda "));
        assert_eq!(literal.line, "-D -i 7 -s m");
        assert_eq!(literal.daemon_commands, "-f /x -s+YZ --comment 'two words' -i5");
        let interactive = complete(conf, "-sm").unwrap();
        assert_eq!((interactive.filename, interactive.daemon_commands.as_str()), (None, ""));
    }

    #[test]
    fn a_daemon_has_defaults_of_its_own() {
        let conf = "SubsysCore = cm\nInterval = 20\nInterval2 = 120\nInterval3 = 300\n";
        let literal = complete(conf, "-D").unwrap();
        assert_eq!(
            (literal.default_letters().as_str(), literal.default_intervals()),
            ("cm", ["20", "120", "300"])
        );
        let literal = complete(conf, "-sc").unwrap();
        assert_eq!(
            (literal.default_letters().as_str(), literal.default_intervals()),
            ("cdn", ["1", "60", "120"])
        );
        let literal = complete("", "-D").unwrap();
        assert_eq!(
            (literal.default_letters().as_str(), literal.default_intervals()),
            ("bcdfijmnstx", ["10", "60", "120"])
        );
    }

    #[test]
    fn errors_in_the_daemon_switches_name_the_configuration() {
        let error = complete("DaemonCommands = --nosuch", "-D").unwrap_err();
        assert_eq!(error.0, "DaemonCommands in collectl.conf: Unknown option: nosuch");
        assert!(complete("DaemonCommands = --nosuch", "-sc").is_ok());
        assert_eq!(complete("DaemonCommands = -sc", "-D -k").unwrap_err().0, "Unknown option: k");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(\\PC|\n|=|\u{1b}){0,200}", key in 0..keys::KEYS.len(), value in "\\PC{0,40}") {
            let _ = Config::parse(&text);
            let line = format!("{} = {value}", keys::KEYS[key].name);
            let (config, errors) = Config::parse(&line);
            prop_assert!(errors.len() <= 1);
            let args = ["-D".to_owned()];
            let _ = config.complete(Literal::parse_from_args(&args).unwrap(), &args);
        }
    }
}

//! `collectl.conf`: defaults of an administrator, and the switches of a daemon.
//!
//! Lines of `KEY = VALUE`; all else is blank, or begins with a `#`. What is wrong is complained about, and the rest is
//! followed.

pub mod configured;
pub mod keys;

use std::fmt;

use collectl_core::usage::UsageError;

use super::defaults::Defaults;
use super::literal::Literal;

/// Characters of a file's own words that a complaint shows.
const SHOWN: usize = 60;

/// What a configuration says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// `DaemonCommands`: the switches of a daemon, as they are written, and as words.
    daemon_commands: (String, Vec<String>),
    /// All other values.
    pub defaults: Defaults,
}

/// A line that can't be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Its number; the first is 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "collectl.conf line {}: {}", self.line, self.what)
    }
}

impl Config {
    /// Reads the text of a configuration. The last line for a key counts.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Complaint>) {
        let mut config = Self::default();
        let mut complaints = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if let Err(what) = config.read(line.trim()) {
                complaints.push(Complaint { line: number + 1, what });
            }
        }
        (config, complaints)
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

    /// The arguments that count where `args` are typed as `literal` has them: for a daemon, what the configuration says
    /// comes first, and therefore the others win.
    #[must_use]
    pub fn merge(&self, literal: &Literal, args: &[String]) -> Vec<String> {
        let (_, words) = &self.daemon_commands;
        words.iter().filter(|_| literal.daemon).chain(args).cloned().collect()
    }

    /// Fills in what the arguments leave open.
    pub fn apply(&self, literal: &mut Literal) {
        literal.defaults = self.defaults.clone();
    }

    /// Completes `literal`, which are the arguments `args`, by the switches of a daemon and by defaults.
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

    fn complaints(text: &str) -> Vec<String> {
        Config::parse(text).1.iter().map(ToString::to_string).collect()
    }

    fn complete(conf: &str, line: &str) -> Result<Literal, UsageError> {
        let (config, complaints) = Config::parse(conf);
        assert_eq!(complaints, []);
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        config.complete(Literal::parse_from_args(&args)?, &args)
    }

    #[test]
    fn a_file_as_it_is_shipped() {
        let (config, complaints) = Config::parse(
            "# a comment\n\n  DaemonCommands = -f /var/log/collectl -r00:00,7 -m -F60 -s+YZ\r\nPQuery =   /usr/sbin/perfquery\n\
             Resize=/usr/bin/resize:/usr/X11R6/bin/resize\nIpmiTypes = fan,temp,current\nPort = 99   # a comment\n",
        );
        assert_eq!(complaints, []);
        assert_eq!(config.daemon_commands.1.len(), 6);
        assert_eq!(config.defaults, Defaults { port: Some(99), ..Defaults::default() });
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        assert_eq!(
            complaints("Prot = 1\n\nno equals\u{1b}\nport = 1\nPort = 0\nTimeout = 10s\nSubsysCore = cl"),
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
            complaints("DaemonCommands = -f 'a"),
            ["collectl.conf line 1: DaemonCommands: a quote is not closed"]
        );
        assert_eq!(
            complaints("DiskFilter = / sd(?!a) /\nDiskFilter = sda\nDiskFilter = / sd[a-z]{1,2} /").len(),
            3
        );
        assert_eq!(Config::parse("SubsysCore = cl").0.defaults.core.as_deref(), Some("c"));
    }

    #[test]
    fn the_command_line_wins() {
        let conf = "DaemonCommands = -f /x -s+YZ --comment 'two words' -i5\nPasswd = /p\nDiskFilter = / sd[ab] | vda /\n";
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
    fn bad_switches_of_a_daemon_are_laid_to_the_configuration() {
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
            let (config, complaints) = Config::parse(&line);
            prop_assert!(complaints.len() <= 1);
            let args = ["-D".to_owned()];
            let _ = config.complete(Literal::parse_from_args(&args).unwrap(), &args);
        }
    }
}

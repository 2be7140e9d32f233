//! What became of a start, from the exit status and the output of its process. Pure.

use std::fmt;

use collectl_wire::display::sanitize;
use thiserror::Error;

/// Longest part of a foreign message that is shown, in characters.
const MAX_MESSAGE: usize = 200;

/// Why a collectl is not running.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum StartError {
    /// The name does not resolve.
    #[error("unknown host")]
    UnknownHost,
    /// The host has no ssh server.
    #[error("ssh: connection refused")]
    ConnectionRefused,
    /// The host does not answer.
    #[error("ssh: timed out")]
    TimedOut,
    /// The host answered first, and then stopped.
    #[error("ssh: the host stopped answering")]
    Vanished,
    /// The network has no route to the host.
    #[error("ssh: no route to host")]
    NoRoute,
    /// Its host key has changed, or is not known.
    #[error("ssh: host key verification failed")]
    HostKey,
    /// No key of the user is accepted.
    #[error("ssh: permission denied")]
    PermissionDenied,
    /// Status 127 of the remote shell.
    #[error("no such command on the host")]
    NoCommand,
    /// collectl does not understand its switches; its message.
    #[error("collectl refused its switches: {0}")]
    Switches(String),
    /// collectl could not connect to us; its message.
    #[error("collectl could not connect back: {0}")]
    NotBack(String),
    /// It was started, but no connection came.
    #[error("started, but never connected back to {0} (a firewall?)")]
    NeverConnected(String),
    /// It ended without an error, but no connection came.
    #[error("collectl ended without connecting (a Perl collectl needs --allow-plain)")]
    EndedUnconnected,
    /// The local program could not be run at all.
    #[error("running {program}: {why}")]
    CannotRun {
        /// Its name.
        program: String,
        /// The error of the system.
        why: String,
    },
    /// It ended, with the last line of its output.
    #[error("ended with {status}{output}")]
    Other {
        /// How it ended.
        status: Status,
        /// `: ` and its last line, if there was one.
        output: String,
    },
    /// It ended without an error.
    #[error("collectl ended")]
    Ended,
    /// The session ended, but its collectl runs: only its connection shows its end.
    #[error("the session was left")]
    Left,
}

impl StartError {
    /// True if trying again can't help.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::HostKey | Self::PermissionDenied | Self::NoCommand | Self::Switches(_))
    }

    /// True if there can't have been a connection.
    pub(crate) fn never_connected(&self) -> bool {
        match self {
            Self::UnknownHost
            | Self::ConnectionRefused
            | Self::TimedOut
            | Self::NoRoute
            | Self::HostKey
            | Self::PermissionDenied
            | Self::NoCommand
            | Self::NotBack(_)
            | Self::NeverConnected(_)
            | Self::EndedUnconnected
            | Self::CannotRun { .. } => true,
            Self::Vanished | Self::Switches(_) | Self::Other { .. } | Self::Ended | Self::Left => false,
        }
    }
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// By itself, with this exit status.
    Exit(i32),
    /// By this signal.
    Signal(i32),
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(status) => write!(f, "status {status}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

/// Parts of messages of ssh (in any case), and their meaning. The first one that is found counts.
const SSH_MESSAGES: [(&str, StartError); 13] = [
    ("host key verification failed", StartError::HostKey),
    ("remote host identification has changed", StartError::HostKey),
    ("could not resolve hostname", StartError::UnknownHost),
    ("name or service not known", StartError::UnknownHost),
    ("permission denied", StartError::PermissionDenied),
    ("too many authentication failures", StartError::PermissionDenied),
    ("connection refused", StartError::ConnectionRefused),
    ("connection timed out", StartError::TimedOut),
    ("operation timed out", StartError::TimedOut),
    ("timed out during banner exchange", StartError::TimedOut),
    ("timeout, server", StartError::Vanished),
    ("no route to host", StartError::NoRoute),
    ("network is unreachable", StartError::NoRoute),
];

/// What happened, from how the process ended and the end of its output (standard output and error).
///
/// 255 is ssh's own failure, 127 and 126 the remote shell's; any other status is collectl's.
pub(crate) fn interpret(status: Status, output: &[u8]) -> StartError {
    match status {
        Status::Exit(0) => StartError::Ended,
        Status::Exit(255) => ssh_failure(output).unwrap_or_else(|| other(status, output)),
        Status::Exit(126 | 127) => StartError::NoCommand,
        Status::Exit(_) => complaint(output).unwrap_or_else(|| other(status, output)),
        Status::Signal(_) => other(status, output),
    }
}

/// The last line with a meaning: there may be a banner before it.
fn ssh_failure(output: &[u8]) -> Option<StartError> {
    let lines: Vec<String> = lines(output).map(|line| line.to_lowercase()).collect();
    let meaning = |line: &String| SSH_MESSAGES.iter().find(|(part, _)| line.contains(part));
    lines.iter().rev().find_map(meaning).map(|(_, error)| error.clone())
}

/// The error message of collectl, on its terminal or over the connection.
pub(crate) fn complaint(output: &[u8]) -> Option<StartError> {
    lines(output).find_map(|line| {
        let message = shown(&line);
        if line.starts_with("Error: Could not create socket") || line.starts_with("error: connecting to ") {
            Some(StartError::NotBack(message))
        } else if line.starts_with("Error:") && line != "Error: type -h for help"
            || line.starts_with("Unknown option:")
            || line.starts_with("error:")
        {
            Some(StartError::Switches(message))
        } else {
            None
        }
    })
}

fn other(status: Status, output: &[u8]) -> StartError {
    let last = lines(output).filter(|line| !line.starts_with("waiting for ")).last();
    StartError::Other { status, output: last.map_or_else(String::new, |line| format!(": {}", shown(&line))) }
}

fn lines(output: &[u8]) -> impl Iterator<Item = String> {
    output
        .split(|&byte| byte == b'\n')
        .map(|line| sanitize(line).trim().to_owned())
        .filter(|line| !line.is_empty())
}

fn shown(line: impl AsRef<str>) -> String {
    line.as_ref().chars().take(MAX_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: i32, output: &str) -> StartError {
        interpret(Status::Exit(status), output.as_bytes())
    }

    #[test]
    fn messages_of_ssh() {
        let cases = [
            ("ssh: Could not resolve hostname nosuch: Name or service not known", StartError::UnknownHost),
            ("ssh: connect to host 127.0.0.2 port 22: Connection refused\r\n", StartError::ConnectionRefused),
            ("ssh: connect to host 192.0.2.1 port 22: Connection timed out", StartError::TimedOut),
            ("Connection timed out during banner exchange", StartError::TimedOut),
            ("Timeout, server node7 not responding.", StartError::Vanished),
            ("ssh: connect to host 192.0.2.1 port 22: No route to host", StartError::NoRoute),
            (
                "No ED25519 host key is known for n1 and you have requested strict checking.\r\n\
                 Host key verification failed.",
                StartError::HostKey,
            ),
            ("user@n1: Permission denied (publickey,password).", StartError::PermissionDenied),
            ("Without permission: permission denied!\nconnect: No route to host\nbye", StartError::NoRoute),
        ];
        for (output, expected) in cases {
            assert_eq!(of(255, output), expected, "{output}");
        }
        assert_eq!(
            of(255, "banner\nkex_exchange_identification: Connection closed\n").to_string(),
            "ended with status 255: kex_exchange_identification: Connection closed"
        );
    }

    #[test]
    fn messages_of_the_remote_side() {
        assert_eq!(of(127, "sh: 1: collectl: not found"), StartError::NoCommand);
        assert_eq!(
            of(1, "Unknown option: nosuch\nError: type -h for help\n"),
            StartError::Switches("Unknown option: nosuch".into())
        );
        assert_eq!(
            of(1, "welcome\nError: Could not create socket to 192.0.2.1:2655.  Reason: Connection refused\n"),
            StartError::NotBack(
                "Error: Could not create socket to 192.0.2.1:2655.  Reason: Connection refused".into()
            )
        );
        assert_eq!(of(3, "waiting for 1 second sample...\n").to_string(), "ended with status 3");
        assert_eq!(of(0, "waiting for 1 second sample...\n"), StartError::Ended);
        assert_eq!(interpret(Status::Signal(9), b"").to_string(), "ended with signal 9");
    }

    #[test]
    fn foreign_text_is_harmless_and_bounded() {
        let long = format!("Error: \u{1b}[31m{}", "x".repeat(5000));
        let shown = of(1, &long).to_string();
        assert!(shown.len() < 300 && !shown.contains('\u{1b}'));
        assert_eq!(
            interpret(Status::Exit(255), b"\xff\xfe").to_string(),
            "ended with status 255: \u{fffd}\u{fffd}"
        );
    }
}

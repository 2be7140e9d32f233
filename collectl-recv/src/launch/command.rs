//! The command lines that start a collectl: the local one, and the one a remote shell is given.

/// Runs `"$@"` and ends it when standard input does: on a remote host, and on this one too, so that even our own death
/// by SIGKILL leaves no collectl behind.
///
/// Killing an ssh does not kill what it started, and a Perl collectl finds a closed socket only after two or three
/// intervals. So a watcher reads the session's input, which ends with the session however that ends, and then kills
/// the collectl. A background job's own input is /dev/null: hence descriptor 3. The watcher's output must not be the
/// session's, or sshd would keep the session open for it; and it ignores SIGTERM, to finish what it began when its whole
/// group is sent one.
const SCRIPT: &str = concat!(
    "exec 3<&0; ",
    "\"$@\" </dev/null 3<&- & c=$! ; ",
    "{ trap '' TERM; while read -r x <&3; do :; done; kill $c; sleep 1; kill -9 $c; } >/dev/null 2>&1 & w=$! ; ",
    "exec 3<&-; ",
    "wait $c; s=$?; kill -9 $w 2>/dev/null; exit $s",
);

/// ssh's port, for a command that wants one.
const SSH_PORT: u16 = 22;

/// What the shell that runs [`SCRIPT`] is called in the list of processes.
const NAME: &str = "collectl-launch";

/// The program and arguments that run a collectl on this machine: `words`, and the address that it is to connect to.
pub(crate) fn local(words: &[String], address: &str) -> Vec<String> {
    let shell = ["sh", "-c", SCRIPT, NAME].into_iter();
    shell.chain(words.iter().map(String::as_str)).chain(["-A", address]).map(str::to_owned).collect()
}

/// The command for the remote login shell, whichever that is: `words` (collectl and its switches), and the address
/// that it is to connect to.
pub(crate) fn remote(words: &[String], address: &str) -> String {
    let mut command = String::from("exec sh -c ");
    command.push_str(&quoted(SCRIPT));
    for word in [NAME].into_iter().chain(words.iter().map(String::as_str)).chain(["-A", address]) {
        command.push(' ');
        command.push_str(&quoted(word));
    }
    command
}

/// One word for sh, csh and fish alike: in single quotes, but for `'`, `\` (which fish sees in quotes too) and `!` (which
/// csh does).
fn quoted(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 2);
    out.push('\'');
    for c in word.chars() {
        if matches!(c, '\'' | '\\' | '!') {
            out.push_str("'\\");
            out.push(c);
            out.push('\'');
        } else {
            out.push(c);
        }
    }
    out.push('\'');
    out
}

/// How hosts are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shell {
    /// The user's own ssh.
    Ssh,
    /// Another command, as words; inside a word `{host}` stands for the host, and `{port}` for its port.
    Template(Vec<String>),
}

impl Shell {
    /// True where a host's own port reaches the command.
    pub(crate) fn takes_port(&self) -> bool {
        match self {
            Self::Ssh => true,
            Self::Template(words) => words.iter().any(|word| word.contains("{port}")),
        }
    }

    /// The program and arguments that run `command` on `host`, at its own `port` if it has one.
    ///
    /// An ssh of ours never becomes the master of shared connections (it would outlive us), and ends by itself within a
    /// minute when the host is gone.
    pub(crate) fn start(&self, host: &str, port: Option<u16>, command: &str) -> Vec<String> {
        let mut words = match self {
            Self::Ssh => {
                let mut words = [
                    "ssh",
                    "-o",
                    "BatchMode=yes",
                    "-o",
                    "ConnectTimeout=10",
                    "-o",
                    "ServerAliveInterval=15",
                    "-o",
                    "ControlMaster=no",
                    "-T",
                ]
                .map(str::to_owned)
                .to_vec();
                words.extend(port.map(|port| format!("-p{port}")));
                words.push(host.to_owned());
                words
            }
            Self::Template(words) => fill(words, host, port),
        };
        words.push(command.to_owned());
        words
    }

    /// The program and arguments that print the host's configuration, `hostname` among it, where that can be asked.
    pub(crate) fn ask_config(&self, host: &str) -> Option<Vec<String>> {
        match self {
            Self::Ssh => Some(["ssh", "-G", host].map(str::to_owned).to_vec()),
            Self::Template(words) => {
                let mut words = fill(words, host, None);
                let is_ssh = words.first()?.rsplit('/').next() == Some("ssh");
                words.insert(1, "-G".to_owned());
                is_ssh.then_some(words)
            }
        }
    }
}

fn fill(words: &[String], host: &str, port: Option<u16>) -> Vec<String> {
    let port = port.unwrap_or(SSH_PORT).to_string();
    words.iter().map(|word| word.replace("{port}", &port).replace("{host}", host)).collect()
}

/// The value of `hostname` in what `ssh -G` prints.
pub(crate) fn config_hostname(config: &[u8]) -> Option<&str> {
    config
        .split(|&byte| byte == b'\n')
        .find_map(|line| line.strip_prefix(b"hostname "))
        .and_then(|name| std::str::from_utf8(name).ok())
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn ssh_checks_host_keys_and_asks_nothing() {
        let line = Shell::Ssh.start("user@n1", None, "COMMAND");
        assert_eq!(line[0], "ssh");
        assert!(line.contains(&"BatchMode=yes".to_owned()));
        assert!(!line.iter().any(|word| word.contains("StrictHostKeyChecking")));
        assert_eq!(line[line.len() - 3..], words(&["-T", "user@n1", "COMMAND"]));
        let line = Shell::Ssh.start("n1", Some(99), "COMMAND");
        assert_eq!(line[line.len() - 4..], words(&["-T", "-p99", "n1", "COMMAND"]));
    }

    #[test]
    fn a_template_is_filled_without_a_shell() {
        let shell = Shell::Template(words(&["/opt/ssh", "-F", "my config", "root@{host}"]));
        assert_eq!(shell.start("n1", Some(9), "C"), words(&["/opt/ssh", "-F", "my config", "root@n1", "C"]));
        let rsh = Shell::Template(words(&["rsh", "-p{port}", "{host}"]));
        assert_eq!(rsh.start("n1", Some(9), "C"), words(&["rsh", "-p9", "n1", "C"]));
        assert_eq!(rsh.start("n1", None, "C"), words(&["rsh", "-p22", "n1", "C"]));
        assert!(rsh.takes_port() && !shell.takes_port());
        assert_eq!(shell.ask_config("n1"), Some(words(&["/opt/ssh", "-G", "-F", "my config", "root@n1"])));
        assert_eq!(Shell::Template(words(&["rsh", "{host}"])).ask_config("n1"), None);
        assert_eq!(config_hostname(b"user me\nhostname 192.0.2.7\nport 22\n"), Some("192.0.2.7"));
    }

    #[test]
    fn every_word_arrives_as_it_is() {
        let odd = ["printf", "%s|", "a b", "it's", "$HOME", "`id`", "\\", "\\'", "!x", "*", "", "é", "-n"];
        let mut child = Command::new("sh")
            .args(["-c", &remote(&words(&odd), "[::1]:2655")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take();
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        let expected = odd[2..].join("|") + "|-A|[::1]:2655|";
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        assert!(!remote(&words(&odd), "x").contains('\n'));
    }

    #[test]
    fn the_status_of_the_command_comes_out() {
        for (script, status) in [("exit 3", 3), ("exec nosuchcommandatall", 127)] {
            let mut child = Command::new("sh")
                .args(["-c", &remote(&words(&["sh", "-c", script]), "x")])
                .stdin(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let stdin = child.stdin.take();
            assert_eq!(child.wait().unwrap().code(), Some(status));
            drop(stdin);
        }
    }

    #[test]
    fn a_command_that_ignores_sigterm_ends_too() {
        let script = "trap '' TERM; echo up; while :; do sleep 0.1; done";
        let mut child = Command::new("sh")
            .args(["-c", &remote(&words(&["sh", "-c", script]), "x")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut String::new()).unwrap();
        drop(child.stdin.take());
        assert_eq!(child.wait().unwrap().code(), Some(128 + 9));
        assert_eq!(stdout.read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    #[test]
    fn the_end_of_input_ends_the_command() {
        let mut child = Command::new("sh")
            .args(["-c", &remote(&words(&["sh", "-c", "echo up; exec sleep 1000"]), "x")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "up\n");
        drop(child.stdin.take());
        assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
        // End of file here means that nothing which was started still holds the output.
        assert_eq!(stdout.read_to_end(&mut Vec::new()).unwrap(), 0);
    }
}

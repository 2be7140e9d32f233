//! The command lines that start a collectl, here and on other hosts.

use std::sync::LazyLock;

/// The script that the session of a host runs, remote or local: no collectl is left behind, even if this process is
/// killed. The file explains how.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("session.sh").lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.collect::<Vec<_>>().join(" ")
});

/// The line with which the script asks for the program that is pushed.
pub(crate) const SEND: &str = "collectl-launch: send";
/// The line that shows that the script has left its collectl.
pub(crate) const LEFT: &str = "collectl-launch: left";

/// The port of ssh, for `{port}` in a command that replaces it.
const SSH_PORT: u16 = 22;

/// Our ssh asks no questions, is never the master of shared connections (it would outlive us), and ends within a minute
/// when the host is gone.
const SSH: [&str; 10] = [
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
];

/// An ssh that carries data notices within 15 seconds that the host is gone, and shares no connection: that would
/// keep its ports open. The first value of an option counts.
const CARRIER: [&str; 3] = ["-oServerAliveInterval=5", "-oServerAliveCountMax=2", "-oControlPath=none"];

/// The name of the script's shell in the list of processes.
const NAME: &str = "collectl-launch";

/// The arguments of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session<'a> {
    /// Whether the session ends once the collectl has connected.
    pub(crate) is_released: bool,
    /// The address to connect to; none if it is sent later, through the session's input.
    pub(crate) address: Option<&'a str>,
    /// The size in bytes of the program that is pushed to a host that has none; 0 without one.
    pub(crate) pushed: usize,
}

impl Session<'_> {
    /// The program and arguments that run `words` (collectl and its switches) on this machine.
    pub(crate) fn local(self, words: &[String]) -> Vec<String> {
        let shell = ["sh", "-c", SCRIPT.as_str()].map(str::to_owned).into_iter();
        shell.chain(self.words()).chain(words.iter().cloned()).collect()
    }

    /// The command for the remote login shell, whichever that is, that runs `words`.
    pub(crate) fn remote(self, words: &[String]) -> String {
        let mut command = String::from("exec sh -c ");
        command.push_str(&quoted(&SCRIPT));
        for word in self.words().iter().chain(words) {
            command.push(' ');
            command.push_str(&quoted(word));
        }
        command
    }

    /// The name and arguments of the script.
    fn words(self) -> [String; 4] {
        let mode = if self.is_released { "leave" } else { "stay" };
        let address = self.address.unwrap_or_default();
        [NAME.to_owned(), mode.to_owned(), address.to_owned(), self.pushed.to_string()]
    }
}

/// Quotes a word for sh, csh and fish: single quotes around all but `'`, `\` (which fish interprets in quotes) and
/// `!` (which csh does).
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

/// The command that reaches hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shell {
    /// The user's own ssh.
    Ssh,
    /// Another command, as words; `{host}` and `{port}` in them are replaced.
    Template(Vec<String>),
}

impl Shell {
    /// True if the command can be given a port.
    pub(crate) fn takes_port(&self) -> bool {
        match self {
            Self::Ssh => true,
            Self::Template(words) => words.iter().any(|word| word.contains("{port}")),
        }
    }

    /// The program and arguments that run `command` on `host`, at its `port` if it has one.
    pub(crate) fn start(&self, host: &str, port: Option<u16>, command: &str) -> Vec<String> {
        let mut words = match self {
            Self::Ssh => {
                let mut words = SSH.map(str::to_owned).to_vec();
                words.extend(port.map(|port| format!("-p{port}")));
                words.push(host.to_owned());
                words
            }
            Self::Template(words) => fill(words, host, port),
        };
        words.push(command.to_owned());
        words
    }

    /// True if the command is an ssh, which takes its options.
    pub(crate) fn is_ssh(&self) -> bool {
        match self {
            Self::Ssh => true,
            Self::Template(words) => words.first().is_some_and(|word| word.rsplit('/').next() == Some("ssh")),
        }
    }

    /// The program and arguments that print the configuration of the host, if the command can do that.
    pub(crate) fn ask_config(&self, host: &str) -> Option<Vec<String>> {
        match self {
            Self::Ssh => Some(["ssh", "-G", host].map(str::to_owned).to_vec()),
            Self::Template(words) => {
                let mut words = fill(words, host, None);
                words.insert(1, "-G".to_owned());
                self.is_ssh().then_some(words)
            }
        }
    }
}

/// The same ssh, which also forwards a free port of the host's loopback to our `listener`, or fails. It prints the
/// port, and notices within 15 seconds that the host is gone.
pub(crate) fn tunnelled(mut ssh: Vec<String>, listener: &str) -> Vec<String> {
    let forward = format!("127.0.0.1:0:{listener}");
    let options = ["-R", &forward, "-oExitOnForwardFailure=yes", "-oLogLevel=INFO"];
    ssh.splice(1..1, options.into_iter().chain(CARRIER).map(str::to_owned));
    ssh
}

/// The ssh to `login` that connects its input and output to `port` of the host's loopback.
pub(crate) fn through(login: &str, port: u16) -> Vec<String> {
    let mut words = SSH.map(str::to_owned).to_vec();
    words.splice(1..1, CARRIER.map(str::to_owned));
    words.extend([format!("-W127.0.0.1:{port}"), login.to_owned()]);
    words
}

/// How ssh reports the port that it was given.
pub(crate) const ALLOCATED: &str = "Allocated port ";

/// The port in a line in which ssh reports one.
pub(crate) fn allocated_port(line: &[u8]) -> Option<u16> {
    let rest = std::str::from_utf8(line).ok()?.strip_prefix(ALLOCATED)?;
    rest.split_whitespace().next()?.parse().ok()
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
    use std::io::{BufRead, BufReader, Read, Write};
    use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

    use rustix::process::{Pid, Signal, kill_process};

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
    fn a_tunnel_is_an_ssh_that_forwards_a_port_of_its_own() {
        let line = tunnelled(Shell::Ssh.start("n1", None, "C"), "127.0.0.1:2655");
        assert_eq!(line[..3], words(&["ssh", "-R", "127.0.0.1:0:127.0.0.1:2655"]));
        assert_eq!(line[line.len() - 2..], words(&["n1", "C"]));
        let line = b"Allocated port 41033 for remote forward to 127.0.0.1:2655\r";
        assert_eq!(allocated_port(line), Some(41033));
        assert_eq!((allocated_port(b"Allocated port x"), allocated_port(b"hello")), (None, None));
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

    const SECRET: &str = "00112233445566778899aabbccddeeff";

    /// Runs `command` in a session as a host does, and sends the secret; returns it with its input.
    fn session(command: &[&str]) -> (Child, ChildStdin) {
        let session = Session { is_released: true, address: Some("[::1]:2655"), pushed: 0 };
        let mut child = Command::new("sh")
            .args(["-c", &session.remote(&words(command))])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        writeln!(input, "{SECRET}").unwrap();
        (child, input)
    }

    /// The first line of its output, and the rest.
    fn first_line(child: &mut Child) -> (String, BufReader<ChildStdout>) {
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        (line, stdout)
    }

    #[test]
    fn every_word_arrives_as_it_is() {
        let odd = ["printf", "%s|", "a b", "it's", "$HOME", "`id`", "\\", "\\'", "!x", "*", "", "é", "-n"];
        let (child, _input) = session(&odd);
        let output = child.wait_with_output().unwrap();
        let expected = odd[2..].join("|") + "|-A|[::1]:2655|";
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        let session = Session { is_released: true, address: None, pushed: 0 };
        assert!(!session.remote(&words(&odd)).contains('\n'));
    }

    #[test]
    fn the_secret_and_a_late_address_come_through_the_input() {
        let script = "cat /dev/fd/3; echo $COLLECTL_LAUNCHED $0 $1; cat";
        let session = Session { is_released: false, address: None, pushed: 0 };
        let line = session.local(&words(&["sh", "-c", script]));
        let mut child = Command::new(&line[0])
            .args(&line[1..])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        write!(input, "{SECRET}\nhead:7\nmore\n").unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{SECRET}\nstay -A head:7\n"));
    }

    #[test]
    fn the_status_of_the_command_comes_out() {
        for (script, status) in [("exit 3", 3), ("exec nosuchcommandatall", 127)] {
            let (mut child, _input) = session(&["sh", "-c", script]);
            assert_eq!(child.wait().unwrap().code(), Some(status));
        }
    }

    #[test]
    fn a_command_that_ignores_sigterm_ends_too() {
        let (mut child, input) = session(&["sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"]);
        let (_, mut stdout) = first_line(&mut child);
        drop(input);
        assert_eq!(child.wait().unwrap().code(), Some(128 + 9));
        assert_eq!(stdout.read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    #[test]
    fn the_end_of_input_ends_the_command() {
        let (mut child, input) = session(&["sh", "-c", "echo up; exec sleep 1000"]);
        let (line, mut stdout) = first_line(&mut child);
        assert_eq!(line, "up\n");
        drop(input);
        assert_eq!(child.wait().unwrap().code(), Some(128 + 15));
        // End of file here means that nothing which was started still holds the output.
        assert_eq!(stdout.read_to_end(&mut Vec::new()).unwrap(), 0);
    }

    #[test]
    fn no_secret_no_command() {
        let session = Session { is_released: true, address: Some("x"), pushed: 0 };
        let line = session.local(&words(&["echo", "run"]));
        let output = Command::new(&line[0]).args(&line[1..]).stdin(Stdio::null()).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    }

    #[test]
    fn a_command_that_looks_after_itself_is_released() {
        let (mut child, mut input) = session(&["sh", "-c", "echo $$; exec sleep 1000"]);
        let (pid, mut stdout) = first_line(&mut child);
        writeln!(input, "leave").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), LEFT);
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let pid = Pid::from_raw(pid.trim_end().parse().unwrap()).unwrap();
        drop(input);
        kill_process(pid, Signal::KILL).expect("it was left, and runs");
    }
}

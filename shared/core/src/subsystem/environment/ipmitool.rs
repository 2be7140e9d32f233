//! `ipmitool`, a process that takes seconds to answer and is not waited for.

use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionbio;

/// How long it may run.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Most bytes of its output.
const MOST_BYTES: usize = 256 << 10;
/// Where it is searched for besides the folders of `PATH`.
const FOLDERS: [&str; 3] = ["/usr/bin", "/usr/sbin", "/usr/local/bin"];
/// The devices that it uses.
const DEVICES: [&str; 3] = ["/dev/ipmi0", "/dev/ipmi/0", "/dev/ipmidev/0"];

/// The path of ipmitool, on a machine with such a device.
pub(super) fn find() -> Option<PathBuf> {
    if !DEVICES.iter().any(|device| Path::new(device).exists()) {
        return None;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(FOLDERS.iter().map(PathBuf::from));
    folders
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("ipmitool"))
        .find(|path| path.is_file())
}

/// A query in progress. Dropping it ends the process.
pub(super) struct Question {
    child: Child,
    output: ChildStdout,
    text: Vec<u8>,
    asked: Instant,
    timeout: Duration,
    /// Whether its process was asked to end. That may take time: the driver can't be interrupted.
    ended: bool,
}

/// The state of a query.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    /// There is no answer yet.
    Pending,
    /// The output; empty if there will be none.
    Ready(Vec<u8>),
}

impl Question {
    /// Starts `program`, which queries the device with this number.
    ///
    /// # Errors
    /// The error of starting a process.
    pub(super) fn ask(program: &Path, device: Option<u8>) -> io::Result<Self> {
        let mut command = Command::new(program);
        if let Some(number) = device {
            command.arg("-d").arg(number.to_string());
        }
        Self::start(command.args(["-c", "sdr"]), TIMEOUT)
    }

    fn start(command: &mut Command, timeout: Duration) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let output = child.stdout.take().ok_or(ErrorKind::BrokenPipe)?;
        let question = Self { child, output, text: Vec::new(), asked: Instant::now(), timeout, ended: false };
        ioctl_fionbio(&question.output, true)?;
        Ok(question)
    }

    /// Takes the output so far, without waiting. When the answer is complete the process has ended.
    pub(super) fn poll(&mut self) -> Answer {
        let mut buffer = [0; 4096];
        let mut broken = false;
        loop {
            match self.output.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => self.text.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    broken = error.kind() != ErrorKind::WouldBlock;
                    break;
                }
            }
            if self.text.len() > MOST_BYTES {
                broken = true;
                break;
            }
        }
        if !self.ended && (broken || self.asked.elapsed() > self.timeout) {
            self.end();
        }
        match self.child.try_wait() {
            Ok(None) => Answer::Pending,
            // The pipe still holds what was written since the last read.
            Ok(Some(_)) if !self.ended => {
                let _ = self.output.by_ref().take(MOST_BYTES as u64).read_to_end(&mut self.text);
                Answer::Ready(std::mem::take(&mut self.text))
            }
            Ok(Some(_)) | Err(_) => Answer::Ready(Vec::new()),
        }
    }

    fn end(&mut self) {
        self.ended = true;
        // A process that has ended need not be killed.
        let _ = self.child.kill();
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.end();
        let _ = self.child.try_wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(script: &str, timeout: Duration) -> Question {
        Question::start(Command::new("sh").arg("-c").arg(script), timeout).unwrap()
    }

    fn answer(question: &mut Question) -> Vec<u8> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if let Answer::Ready(text) = question.poll() {
                return text;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no answer");
    }

    #[test]
    fn an_answer_is_taken_when_it_is_there() {
        let mut question = start("read never; echo 'Temp 1,4,degrees C,ok'", TIMEOUT);
        assert_eq!(answer(&mut question), b"Temp 1,4,degrees C,ok\n");
        assert!(Question::ask(Path::new("/nonexistent/ipmitool"), Some(1)).is_err());
    }

    #[test]
    fn one_that_hangs_is_ended_and_gone() {
        let mut question = start("echo half; exec sleep 1000", Duration::from_millis(50));
        assert_eq!(question.poll(), Answer::Pending);
        assert!(answer(&mut question).is_empty());
        assert!(question.child.try_wait().unwrap().is_some());
    }

    #[test]
    fn one_that_never_stops_writing_is_ended() {
        assert!(answer(&mut start("exec yes", TIMEOUT)).is_empty());
    }
}

//! The last part of the output of a process, which explains its end.

use std::io;
use std::process::Stdio;
use std::task::{Context, Poll};

use tokio::net::unix::pipe;

use super::command::ALLOCATED;

/// Bytes of output that are kept.
pub(crate) const KEPT: usize = 4096;

/// The beginnings of lines with a meaning: those of the script, and of an ssh that was given a port.
const MARKS: [&str; 2] = ["collectl-launch: ", ALLOCATED];
/// Largest number of such lines that are kept.
const MOST_MARKED: usize = 8;

/// Reads in a row, which together read what a pipe holds. A process that never stops writing can't block us.
const READS: usize = 16;

/// The read end of the output of a process, and its last [`KEPT`] bytes.
#[derive(Debug)]
pub(crate) struct Tail {
    source: Option<pipe::Receiver>,
    kept: Vec<u8>,
    /// Whole lines that begin with one of [`MARKS`], even if much output follows them.
    marked: Vec<Vec<u8>>,
}

impl Tail {
    /// A pipe, and two write ends for standard output and error.
    ///
    /// # Errors
    /// The error of the system.
    pub(crate) fn open() -> io::Result<(Self, Stdio, Stdio)> {
        let (reader, writer) = io::pipe()?;
        let source = pipe::Receiver::from_owned_fd(reader.into())?;
        Ok((
            Self { source: Some(source), kept: Vec::new(), marked: Vec::new() },
            writer.try_clone()?.into(),
            writer.into(),
        ))
    }

    /// Waits for more output and reads it. Never returns when there can't be any more. May be dropped at any time.
    pub(crate) async fn read(&mut self) {
        loop {
            match &self.source {
                Some(source) if source.readable().await.is_ok() => return self.read_now(),
                Some(_) => self.source = None,
                None => std::future::pending().await,
            }
        }
    }

    /// Reads all output from within the poll of another task.
    pub(crate) fn poll_drain(&mut self, context: &mut Context<'_>) {
        while let Some(source) = &self.source {
            match source.poll_read_ready(context) {
                Poll::Ready(Ok(())) => self.read_now(),
                Poll::Ready(Err(_)) => self.source = None,
                Poll::Pending => return,
            }
        }
    }

    /// Whether one of the marked lines is `text`.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.marked().any(|line| line == text.as_bytes())
    }

    /// The marked lines so far, without line ends.
    pub(crate) fn marked(&self) -> impl Iterator<Item = &[u8]> {
        self.marked.iter().map(Vec::as_slice)
    }

    /// Reads the output that is there. The end of the process is not always the end of its output (an ssh may leave
    /// another one that shares it), so nothing waits for that.
    pub(crate) fn read_now(&mut self) {
        let mut buffer = [0; KEPT];
        for _ in 0..READS {
            let Some(source) = &self.source else { return };
            match source.try_read(&mut buffer) {
                Ok(0) => self.source = None,
                Ok(count) => self.keep(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => self.source = None,
            }
        }
    }

    /// The output that was kept.
    pub(crate) fn kept(&self) -> &[u8] {
        &self.kept
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.kept.extend_from_slice(bytes);
        for line in self.kept.split_inclusive(|&byte| byte == b'\n') {
            if let Some(line) = line.strip_suffix(b"\n")
                && MARKS.iter().any(|mark| line.starts_with(mark.as_bytes()))
                && self.marked.len() < MOST_MARKED
                && !self.marked.iter().any(|marked| marked == line)
            {
                self.marked.push(line.to_vec());
            }
        }
        let beyond = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..beyond);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_of_the_output_is_kept() {
        let (mut tail, out, err) = Tail::open().unwrap();
        let mut child = tokio::process::Command::new("sh")
            .args(["-c", "echo begin >&2; head -c 9000 /dev/zero; echo end"])
            .stdout(out)
            .stderr(err)
            .spawn()
            .unwrap();
        let reading = async {
            loop {
                tail.read().await;
            }
        };
        tokio::select! {
            () = reading => {}
            status = child.wait() => assert!(status.unwrap().success()),
        }
        tail.read_now();
        assert_eq!(tail.kept().len(), KEPT);
        assert!(tail.kept().ends_with(b"\0end\n"));
    }
}

//! The last of what a process says, kept for the account of its end.

use std::io;
use std::process::Stdio;
use std::task::{Context, Poll};

use tokio::net::unix::pipe;

use super::command::ALLOCATED;

/// How much is kept of the output of one process.
pub(crate) const KEPT: usize = 4096;

/// How lines begin that mean something to us: those of the script, and of an ssh that was given a port.
const MARKS: [&str; 2] = ["collectl-launch: ", ALLOCATED];
/// Most such lines that are kept.
const MOST_MARKED: usize = 8;

/// Most reads in a row, so that a process that never stops talking does not keep us: what a pipe holds.
const READS: usize = 16;

/// The reading end of a process's output, and the last [`KEPT`] bytes of it.
#[derive(Debug)]
pub(crate) struct Tail {
    source: Option<pipe::Receiver>,
    kept: Vec<u8>,
    /// Whole lines that begin as [`MARKS`] do, whatever came after them.
    marked: Vec<Vec<u8>>,
}

impl Tail {
    /// A pipe: what is to be kept of it, and two writing ends, for standard output and error.
    pub(crate) fn open() -> io::Result<(Self, Stdio, Stdio)> {
        let (reader, writer) = io::pipe()?;
        let source = pipe::Receiver::from_owned_fd(reader.into())?;
        Ok((
            Self { source: Some(source), kept: Vec::new(), marked: Vec::new() },
            writer.try_clone()?.into(),
            writer.into(),
        ))
    }

    /// Waits until there is more, and takes it; for ever once nothing more can come. May be dropped at any time.
    pub(crate) async fn read(&mut self) {
        loop {
            match &self.source {
                Some(source) if source.readable().await.is_ok() => return self.read_now(),
                Some(_) => self.source = None,
                None => std::future::pending().await,
            }
        }
    }

    /// Takes what there is and will be, as part of another task's waiting.
    pub(crate) fn poll_drain(&mut self, context: &mut Context<'_>) {
        while let Some(source) = &self.source {
            match source.poll_read_ready(context) {
                Poll::Ready(Ok(())) => self.read_now(),
                Poll::Ready(Err(_)) => self.source = None,
                Poll::Pending => return,
            }
        }
    }

    /// Whether a marked line was `text`.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.marked().any(|line| line == text.as_bytes())
    }

    /// The marked lines so far, without their ends.
    pub(crate) fn marked(&self) -> impl Iterator<Item = &[u8]> {
        self.marked.iter().map(Vec::as_slice)
    }

    /// Takes what is there. The process's end does not mean the end of its output (an ssh may leave another behind
    /// that shares it), so that is never waited for.
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

    /// What was kept.
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
    async fn the_end_is_kept() {
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

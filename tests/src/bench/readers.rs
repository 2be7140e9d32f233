//! Clients that read everything they get.

use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(10);

/// Connections that one thread reads until they are dropped.
pub(crate) struct Readers {
    lines: Arc<AtomicU64>,
    end: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Readers {
    /// Makes this many connections to a server of this machine, which may still have to start.
    pub(crate) fn connect(port: u16, count: usize) -> io::Result<Self> {
        let connected: io::Result<Vec<_>> = (0..count).map(|_| connect(port)).collect();
        let (lines, end) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let thread = std::thread::spawn({
            let (mut streams, lines, end) = (connected?, Arc::clone(&lines), Arc::clone(&end));
            move || {
                while !end.load(Ordering::Relaxed) && read(&mut streams, &lines).is_ok() {}
            }
        });
        Ok(Self { lines, end, thread: Some(thread) })
    }

    /// Lines that the first of them has read.
    pub(crate) fn lines(&self) -> u64 {
        self.lines.load(Ordering::Relaxed)
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn connect(port: u16) -> io::Result<TcpStream> {
    let begin = Instant::now();
    loop {
        match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            Ok(stream) => return Ok(stream),
            Err(error) if begin.elapsed() > START => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn read(streams: &mut [TcpStream], lines: &AtomicU64) -> io::Result<()> {
    let timeout = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
    let mut polled: Vec<_> = streams.iter().map(|stream| PollFd::new(stream, PollFlags::IN)).collect();
    poll(&mut polled, Some(&timeout))?;
    let readable: Vec<bool> = polled.iter().map(|one| !one.revents().is_empty()).collect();
    let mut buffer = [0; 64 << 10];
    for (nth, stream) in streams.iter_mut().enumerate().filter(|(nth, _)| readable[*nth]) {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if nth == 0 {
            let ends = buffer[..count].iter().filter(|&&byte| byte == b'\n').count();
            lines.fetch_add(ends as u64, Ordering::Relaxed);
        }
    }
    Ok(())
}

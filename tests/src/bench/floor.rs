//! The floor: programs that only make the system calls.

use std::fs::File;
use std::io::{self, Read, Write};
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Subcommand;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::fs::{CWD, Mode, OFlags, RawDir, SeekFrom, openat, seek};

/// The bare system calls of an alternative.
#[derive(Debug, Subcommand)]
pub(crate) enum Kind {
    /// Read open files, once each, for this number of samples
    Files {
        /// Samples
        count: usize,
        /// Files
        paths: Vec<String>,
    },
    /// List a /proc, and open, read and close stat, status, io and, except for kernel threads, cmdline of all processes
    Processes {
        /// Samples
        count: usize,
        /// The folder
        root: PathBuf,
    },
    /// Write a line to each of these connections at every interval
    Server {
        /// Where to listen
        port: u16,
        /// How many connections to wait for
        clients: usize,
        /// Milliseconds between lines
        interval: u64,
    },
    /// Accept connections, and read what arrives
    Receive {
        /// Where to listen
        port: u16,
        /// How many connections to wait for
        hosts: usize,
    },
    /// Keep a processor busy
    Spin,
    /// Only sleep
    Sleep,
}

impl Kind {
    /// Does it.
    pub(crate) fn run(self) -> io::Result<()> {
        match self {
            Self::Files { count, paths } => files(count, &paths),
            Self::Processes { count, root } => processes(count, &root),
            Self::Server { port, clients, interval } => serve(port, clients, Duration::from_millis(interval)),
            Self::Receive { port, hosts } => receive(port, hosts),
            Self::Spin => loop {
                std::hint::spin_loop();
            },
            Self::Sleep => loop {
                std::thread::park();
            },
        }
    }
}

fn files(count: usize, paths: &[String]) -> io::Result<()> {
    let files: Vec<File> = paths.iter().filter_map(|path| File::open(path).ok()).collect();
    let mut buffer = vec![0; 1 << 20];
    // The kernel clears the requested size for a sysctl, so the request is no larger than needed.
    let lengths: io::Result<Vec<usize>> = files.iter().map(|file| file.read_at(&mut buffer, 0)).collect();
    let lengths: Vec<usize> =
        lengths?.into_iter().map(|length| (length + 4096).next_multiple_of(4096)).collect();
    for _ in 0..count {
        for (file, length) in files.iter().zip(&lengths) {
            file.read_at(&mut buffer[..*length], 0)?;
        }
    }
    Ok(())
}

fn processes(count: usize, root: &Path) -> io::Result<()> {
    let folder = openat(CWD, root, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())?;
    let mut pids = list(&folder)?;
    let has_command =
        |pid: &u32| std::fs::read(root.join(format!("{pid}/cmdline"))).is_ok_and(|text| !text.is_empty());
    pids.retain(has_command);
    let with_command = pids;
    let mut buffer = vec![0; 64 << 10];
    let mut path = Vec::new();
    for _ in 0..count {
        for pid in list(&folder)? {
            for name in ["stat", "status", "io", "cmdline"] {
                if name == "cmdline" && with_command.binary_search(&pid).is_err() {
                    continue;
                }
                path.clear();
                write!(path, "{pid}/{name}\0")?;
                let opened = std::ffi::CStr::from_bytes_with_nul(&path).ok();
                if let Some(Ok(file)) =
                    opened.map(|path| openat(&folder, path, OFlags::RDONLY, Mode::empty()))
                {
                    let _ = rustix::io::read(&file, &mut buffer[..]);
                }
            }
        }
    }
    Ok(())
}

/// The processes, in order.
fn list(folder: &OwnedFd) -> io::Result<Vec<u32>> {
    seek(folder, SeekFrom::Start(0))?;
    let mut buffer = [MaybeUninit::uninit(); 32 << 10];
    let mut entries = RawDir::new(folder, &mut buffer);
    let mut pids = Vec::new();
    while let Some(entry) = entries.next() {
        pids.extend(entry?.file_name().to_str().ok().and_then(|name| name.parse::<u32>().ok()));
    }
    pids.sort_unstable();
    Ok(pids)
}

fn serve(port: u16, clients: usize, interval: Duration) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let accepted: io::Result<Vec<_>> = (0..clients).map(|_| Ok(listener.accept()?.0)).collect();
    let mut streams = accepted?;
    let line = [[b'7'; 79].as_slice(), b"\n"].concat();
    let mut due = Instant::now();
    loop {
        for stream in &mut streams {
            stream.write_all(&line)?;
        }
        due += interval;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

fn receive(port: u16, hosts: usize) -> io::Result<()> {
    let listener = tests::listener::many(port)?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let mut streams = Vec::with_capacity(hosts);
    for number in 0..hosts {
        let stream = listener.accept()?.0;
        epoll::add(&epoll, &stream, EventData::new_u64(number as u64), EventFlags::IN | EventFlags::ET)?;
        streams.push(stream);
    }
    let mut ready = [MaybeUninit::<Event>::uninit(); 1024];
    let mut buffer = [0; 16 << 10];
    let mut open = hosts;
    while open > 0 {
        let (ready, _) = epoll::wait(&epoll, &mut ready, None)?;
        for event in ready.iter() {
            let stream = usize::try_from(event.data.u64()).ok().and_then(|number| streams.get_mut(number));
            if stream.map(|stream| stream.read(&mut buffer)).transpose()? == Some(0) {
                open -= 1;
            }
        }
    }
    Ok(())
}

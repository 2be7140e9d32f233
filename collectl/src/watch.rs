//! A thread that watches the sampler. A kernel file whose read hangs (of a process with memory on an unreachable file
//! server, for example) blocks everything else. This thread reports which file it is, and ends the run on a signal if
//! the kernel delivers signals to the blocked read.

use std::io;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use crate::{message, warn};

/// How often the thread checks, and how long a sample may take before a message.
const CHECK: Duration = Duration::from_secs(5);
/// How long a request to end waits for a sample that hangs.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the sampler tells the thread.
#[derive(Debug)]
pub(crate) struct Watch(Arc<Sampling>);

#[derive(Debug)]
struct Sampling {
    start: Instant,
    /// When the current sample started, in microseconds since `start`; 0 between samples.
    began: AtomicU64,
}

impl Watch {
    /// Starts the thread. Without it only its messages are lost.
    pub(crate) fn start() -> Self {
        let sampling = Arc::new(Sampling { start: Instant::now(), began: AtomicU64::new(0) });
        let watched = Arc::clone(&sampling);
        let watch = move || -> io::Result<()> {
            Builder::new_current_thread().enable_all().build()?.block_on(watched.watch())
        };
        if let Err(error) = thread::Builder::new().name("watch".into()).spawn(watch) {
            warn!("samples are not watched: {error}");
        }
        Self(sampling)
    }

    /// A sample starts.
    pub(crate) fn begin(&self) {
        self.0.began.store(self.0.now(), Ordering::Relaxed);
    }

    /// The sample is complete.
    pub(crate) fn end(&self) {
        self.0.began.store(0, Ordering::Relaxed);
    }
}

impl Sampling {
    async fn watch(&self) -> io::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut reported = 0;
        loop {
            tokio::select! {
                () = sleep(CHECK) => {}
                _ = interrupt.recv() => self.end_if_hung().await,
                _ = terminate.recv() => self.end_if_hung().await,
            }
            if let Some(began) = self.hung(CHECK).filter(|&began| began != reported) {
                reported = began;
                warn!("{} does not answer: nothing is measured until it does", file());
            }
        }
    }

    /// Ends the program when the sampler can't.
    async fn end_if_hung(&self) {
        let before = self.began.load(Ordering::Relaxed);
        sleep(PATIENCE).await;
        if self.hung(PATIENCE) == Some(before) {
            message::line(
                message::Severity::Error,
                format_args!("ended by a signal while {} did not answer", file()),
            );
            message::finish();
            process::exit(1);
        }
    }

    /// When the current sample started, if it has taken longer than `time`.
    fn hung(&self, time: Duration) -> Option<u64> {
        let began = self.began.load(Ordering::Relaxed);
        let took = Duration::from_micros(self.now().saturating_sub(began));
        (began > 0 && took >= time).then_some(began)
    }

    fn now(&self) -> u64 {
        self.start.elapsed().as_micros().try_into().unwrap_or(u64::MAX).max(1)
    }
}

/// The file that the first thread, which samples, waits for.
fn file() -> String {
    let file = waited_for(process::id()).map(|path| path.display().to_string());
    file.unwrap_or_else(|| "a kernel file".into())
}

/// The file named by the first argument of a system call of `thread` (`/proc/PID/task/TID/syscall`).
fn waited_for(thread: u32) -> Option<PathBuf> {
    let call = std::fs::read_to_string(format!("/proc/self/task/{thread}/syscall")).ok()?;
    let descriptor = call.split(' ').nth(1)?.strip_prefix("0x")?;
    let descriptor = u32::from_str_radix(descriptor, 16).ok()?;
    std::fs::read_link(format!("/proc/self/fd/{descriptor}")).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::linux::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_sample_that_takes_too_long_hangs() {
        let start = Instant::now().checked_sub(Duration::from_secs(9)).unwrap();
        let sampling = Sampling { start, began: AtomicU64::new(0) };
        assert_eq!(sampling.hung(CHECK), None);
        sampling.began.store(1, Ordering::Relaxed);
        assert_eq!(sampling.hung(CHECK), Some(1));
        let watch = Watch(Arc::new(sampling));
        watch.begin();
        assert_eq!(watch.0.hung(CHECK), None);
        watch.end();
        assert_eq!(watch.0.hung(Duration::ZERO), None);
    }

    #[test]
    fn the_file_that_a_thread_waits_for() {
        let (mut reader, writer) = io::pipe().unwrap();
        let inode = std::fs::metadata(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader)));
        let expected = PathBuf::from(format!("pipe:[{}]", inode.unwrap().st_ino()));
        let (tell, told) = std::sync::mpsc::channel();
        let waiting = thread::spawn(move || {
            tell.send(rustix::thread::gettid().as_raw_nonzero().get().cast_unsigned()).unwrap();
            reader.read(&mut [0; 1]).unwrap()
        });
        let thread = told.recv().unwrap();
        // The thread may not have started the read yet.
        while waited_for(thread).as_ref() != Some(&expected) {
            thread::yield_now();
        }
        drop(writer);
        assert_eq!(waiting.join().unwrap(), 0);
    }
}

//! The thread that writes recordings, so that a slow disk does not delay the sampler.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use collectl_core::clock::Time;
use collectl_core::roll::Roll;
use collectl_wire::backlog::{Backlog, Popped};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::oneshot::{Receiver, channel};

use super::location::Location;
use super::retention::purge;
use super::stream::Stream;
use crate::error;

/// Most bytes of samples that wait to be written.
const MAX_WAITING: usize = 64 << 20;
/// How long the end of a run waits for a disk that hangs.
const LINGER: Duration = Duration::from_secs(5);

/// The part of one sample for one stream.
#[derive(Debug)]
pub struct Part {
    /// The number of the stream.
    pub stream: usize,
    /// New column headings; empty if unchanged.
    pub columns: Vec<u8>,
    /// The lines.
    pub lines: Vec<u8>,
}

enum Job {
    Sample(Time, Vec<Part>),
    Flush(Time),
    /// Makes everything written so far readable, and then reports it.
    Publish(Time, Sender<()>),
    /// The next sample starts new files.
    Reopen(Time),
    Close(Time),
}

/// Which old files are removed.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Where they are.
    pub location: Location,
    /// The short name of the host.
    pub host: String,
    /// How long they are kept.
    pub roll: Roll,
    /// The time zone of the days.
    pub zone: fn() -> TimeZone,
}

/// A handle for others than the sampler.
#[derive(Clone)]
pub struct Jobs(Arc<Backlog<Job>>);

impl Jobs {
    /// Makes everything queued so far readable, and then signals `done`.
    pub fn publish(&self, done: Sender<()>) {
        self.0.push(Job::Publish(Time::now(), done), 0);
    }
}

/// The handle of the thread.
pub struct Worker {
    queue: Arc<Backlog<Job>>,
    ended: Receiver<()>,
}

impl Worker {
    /// Starts the thread. It flushes every `flush`.
    ///
    /// # Errors
    /// The error of the system if no thread can be started.
    pub fn start(
        mut streams: Vec<Stream>,
        flush: Duration,
        retention: Option<Retention>,
    ) -> io::Result<Self> {
        let queue = Arc::new(Backlog::new(MAX_WAITING));
        let (end, ended) = channel();
        let jobs = Arc::clone(&queue);
        thread::Builder::new().name("recorder".into()).spawn(move || {
            if let Some(retention) = &retention {
                retention.apply();
            }
            let mut next_flush = None;
            loop {
                match jobs.pop(next_flush) {
                    Popped::Item { item, refused } => {
                        follow(item, &mut streams, retention.as_ref());
                        if refused > 0 {
                            error!("{refused} samples are not recorded: writing takes too long");
                        }
                        next_flush = next_flush.or_else(|| Some(Instant::now() + flush));
                    }
                    Popped::Late => {}
                    Popped::Closed => break,
                }
                if next_flush.is_some_and(|next| Instant::now() >= next) {
                    streams.iter_mut().for_each(|stream| stream.flush(Time::now()));
                    next_flush = None;
                }
            }
            let _ = end.send(());
        })?;
        Ok(Self { queue, ended })
    }

    /// A handle for others.
    #[must_use]
    pub fn jobs(&self) -> Jobs {
        Jobs(Arc::clone(&self.queue))
    }

    /// Queues a sample.
    pub fn sample(&self, time: Time, parts: Vec<Part>) {
        let bytes = parts.iter().map(|part| part.columns.len() + part.lines.len()).sum();
        self.queue.push(Job::Sample(time, parts), bytes);
    }

    /// Waits until there is room for more samples.
    pub fn wait_for_room(&self) {
        self.queue.wait_for_room();
    }

    /// Flushes everything queued so far.
    pub fn flush(&self) {
        self.queue.push(Job::Flush(Time::now()), 0);
    }

    /// Starts new files with the next sample, as when they are due.
    pub fn reopen(&self) {
        self.queue.push(Job::Reopen(Time::now()), 0);
    }

    /// Closes the files, as of `time`, and waits until they are closed, at most until `hurry` completes.
    pub async fn close(self, time: Time, hurry: impl Future<Output = ()>) {
        self.queue.push(Job::Close(time), 0);
        self.queue.close();
        let ended = async {
            tokio::select! {
                ended = tokio::time::timeout(LINGER, self.ended) => ended.is_ok(),
                () = hurry => false,
            }
        };
        if !ended.await {
            error!("the recording could not be closed: writing takes too long");
        }
    }
}

impl Retention {
    fn apply(&self) {
        let now = Timestamp::from_microsecond(Time::now().micros()).unwrap_or_default();
        purge(&self.location, &self.host, &self.roll, (self.zone)().to_datetime(now).date());
    }
}

fn follow(job: Job, streams: &mut [Stream], retention: Option<&Retention>) {
    match job {
        Job::Sample(time, parts) => {
            let mut rolled = false;
            for part in parts {
                let leader = streams.first().and_then(Stream::date);
                if let Some(stream) = streams.get_mut(part.stream) {
                    rolled |= stream.write(time, leader, &part.columns, &part.lines);
                }
            }
            if let Some(retention) = retention.filter(|_| rolled) {
                retention.apply();
            }
        }
        Job::Flush(time) => streams.iter_mut().for_each(|stream| stream.flush(time)),
        Job::Publish(time, done) => {
            streams.iter_mut().for_each(|stream| stream.publish(time));
            // The requester may have gone.
            let _ = done.send(());
        }
        Job::Reopen(time) => streams.iter_mut().for_each(|stream| stream.reopen(time)),
        Job::Close(time) => streams.iter_mut().for_each(|stream| stream.end(time)),
    }
}

//! The thread that writes recordings, so that a slow disk does not hold up the sampler.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::location::Location;
use super::queue::{MAX_WAITING, Popped, Queue};
use super::retention::purge;
use super::stream::Stream;
use crate::error;
use collectl_core::clock::Time;
use collectl_core::roll::Roll;

/// How long the end of a run waits for a disk that hangs.
const LINGER: Duration = Duration::from_secs(30);

/// What is written of one sample into one stream.
#[derive(Debug)]
pub struct Part {
    /// The number of the stream.
    pub stream: usize,
    /// New headings of columns; empty if they are as before.
    pub columns: Vec<u8>,
    /// The lines.
    pub lines: Vec<u8>,
}

enum Job {
    Sample(Time, Vec<Part>),
    Flush(Time),
    /// What was written is made readable, which is then told.
    Publish(Time, Sender<()>),
    /// The next sample begins other files.
    Reopen(Time),
    Close(Time),
}

/// What old files are removed by: whose they are, and how long they are kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Where they are.
    pub location: Location,
    /// The short name of the host.
    pub host: String,
    /// How long they are kept.
    pub roll: Roll,
    /// Whose days count.
    pub zone: fn() -> TimeZone,
}

/// What others than the sampler ask of the thread.
#[derive(Clone)]
pub struct Jobs(Arc<Queue<Job>>);

impl Jobs {
    /// Has everything made readable that was handed over, and then tells `done`.
    pub fn publish(&self, done: Sender<()>) {
        self.0.push(Job::Publish(Time::now(), done), 0);
    }
}

/// The handle of the thread.
pub struct Worker {
    queue: Arc<Queue<Job>>,
    ended: Receiver<()>,
}

impl Worker {
    /// Starts the thread. It flushes what was written after each `flush`.
    ///
    /// # Errors
    /// What the system says if there can be no thread.
    pub fn start(
        mut streams: Vec<Stream>,
        flush: Duration,
        retention: Option<Retention>,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(MAX_WAITING));
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

    /// The way for others to ask.
    #[must_use]
    pub fn jobs(&self) -> Jobs {
        Jobs(Arc::clone(&self.queue))
    }

    /// Hands over a sample.
    pub fn sample(&self, time: Time, parts: Vec<Part>) {
        let bytes = parts.iter().map(|part| part.columns.len() + part.lines.len()).sum();
        self.queue.push(Job::Sample(time, parts), bytes);
    }

    /// Waits until there is room for more samples.
    pub fn wait_for_room(&self) {
        self.queue.wait_for_room();
    }

    /// Has everything flushed that was handed over.
    pub fn flush(&self) {
        self.queue.push(Job::Flush(Time::now()), 0);
    }

    /// Has other files begun at the next sample, as when it is their time.
    pub fn reopen(&self) {
        self.queue.push(Job::Reopen(Time::now()), 0);
    }

    /// Closes the files and waits until they are.
    pub fn close(self) {
        self.queue.push(Job::Close(Time::now()), 0);
        self.queue.close();
        if self.ended.recv_timeout(LINGER).is_err() {
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
            // Who asked may have gone.
            let _ = done.send(());
        }
        Job::Reopen(time) => streams.iter_mut().for_each(|stream| stream.reopen(time)),
        Job::Close(time) => streams.iter_mut().for_each(|stream| stream.end(time)),
    }
}

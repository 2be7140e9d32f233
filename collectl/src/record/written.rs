//! The raw files of this run, for those who read them back.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use collectl_core::clock::Time;

use super::worker::Jobs;

/// Most files that are remembered: a week of files rolled every minute.
const MAX_FILES: usize = 10_080;
/// How long a reader waits for a disk that hangs; then it reads what is there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Files in the order in which they were started, each with the time of its first sample.
#[derive(Debug, Default)]
pub struct Written(Mutex<VecDeque<(Time, PathBuf)>>);

impl Written {
    /// Adds a new file.
    pub fn add(&self, first: Time, path: PathBuf) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.push_back((first, path));
        if files.len() > MAX_FILES {
            files.pop_front();
        }
    }

    /// The last file that started with a sample at or before `time`, and all later ones; all files if there is none.
    #[must_use]
    pub fn since(&self, time: Time) -> Vec<PathBuf> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = files.iter().rposition(|(first, _)| *first <= time).unwrap_or(0);
        files.iter().skip(begin).map(|(_, path)| path.clone()).collect()
    }
}

/// The raw files of a recording in progress.
#[derive(Clone)]
pub struct RawFiles {
    all: Arc<Written>,
    /// The files of processes and slabs, if separate.
    apart: Arc<Written>,
    jobs: Jobs,
}

impl RawFiles {
    pub(super) fn new(all: Arc<Written>, apart: Arc<Written>, jobs: Jobs) -> Self {
        Self { all, apart, jobs }
    }

    /// See [`Written::since`]: the files, and those that `--tworaw` separates. Everything recorded so far can be read
    /// from them: this waits for the writer thread.
    #[must_use]
    pub fn readable_since(&self, time: Time) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let (done, readable) = channel();
        self.jobs.publish(done);
        // If the thread does not answer in time, the files are read as they are.
        let _ = readable.recv_timeout(PATIENCE);
        (self.all.since(time), self.apart.since(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_with_a_time_and_all_later_ones() {
        let written = Written::default();
        let at = |second: i64| Time::from_micros(second * 1_000_000);
        let names = |second| -> Vec<String> {
            written.since(at(second)).iter().map(|path| path.display().to_string()).collect()
        };
        assert!(names(5).is_empty());
        for second in [10, 20, 30] {
            written.add(at(second), PathBuf::from(second.to_string()));
        }
        assert_eq!(names(5), ["10", "20", "30"]);
        assert_eq!(names(19), ["10", "20", "30"]);
        assert_eq!(names(20), ["20", "30"]);
        assert_eq!(names(99), ["30"]);
    }
}

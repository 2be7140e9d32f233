//! The end of a run: ends everything that was started, and reports what became of it.

use std::time::Duration;

use tokio::time::timeout;

use super::Fleet;
use super::summary::{Fate, of_hosts, of_losses};
use crate::base::exit::{self, Ended};
use crate::base::signals::Signals;
use crate::consumer::feed::Consumers;
use crate::consumer::status::Severity;

/// All processes have ended by then, or are killed: their tasks take 1.6 seconds at most.
const PROCESSES: Duration = Duration::from_millis(1750);
/// Longest time for the reader of the output to take the rest, if the user wants the end now.
const OUTPUT: Duration = Duration::from_millis(1000);

impl Fleet {
    /// Closes all connections, ends all processes, writes the rest of the output, and returns the exit status.
    pub(super) async fn finish(mut self, ended: Ended, signals: &mut Signals) -> u8 {
        // The collectls are ended first: a disk may keep the recorder waiting.
        self.tasks.stop().await;
        self.consumers.finish();
        let processes = timeout(PROCESSES, self.tasks.ended());
        let orderly = tokio::select! {
            (over, ()) = async { tokio::join!(processes, output(&mut self.consumers, ended)) } => over.is_ok(),
            () = signals.next() => false,
        };
        if !orderly {
            self.tasks.kill();
        }
        self.report();
        let (delivered, expected) = self.admission.delivered();
        exit::status(ended, delivered, expected)
    }

    /// Reports what became of the hosts, and what was lost. That all is well is reported only if messages are wanted.
    fn report(&mut self) {
        let of = |(id, host)| Fate::of(host, self.admission.get(id).tally.has_delivered());
        let fates: Vec<_> = self.links.present().map(|host| (&*host.1.label, of(host))).collect();
        let is_well = fates.iter().all(|(_, fate)| *fate == Fate::Up);
        for line in of_hosts(&fates) {
            if is_well {
                self.consumers.inform(Severity::Info, &line);
            } else {
                self.consumers.error(&line);
            }
        }
        for line in self.admission.shared_names() {
            self.consumers.inform(Severity::Warning, &line);
        }
        let without_secret = self.admission.closed_without_secret();
        for line in of_losses(self.consumers.losses(), self.tasks.refused(), without_secret) {
            self.consumers.error(&line);
        }
    }
}

/// Waits for the reader of the output: as long as it takes, unless the end is wanted now.
async fn output(consumers: &mut Consumers, ended: Ended) {
    // Whether it could be written makes no difference any more.
    match ended {
        Ended::Done => drop(consumers.drain().await),
        Ended::Signal => drop(timeout(OUTPUT, consumers.drain()).await),
        Ended::ReaderLeft | Ended::OutputFailed => {}
    }
}

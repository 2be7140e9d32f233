//! The end of a run: when it has come, that nothing is left behind, and what is said about it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::timeout;

use super::Fleet;
use super::members::{Conn, Owner};
use super::summary::{Fate, of_hosts, of_losses};
use crate::base::exit::{self, Ended};
use crate::base::signals::Signals;
use crate::consumer::feed::Consumers;
use crate::consumer::status::Severity;
use crate::launch::attempt::Stage;

/// All processes have ended by then, or are killed: their tasks take 1.6 seconds at most.
const PROCESSES: Duration = Duration::from_millis(1750);
/// How long a reader may take for what is left of the output, where the user wants the end now.
const OUTPUT: Duration = Duration::from_millis(1000);

impl Fleet {
    /// True when nothing that is wanted can come any more.
    pub(super) fn is_finished(&self) -> bool {
        let hosts_are_over = self.counts.ended + self.counts.failed == self.hosts.len() - self.gone;
        let guests_are_over = self.guests.is_none() || self.strangers.done > 0 && self.conns.is_empty();
        hosts_are_over && guests_are_over
    }

    /// Closes all connections, ends all processes, writes what is left, and returns the exit status.
    pub(super) async fn finish(mut self, ended: Ended, signals: &mut Signals) -> u8 {
        // First what ends the collectls: a disk may keep the recorder waiting.
        for host in &self.hosts {
            host.set_stage(Stage::Stop);
        }
        self.tasks.shutdown().await;
        self.consumers.finish();
        let starts = &mut self.starts;
        let processes = timeout(PROCESSES, async { while starts.join_next().await.is_some() {} });
        let orderly = tokio::select! {
            (over, ()) = async { tokio::join!(processes, output(&mut self.consumers, ended)) } => over.is_ok(),
            () = signals.next() => false,
        };
        if !orderly {
            self.children.kill_all();
        }
        self.tell_the_end();
        let (delivered, expected) = self.account();
        exit::status(ended, delivered, expected)
    }

    /// Says what became of the hosts, and what was lost; that all is well only to those who want to hear it.
    fn tell_the_end(&mut self) {
        let fates: Vec<_> = self.present().map(|(_, host)| (host.label.as_str(), Fate::of(host))).collect();
        let is_well = fates.iter().all(|(_, fate)| *fate == Fate::Up);
        for line in of_hosts(&fates) {
            if is_well {
                self.consumers.inform(Severity::Info, &line);
            } else {
                self.consumers.error(&line);
            }
        }
        for line in self.shared_names() {
            self.consumers.inform(Severity::Warning, &line);
        }
        for line in
            of_losses(self.consumers.losses(), self.refused.load(Ordering::Relaxed), self.gate.closed())
        {
            self.consumers.error(&line);
        }
    }

    /// How many hosts delivered, and how many should have.
    fn account(&self) -> (usize, usize) {
        let expected = self.hosts.len() - self.gone;
        let delivered = self.present().filter(|(_, host)| host.tally.has_delivered()).count();
        if self.guests.is_none() {
            return (delivered, expected);
        }
        let is_heard = |conn: &&Conn| matches!(&conn.owner, Owner::Itself(tally) if tally.has_delivered());
        let guests = self.strangers.delivered + self.conns.values().filter(is_heard).count();
        (delivered + guests, (expected + guests).max(1))
    }
}

/// Waits for the reader of our output: as long as it takes, unless the end is wanted now.
async fn output(consumers: &mut Consumers, ended: Ended) {
    // Whether it could be written makes no difference any more.
    match ended {
        Ended::Done => drop(consumers.drain().await),
        Ended::Signal => drop(timeout(OUTPUT, consumers.drain()).await),
        Ended::ReaderLeft | Ended::OutputFailed => {}
    }
}

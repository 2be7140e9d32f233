//! The end of a run: when it has come, that nothing is left behind, and what is said about it.

use std::time::Duration;

use tokio::time::timeout;

use super::members::Owner;
use super::{Fleet, Way};
use crate::exit::{self, Ended};
use crate::launch::attempt::Stage;
use crate::link::state::State;
use crate::screen::{Losses, Screen};
use crate::signals::Signals;

/// All processes have ended by then, or are killed: their tasks take 1.6 seconds at most.
const PROCESSES: Duration = Duration::from_millis(1750);
/// How long a reader may take for what is left of the output, where the user wants the end now.
const OUTPUT: Duration = Duration::from_millis(1000);

impl Fleet {
    /// True when nothing that is wanted can come any more.
    pub(super) fn is_finished(&self) -> bool {
        match self.way {
            Way::Launch { .. } | Way::Connect { .. } => self.hosts.iter().all(|host| host.link.is_over()),
            Way::Listen => self.strangers.done > 0 && self.conns.is_empty(),
        }
    }

    /// Closes all connections, ends all processes, writes what is left, and returns the exit status.
    pub(super) async fn finish(mut self, ended: Ended, signals: &mut Signals) -> u8 {
        self.screen.end();
        for host in &self.hosts {
            host.set_stage(Stage::Stop);
        }
        self.tasks.shutdown().await;
        let starts = &mut self.starts;
        let processes = timeout(PROCESSES, async { while starts.join_next().await.is_some() {} });
        let orderly = tokio::select! {
            (over, ()) = async { tokio::join!(processes, output(&mut self.screen, ended)) } => over.is_ok(),
            () = signals.next() => false,
        };
        if !orderly {
            self.children.kill_all();
        }
        let (never, delivered, expected) = self.account();
        for line in summary(&never, expected, self.screen.losses) {
            self.screen.error(&line);
        }
        exit::status(ended, delivered, expected)
    }

    /// The hosts that never delivered and why, how many did, and how many should have.
    fn account(&self) -> (Vec<(&str, String)>, usize, usize) {
        if let Way::Listen = self.way {
            let open = self
                .conns
                .values()
                .filter(|conn| matches!(&conn.owner, Owner::Itself(tally) if tally.has_delivered()));
            let delivered = self.strangers.delivered + open.count();
            return (Vec::new(), delivered, delivered.max(1));
        }
        let never: Vec<_> = self
            .hosts
            .iter()
            .filter(|host| !host.tally.has_delivered())
            .map(|host| {
                let why = match (host.link.state(), &host.why) {
                    (State::Up { .. }, _) => "connected, but nothing came".to_owned(),
                    (_, Some(why)) => why.to_string(),
                    (_, None) => "not connected yet".to_owned(),
                };
                (host.label.as_str(), why)
            })
            .collect();
        let delivered = self.hosts.len() - never.len();
        (never, delivered, self.hosts.len())
    }
}

/// Waits for the reader of our output: as long as it takes, unless the end is wanted now.
async fn output(screen: &mut Screen, ended: Ended) {
    // Whether it could be written makes no difference any more.
    match ended {
        Ended::Done => drop(screen.drain().await),
        Ended::Signal => drop(timeout(OUTPUT, screen.drain()).await),
        Ended::ReaderLeft | Ended::OutputFailed => {}
    }
}

/// What there is to say at the end.
fn summary(never: &[(&str, String)], expected: usize, losses: Losses) -> Vec<String> {
    let mut lines = Vec::new();
    if !never.is_empty() {
        let names: Vec<String> = never.iter().map(|(label, why)| format!("{label} ({why})")).collect();
        lines.push(format!("{} of {expected} hosts never delivered: {}", never.len(), names.join(", ")));
    }
    for (count, what) in [
        (losses.cut, "longer than 1 MiB were cut"),
        (losses.unfinished, "left unfinished by the end of a connection were dropped"),
    ] {
        if count > 0 {
            lines.push(format!("{count} lines {what}"));
        }
    }
    if losses.dropped > 0 {
        lines
            .push(format!("{} chunks of lines were dropped: the output was read too slowly", losses.dropped));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_only_what_went_wrong() {
        assert!(summary(&[], 3, Losses::default()).is_empty());
        let never = [("n1", "unknown host".to_owned()), ("n2", "ssh: connection refused".to_owned())];
        let lines = summary(&never, 6, Losses { cut: 1, unfinished: 0, dropped: 7 });
        assert_eq!(
            lines,
            [
                "2 of 6 hosts never delivered: n1 (unknown host), n2 (ssh: connection refused)",
                "1 lines longer than 1 MiB were cut",
                "7 chunks of lines were dropped: the output was read too slowly",
            ]
        );
    }
}

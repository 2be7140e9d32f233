//! The summary at the end of a run: what became of the hosts, and what was lost. Pure.

use std::collections::BTreeMap;

use collectl_wire::display::counted;

use super::links::HostLink;
use crate::consumer::status::Losses;
use crate::launch::outcome::StartError;
use crate::link::machine::State;
use crate::link::reason::Reason;
use crate::target::fold::fold;

/// Largest number of different reasons that are listed.
const MAX_REASONS: usize = 30;

/// What became of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It delivered, and is up or has ended as it should.
    Up,
    /// It never delivered.
    Failed(String),
    /// It delivered, and is no longer up.
    Lost(String),
}

impl Fate {
    /// The fate of a host. `delivered` tells whether it ever sent data.
    pub(crate) fn of(host: &HostLink, delivered: bool) -> Self {
        let why =
            |otherwise: &str| host.reason.as_ref().map_or_else(|| otherwise.to_owned(), Reason::in_short);
        match (delivered, host.state()) {
            (true, State::Up { .. }) => Self::Up,
            (true, State::Ended { reason: Reason::Complete | Reason::Start(StartError::Ended) }) => Self::Up,
            (true, _) => Self::Lost(why("not reconnected yet")),
            (false, State::Up { .. }) => Self::Failed("connected, but sent nothing".to_owned()),
            (false, _) => Self::Failed(why("not connected yet")),
        }
    }
}

/// The number of hosts of each fate, and the hosts that failed or were lost, by reason. No lines if there are no
/// hosts, or a single one that is up.
pub(crate) fn of_hosts(fates: &[(&str, Fate)]) -> Vec<String> {
    let (mut failed, mut lost) = (BTreeMap::new(), BTreeMap::new());
    for (label, fate) in fates {
        let (all, why) = match fate {
            Fate::Up => continue,
            Fate::Failed(why) => (&mut failed, why),
            Fate::Lost(why) => (&mut lost, why),
        };
        all.entry(why.as_str()).or_insert_with(Vec::new).push(*label);
    }
    let count = |all: &BTreeMap<&str, Vec<&str>>| all.values().map(Vec::len).sum::<usize>();
    let (failures, losses) = (count(&failed), count(&lost));
    let up = fates.len() - failures - losses;
    if fates.len() <= up.min(1) {
        return Vec::new();
    }
    let hosts = counted(fates.len() as u64, "host");
    let mut lines = vec![format!("{hosts}: {up} up, {failures} failed, {losses} lost")];
    for (what, all) in [("failed", failed), ("lost", lost)] {
        let mut all: Vec<_> = all.into_iter().collect();
        all.sort_by_key(|(_, labels)| std::cmp::Reverse(labels.len()));
        let more = all.len().saturating_sub(MAX_REASONS);
        all.truncate(MAX_REASONS);
        lines.extend(all.into_iter().map(|(why, labels)| format!("{what} ({why}): {}", fold(labels))));
        if more > 0 {
            lines.push(format!("{what}: others, for {more} more reasons"));
        }
    }
    lines
}

/// The data that was lost, and the connections that were closed.
pub(crate) fn of_losses(losses: Losses, refused: u64, without_secret: u64) -> Vec<String> {
    let lines = [
        (losses.cut, "line", "cut at 1 MiB"),
        (losses.unfinished, "line", "dropped: the connection ended within the line"),
        (losses.dropped, "block", "of lines dropped: the output was read too slowly"),
        (losses.names, "column name or header", "cut or left out: too long or too many"),
        (losses.objects, "line", "left out that begin like JSON but are not"),
        (refused, "connection", "closed that --allow does not list"),
        (without_secret, "connection", "without a secret closed"),
    ];
    let counts = lines.iter().filter(|(count, ..)| *count > 0);
    let counts = counts.map(|(count, noun, what)| format!("{} {what}", counted(*count, noun)));
    let gaps = (losses.gaps > 0)
        .then(|| format!("{} not filled: {} missing", counted(losses.gaps, "gap"), losses.missing));
    counts.chain(gaps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::gap::Gap;

    #[test]
    fn hosts_of_one_reason_are_listed_together() {
        let failed = |why: &str| Fate::Failed(why.to_owned());
        let fates = [
            ("n1", failed("unknown host")),
            ("n2", failed("ssh: connection refused")),
            ("n4", Fate::Up),
            ("n3", failed("ssh: connection refused")),
            ("n5", Fate::Lost("connection closed".to_owned())),
        ];
        let lines = [
            "5 hosts: 1 up, 3 failed, 1 lost",
            "failed (ssh: connection refused): n[2-3]",
            "failed (unknown host): n1",
            "lost (connection closed): n5",
        ];
        assert_eq!(of_hosts(&fates), lines);
    }

    #[test]
    fn one_host_that_is_up_is_not_reported() {
        assert!(of_hosts(&[]).is_empty() && of_hosts(&[("n1", Fate::Up)]).is_empty());
        assert_eq!(of_hosts(&[("n1", Fate::Up), ("n2", Fate::Up)]), ["2 hosts: 2 up, 0 failed, 0 lost"]);
        assert_eq!(of_hosts(&[("n1", Fate::Failed("x".into()))])[0], "1 host: 0 up, 1 failed, 0 lost");
    }

    #[test]
    fn reasons_are_bounded() {
        let whys: Vec<String> = (0..100).map(|number| format!("reason {number}")).collect();
        let fates: Vec<_> = whys.iter().map(|why| ("n1", Fate::Failed(why.clone()))).collect();
        let lines = of_hosts(&fates);
        assert_eq!((lines.len(), lines[31].as_str()), (32, "failed: others, for 70 more reasons"));
    }

    #[test]
    fn only_losses_are_reported() {
        assert!(of_losses(Losses::default(), 0, 0).is_empty());
        let lines = [
            "1 line cut at 1 MiB",
            "7 blocks of lines dropped: the output was read too slowly",
            "3 connections closed that --allow does not list",
            "2 gaps not filled: 37 intervals, 1.9 seconds missing",
        ];
        let missing = Gap { intervals: 37, micros: 1_900_000 };
        let losses = Losses { cut: 1, dropped: 7, gaps: 2, missing, ..Losses::default() };
        assert_eq!(of_losses(losses, 3, 0), lines);
    }
}

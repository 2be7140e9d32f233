//! What there is to say at the end: what became of the hosts, and what was lost. Pure.

use std::collections::BTreeMap;

use super::members::Host;
use crate::consumer::status::Losses;
use crate::launch::outcome::StartError;
use crate::link::state::State;
use crate::link::why::Why;
use crate::target::fold::fold;

/// Most different reasons that are told.
const MAX_REASONS: usize = 30;

/// What became of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It delivered, and is up, or ended as it should.
    Up,
    /// It never delivered.
    Failed(String),
    /// It delivered, and is no longer up.
    Lost(String),
}

impl Fate {
    /// That of `host`, as it stands.
    pub(crate) fn of(host: &Host) -> Self {
        let why = |otherwise: &str| host.why.as_ref().map_or_else(|| otherwise.to_owned(), Why::in_short);
        match (host.tally.has_delivered(), host.link.state()) {
            (true, State::Up { .. } | State::Ended { why: Why::Enough | Why::Start(StartError::Ended) }) => {
                Self::Up
            }
            (true, _) => Self::Lost(why("not connected again yet")),
            (false, State::Up { .. }) => Self::Failed("connected, but nothing came".to_owned()),
            (false, _) => Self::Failed(why("not connected yet")),
        }
    }
}

/// How many hosts went which way, and which of them not as they should, together with those of the same reason. None
/// where there are no hosts, or only one that is up.
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
    let hosts = if fates.len() == 1 { "1 host".to_owned() } else { format!("{} hosts", fates.len()) };
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

/// What was not shown, and who was not heard.
pub(crate) fn of_losses(losses: Losses, refused: u64, unproven: u64) -> Vec<String> {
    let lines = [
        (losses.cut, "lines longer than 1 MiB were cut"),
        (losses.unfinished, "lines left unfinished by the end of a connection were dropped"),
        (losses.dropped, "chunks of lines were dropped: the output was read too slowly"),
        (losses.names, "column names or headers that were too long or too many were cut or left out"),
        (losses.objects, "lines that begin like a JSON object and are none were left out"),
        (refused, "connections of addresses that --allow excludes were closed"),
        (unproven, "connections that brought no secret were closed"),
    ];
    let said = lines.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let gaps = (losses.gaps > 0)
        .then(|| format!("{} gaps could not be filled: {} are missing", losses.gaps, losses.missing));
    said.chain(gaps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::gap::Gap;

    #[test]
    fn hosts_of_one_reason_stand_together() {
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
    fn one_host_that_is_up_is_not_worth_a_word() {
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
    fn only_what_was_lost_is_said() {
        assert!(of_losses(Losses::default(), 0, 0).is_empty());
        let lines = [
            "1 lines longer than 1 MiB were cut",
            "7 chunks of lines were dropped: the output was read too slowly",
            "3 connections of addresses that --allow excludes were closed",
            "2 gaps could not be filled: 37 intervals, 1.9 seconds are missing",
        ];
        let missing = Gap { intervals: 37, micros: 1_900_000 };
        let losses = Losses { cut: 1, dropped: 7, gaps: 2, missing, ..Losses::default() };
        assert_eq!(of_losses(losses, 3, 0), lines);
    }
}

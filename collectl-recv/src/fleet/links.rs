//! The links of all hosts: a state machine for each, what to report about it, and how many are in which state. Pure.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::action::{Action, Actions};
use crate::base::ids::HostId;
use crate::consumer::status::Counts;
use crate::consumer::status::Severity;
use crate::link::machine::{Action as LinkAction, Input, Link, Retry, State};
use crate::link::reason::Reason;
use crate::target::host::{Aliased, Method};

/// The link of one host.
#[derive(Debug)]
pub(crate) struct HostLink {
    /// The host as messages show it.
    pub(crate) label: Arc<str>,
    /// The host, and how it is connected to.
    pub(crate) host: Aliased<Method>,
    /// Why it is not up.
    pub(crate) reason: Option<Reason>,
    link: Link,
    /// Whether it was reported that it is not up.
    outage_reported: bool,
    /// Whether the roster does not list it any more. It keeps its place.
    gone: bool,
}

/// The links of all hosts that there ever were.
#[derive(Debug, Default)]
pub(crate) struct Links {
    all: Vec<HostLink>,
    counts: Counts,
    gone: usize,
}

impl HostLink {
    /// The state of the link.
    pub(crate) fn state(&self) -> &State {
        self.link.state()
    }
}

impl Links {
    /// Adds a host.
    pub(crate) fn add(&mut self, label: Arc<str>, host: Aliased<Method>, retry: Retry) -> HostId {
        self.all.push(HostLink {
            label,
            host,
            reason: None,
            link: Link::new(retry),
            outage_reported: false,
            gone: false,
        });
        self.counts.waiting += 1;
        HostId(self.all.len() - 1)
    }

    /// A host, which may be gone.
    pub(crate) fn get(&self, id: HostId) -> &HostLink {
        &self.all[id.0]
    }

    /// The hosts that are not gone.
    pub(crate) fn present(&self) -> impl Iterator<Item = (HostId, &HostLink)> {
        let all = self.all.iter().enumerate().map(|(index, host)| (HostId(index), host));
        all.filter(|(_, host)| !host.gone)
    }

    /// How many hosts are not gone.
    pub(crate) fn len(&self) -> usize {
        self.all.len() - self.gone
    }

    /// How many links are in which state.
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// True when no link will come up any more.
    pub(crate) fn are_over(&self) -> bool {
        self.counts.ended + self.counts.failed == self.len()
    }

    /// Handles an event of a host's link at `now`; `jitter` is at least 0 and below 1.
    pub(crate) fn on(&mut self, id: HostId, input: Input, now: Instant, jitter: f64) -> Actions {
        let host = &mut self.all[id.0];
        let before = host.link.state().clone();
        let action = host.link.on(input, now, jitter);
        let mut out = Actions::new();
        if *host.link.state() != before {
            *count_of(&mut self.counts, &before) -= 1;
            *count_of(&mut self.counts, host.link.state()) += 1;
            out.extend(host.report(&before, action));
        }
        match action {
            LinkAction::Nothing | LinkAction::Stop => {}
            LinkAction::Connect => out.push(Action::Connect(id)),
            LinkAction::Wait(delay) => out.push(Action::Wait(id, delay)),
        }
        out
    }

    /// The link of a host is lost. `delivered` tells whether it ever sent data.
    pub(crate) fn lost(
        &mut self,
        id: HostId,
        reason: Reason,
        delivered: bool,
        now: Instant,
        jitter: f64,
    ) -> Actions {
        let host = &mut self.all[id.0];
        if delivered {
            host.link.set_delivered();
        }
        host.reason = Some(reason.clone());
        self.on(id, Input::Lost(reason), now, jitter)
    }

    /// The roster does not list a host any more.
    pub(crate) fn retire(&mut self, id: HostId, now: Instant) -> Actions {
        let out = self.on(id, Input::Removed, now, 0.0);
        let host = &mut self.all[id.0];
        host.gone = true;
        self.gone += 1;
        *count_of(&mut self.counts, host.link.state()) -= 1;
        out
    }
}

impl HostLink {
    /// Reports a change of state: each outage once, not each retry.
    fn report(&mut self, before: &State, action: LinkAction) -> Option<Action> {
        let label = &self.label;
        let inform = |severity, text| Some(Action::Inform(severity, text));
        match self.link.state() {
            State::Idle | State::Connecting { .. } => None,
            State::Up { .. } => {
                self.reason = None;
                self.outage_reported = false;
                inform(Severity::Info, format!("{label}: up"))
            }
            State::Waiting { .. } => {
                let reported = std::mem::replace(&mut self.outage_reported, true);
                let (Some(reason), LinkAction::Wait(delay), false) = (&self.reason, action, reported) else {
                    return None;
                };
                let was_up = matches!(before, State::Up { .. });
                let what = if was_up { "lost" } else { "not up" };
                inform(
                    Severity::Warning,
                    format!("{label}: {what}: {reason}; next retry in {}", seconds(delay)),
                )
            }
            State::Ended { reason } => {
                let severity = if reason.is_good() { Severity::Info } else { Severity::Warning };
                inform(severity, format!("{label}: {reason}"))
            }
            State::Failed { reason } => Some(Action::Error(format!("{label}: failed: {reason}"))),
        }
    }
}

/// The count of the links in `state`.
fn count_of<'a>(counts: &'a mut Counts, state: &State) -> &'a mut usize {
    match state {
        State::Idle | State::Connecting { .. } | State::Waiting { .. } => &mut counts.waiting,
        State::Up { .. } => &mut counts.up,
        State::Failed { .. } => &mut counts.failed,
        State::Ended { .. } => &mut counts.ended,
    }
}

fn seconds(delay: Duration) -> String {
    format!("{:.1} s", delay.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::end::End;
    use crate::link::backoff::Backoff;
    use crate::target::host::Target;

    #[test]
    fn each_outage_is_reported_once() {
        let mut links = Links::default();
        let host = Aliased { host: Method::Launch(Target::Local), alias: None };
        let id = links.add("n1".into(), host, Retry::After(Backoff::default()));
        let now = Instant::now();
        assert_eq!(links.on(id, Input::Start, now, 1.0), [Action::Connect(id)]);
        let lose = |links: &mut Links| {
            let actions = links.lost(id, Reason::Stream(End::Closed), false, now, 1.0);
            links.on(id, Input::Due, now, 1.0);
            actions.iter().filter(|action| matches!(action, Action::Inform(..))).count()
        };
        assert_eq!([lose(&mut links), lose(&mut links), lose(&mut links)], [1, 0, 0]);
        assert_eq!(links.on(id, Input::Connected, now, 1.0).len(), 1);
        assert_eq!((links.counts().up, links.are_over()), (1, false));
        assert_eq!(lose(&mut links), 1);
        links.retire(id, now);
        assert_eq!((links.len(), links.counts(), links.are_over()), (0, Counts::default(), true));
    }
}

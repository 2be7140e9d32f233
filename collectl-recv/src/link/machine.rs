//! The state machine of one host's link. Pure: the time and the random numbers are arguments.

use std::time::Duration;

use tokio::time::Instant;

use crate::link::backoff::Backoff;
use crate::link::reason::Reason;

/// After a link was up for this long, the next failure restarts the backoff.
pub(crate) const STABLE_AFTER: Duration = Duration::from_secs(5);

/// What happens after a link ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It stays down.
    Never,
    /// It is retried for ever.
    After(Backoff),
}

/// The state of a link.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum State {
    /// Not started.
    Idle,
    /// It is being connected, or its collectl started, after `attempt` failures in a row.
    Connecting { attempt: u32 },
    /// Its stream is being read.
    Up { since: Instant, attempt: u32 },
    /// It is retried at `until`.
    Waiting { until: Instant, attempt: u32 },
    /// It ended after it was up, and is not retried.
    Ended { reason: Reason },
    /// It never came up, and is not retried.
    Failed { reason: Reason },
}

/// An event of a link.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    /// The run starts.
    Start,
    /// It is connected.
    Connected,
    /// The attempt failed, or the connection is lost.
    Lost(Reason),
    /// Its connection turned out to be from another host.
    Mistaken,
    /// The wait is over.
    Due,
    /// All intervals that were asked for were received.
    Complete,
    /// The roster does not list it any more.
    Removed,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nothing.
    Nothing,
    /// Connect, or start the collectl.
    Connect,
    /// Send [`Input::Due`] after this time.
    Wait(Duration),
    /// The link is over.
    Stop,
}

/// One host's link.
#[derive(Debug)]
pub(crate) struct Link {
    state: State,
    retry: Retry,
    delivered: bool,
}

impl Link {
    /// A link that was not started yet.
    pub(crate) fn new(retry: Retry) -> Self {
        Self { state: State::Idle, retry, delivered: false }
    }

    /// Its state.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The host has delivered. From now on no failure is final: what worked once may work again (a host that boots
    /// refuses logins, or has not mounted its programs yet).
    pub(crate) fn set_delivered(&mut self) {
        self.delivered = true;
    }

    /// Handles an event at `now`; `jitter` is at least 0 and below 1. An event that does not fit the state (a late one)
    /// changes nothing.
    pub(crate) fn on(&mut self, input: Input, now: Instant, jitter: f64) -> Action {
        let (state, action) = match (&self.state, input) {
            (State::Ended { .. } | State::Failed { .. }, _) => return Action::Nothing,
            (_, Input::Complete) => (State::Ended { reason: Reason::Complete }, Action::Stop),
            (_, Input::Removed) => (State::Ended { reason: Reason::Removed }, Action::Stop),
            (State::Idle, Input::Start) => (State::Connecting { attempt: 0 }, Action::Connect),
            (State::Waiting { attempt, .. }, Input::Due) => {
                (State::Connecting { attempt: *attempt }, Action::Connect)
            }
            (State::Connecting { attempt }, Input::Connected) => {
                (State::Up { since: now, attempt: *attempt }, Action::Nothing)
            }
            (State::Up { attempt, .. }, Input::Mistaken) => {
                (State::Connecting { attempt: *attempt }, Action::Nothing)
            }
            (State::Connecting { attempt }, Input::Lost(reason)) => match self.retry {
                Retry::After(backoff) if self.may_recover(&reason) => wait(backoff, *attempt, now, jitter),
                Retry::After(_) | Retry::Never => (State::Failed { reason }, Action::Stop),
            },
            (State::Up { since, attempt }, Input::Lost(reason)) => match self.retry {
                Retry::After(backoff) if self.may_recover(&reason) => {
                    let stable = now.duration_since(*since) >= STABLE_AFTER;
                    wait(backoff, if stable { 0 } else { *attempt }, now, jitter)
                }
                Retry::After(_) | Retry::Never => (State::Ended { reason }, Action::Stop),
            },
            _ => return Action::Nothing,
        };
        self.state = state;
        action
    }

    fn may_recover(&self, reason: &Reason) -> bool {
        self.delivered || !reason.is_final()
    }
}

fn wait(backoff: Backoff, attempt: u32, now: Instant, jitter: f64) -> (State, Action) {
    let delay = backoff.delay(attempt, jitter);
    (State::Waiting { until: now + delay, attempt: attempt.saturating_add(1) }, Action::Wait(delay))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::end::End;
    use crate::launch::outcome::StartError;

    const MS: Duration = Duration::from_millis(1);

    fn closed() -> Reason {
        Reason::Stream(End::Closed)
    }

    fn started(retry: Retry, now: Instant) -> Link {
        let mut link = Link::new(retry);
        assert_eq!(link.on(Input::Start, now, 1.0), Action::Connect);
        link
    }

    #[test]
    fn failures_wait_longer_and_longer() {
        let now = Instant::now();
        let mut link = started(Retry::After(Backoff::default()), now);
        for expected in [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000] {
            assert_eq!(link.on(Input::Lost(closed()), now, 1.0), Action::Wait(expected * MS));
            assert_eq!(link.on(Input::Due, now, 1.0), Action::Connect);
        }
    }

    #[test]
    fn only_a_link_that_stayed_up_starts_anew() {
        let mut now = Instant::now();
        let mut link = started(Retry::After(Backoff::default()), now);
        for (up, expected) in [(10, 250), (4999, 500), (0, 1000), (5000, 250), (1, 500)] {
            assert_eq!(link.on(Input::Connected, now, 1.0), Action::Nothing);
            now += up * MS;
            assert_eq!(link.on(Input::Lost(closed()), now, 1.0), Action::Wait(expected * MS));
            now += expected * MS;
            assert_eq!(link.on(Input::Due, now, 1.0), Action::Connect);
        }
    }

    #[test]
    fn without_retry_a_link_fails_or_ends() {
        let now = Instant::now();
        let mut link = started(Retry::Never, now);
        assert_eq!(link.on(Input::Lost(closed()), now, 1.0), Action::Stop);
        assert_eq!(link.state(), &State::Failed { reason: closed() });
        let mut link = started(Retry::Never, now);
        link.on(Input::Connected, now, 1.0);
        assert_eq!(link.on(Input::Lost(closed()), now, 1.0), Action::Stop);
        assert_eq!(link.state(), &State::Ended { reason: closed() });
    }

    #[test]
    fn an_error_that_retrying_cannot_fix_is_final_unless_the_host_has_delivered() {
        let now = Instant::now();
        let reason = Reason::Start(StartError::NoCommand);
        let mut link = started(Retry::After(Backoff::default()), now);
        assert_eq!(link.on(Input::Lost(reason.clone()), now, 1.0), Action::Stop);
        let mut link = started(Retry::After(Backoff::default()), now);
        link.set_delivered();
        assert!(matches!(link.on(Input::Lost(reason), now, 1.0), Action::Wait(_)));
    }

    #[test]
    fn a_connection_of_another_host_is_expected_again() {
        let now = Instant::now();
        let mut link = started(Retry::Never, now);
        link.on(Input::Connected, now, 1.0);
        assert_eq!(link.on(Input::Mistaken, now, 1.0), Action::Nothing);
        assert_eq!(link.state(), &State::Connecting { attempt: 0 });
    }

    #[test]
    fn late_events_change_nothing() {
        let now = Instant::now();
        let mut link = started(Retry::After(Backoff::default()), now);
        assert_eq!(link.on(Input::Due, now, 1.0), Action::Nothing);
        assert_eq!(link.on(Input::Complete, now, 1.0), Action::Stop);
        for input in [Input::Start, Input::Connected, Input::Due, Input::Lost(closed()), Input::Complete] {
            assert_eq!(link.on(input, now, 1.0), Action::Nothing);
            assert_eq!(link.state(), &State::Ended { reason: Reason::Complete });
        }
    }
}

//! The state of one host's link, and what each event makes of it. Pure: the time and the dice are arguments.

use std::time::Duration;

use tokio::time::Instant;

use crate::link::backoff::Backoff;
use crate::link::why::Why;

/// A link must have been up for this long before the next failure starts the backoff anew.
pub(crate) const STABLE_AFTER: Duration = Duration::from_secs(5);

/// What is done about a link that ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It stays down.
    Never,
    /// It is tried again for ever.
    After(Backoff),
}

/// Where a link stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum State {
    /// Not begun.
    Idle,
    /// Being dialled, or its collectl being started, after `attempt` failures in a row.
    Connecting { attempt: u32 },
    /// Its stream is read.
    Up { since: Instant, attempt: u32 },
    /// To be tried again at `until`.
    Waiting { until: Instant, attempt: u32 },
    /// Ended after it had been up; not to be tried again.
    Ended { why: Why },
    /// Never came up; not to be tried again.
    Failed { why: Why },
}

/// What happened to a link.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    /// The run begins.
    Begin,
    /// The connection stands.
    Connected,
    /// The attempt failed, or the link that was up is gone.
    Lost(Why),
    /// The connection turned out to be another host's.
    Mistaken,
    /// The wait is over.
    Due,
    /// All that was wanted of the host has come.
    Enough,
    /// It is no longer wanted.
    Removed,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nothing.
    Nothing,
    /// Dial, or start the collectl.
    Connect,
    /// Come back with [`Input::Due`] after this time.
    Wait(Duration),
    /// The link is over.
    Stop,
}

/// One host's link.
#[derive(Debug)]
pub(crate) struct Link {
    state: State,
    retry: Retry,
    proved: bool,
}

impl Link {
    /// A link that has not begun.
    pub(crate) fn new(retry: Retry) -> Self {
        Self { state: State::Idle, retry, proved: false }
    }

    /// Where it stands.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// True where it is tried again when it is lost.
    pub(crate) fn is_retried(&self) -> bool {
        self.retry != Retry::Never
    }

    /// The host has delivered: from now on no failure is final, for what worked once may work again (a host that boots
    /// refuses logins, or has its programs not mounted yet).
    pub(crate) fn prove(&mut self) {
        self.proved = true;
    }

    /// Takes what happened at `now`; `jitter` is from 0 up to 1. An event that makes no sense in the present state (a
    /// late one) changes nothing.
    pub(crate) fn on(&mut self, input: Input, now: Instant, jitter: f64) -> Action {
        let (state, action) = match (&self.state, input) {
            (State::Ended { .. } | State::Failed { .. }, _) => return Action::Nothing,
            (_, Input::Enough) => (State::Ended { why: Why::Enough }, Action::Stop),
            (_, Input::Removed) => (State::Ended { why: Why::Removed }, Action::Stop),
            (State::Idle, Input::Begin) => (State::Connecting { attempt: 0 }, Action::Connect),
            (State::Waiting { attempt, .. }, Input::Due) => {
                (State::Connecting { attempt: *attempt }, Action::Connect)
            }
            (State::Connecting { attempt }, Input::Connected) => {
                (State::Up { since: now, attempt: *attempt }, Action::Nothing)
            }
            (State::Up { attempt, .. }, Input::Mistaken) => {
                (State::Connecting { attempt: *attempt }, Action::Nothing)
            }
            (State::Connecting { attempt }, Input::Lost(why)) => match self.retry {
                Retry::After(backoff) if self.may_recover(&why) => wait(backoff, *attempt, now, jitter),
                Retry::After(_) | Retry::Never => (State::Failed { why }, Action::Stop),
            },
            (State::Up { since, attempt }, Input::Lost(why)) => match self.retry {
                Retry::After(backoff) if self.may_recover(&why) => {
                    let stable = now.duration_since(*since) >= STABLE_AFTER;
                    wait(backoff, if stable { 0 } else { *attempt }, now, jitter)
                }
                Retry::After(_) | Retry::Never => (State::Ended { why }, Action::Stop),
            },
            _ => return Action::Nothing,
        };
        self.state = state;
        action
    }

    fn may_recover(&self, why: &Why) -> bool {
        self.proved || !why.is_final()
    }
}

fn wait(backoff: Backoff, attempt: u32, now: Instant, jitter: f64) -> (State, Action) {
    let delay = backoff.delay(attempt, jitter);
    (State::Waiting { until: now + delay, attempt: attempt.saturating_add(1) }, Action::Wait(delay))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::launch::outcome::StartError;
    use crate::link::end::End;

    const MS: Duration = Duration::from_millis(1);

    fn closed() -> Why {
        Why::Stream(End::Closed)
    }

    fn begun(retry: Retry, now: Instant) -> Link {
        let mut link = Link::new(retry);
        assert_eq!(link.on(Input::Begin, now, 1.0), Action::Connect);
        link
    }

    #[test]
    fn failures_wait_longer_and_longer() {
        let now = Instant::now();
        let mut link = begun(Retry::After(Backoff::default()), now);
        for expected in [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000] {
            assert_eq!(link.on(Input::Lost(closed()), now, 1.0), Action::Wait(expected * MS));
            assert_eq!(link.on(Input::Due, now, 1.0), Action::Connect);
        }
    }

    #[test]
    fn only_a_link_that_stayed_up_starts_anew() {
        let mut now = Instant::now();
        let mut link = begun(Retry::After(Backoff::default()), now);
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
        let mut link = begun(Retry::Never, now);
        assert_eq!(link.on(Input::Lost(closed()), now, 1.0), Action::Stop);
        assert_eq!(link.state(), &State::Failed { why: closed() });
        let mut link = begun(Retry::Never, now);
        link.on(Input::Connected, now, 1.0);
        assert_eq!(link.on(Input::Lost(closed()), now, 1.0), Action::Stop);
        assert_eq!(link.state(), &State::Ended { why: closed() });
    }

    #[test]
    fn what_retrying_cannot_cure_fails_at_once_unless_it_once_worked() {
        let now = Instant::now();
        let why = Why::Start(StartError::NoCommand);
        let mut link = begun(Retry::After(Backoff::default()), now);
        assert_eq!(link.on(Input::Lost(why.clone()), now, 1.0), Action::Stop);
        let mut link = begun(Retry::After(Backoff::default()), now);
        link.prove();
        assert!(matches!(link.on(Input::Lost(why), now, 1.0), Action::Wait(_)));
    }

    #[test]
    fn a_connection_that_was_another_hosts_is_waited_for_again() {
        let now = Instant::now();
        let mut link = begun(Retry::Never, now);
        link.on(Input::Connected, now, 1.0);
        assert_eq!(link.on(Input::Mistaken, now, 1.0), Action::Nothing);
        assert_eq!(link.state(), &State::Connecting { attempt: 0 });
    }

    #[test]
    fn late_events_change_nothing() {
        let now = Instant::now();
        let mut link = begun(Retry::After(Backoff::default()), now);
        assert_eq!(link.on(Input::Due, now, 1.0), Action::Nothing);
        assert_eq!(link.on(Input::Enough, now, 1.0), Action::Stop);
        for input in [Input::Begin, Input::Connected, Input::Due, Input::Lost(closed()), Input::Enough] {
            assert_eq!(link.on(input, now, 1.0), Action::Nothing);
            assert_eq!(link.state(), &State::Ended { why: Why::Enough });
        }
    }
}

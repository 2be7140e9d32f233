//! Waits for the boundaries of a [`Schedule`], by the machine's clock.

use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use collectl_core::clock::{Alignment, Schedule, Time};
use collectl_wire::async_fd::async_fd;
use rustix::io::Errno;
use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
use tokio::io::unix::AsyncFd;

/// A difference between clock and elapsed time above which the clock was set, or the machine slept.
const STEP: f64 = 0.1;

/// Waits for the instants at which to sample.
#[derive(Debug)]
pub enum Ticker {
    /// At once, as often as called (`-i0`).
    Always,
    /// At the boundaries of a schedule.
    Timed(Timer),
}

/// A schedule by a clock.
#[derive(Debug)]
pub struct Timer<C = KernelTimer> {
    schedule: Schedule,
    clock: C,
    last: Option<(Time, Instant)>,
}

/// A clock to wait for.
pub trait Clock {
    /// The time of day, and an instant of a clock that is never set.
    fn now(&self) -> (Time, Instant);

    /// Waits until `due` (true), or until the clock was set (false). May be dropped at any time.
    ///
    /// # Errors
    /// The error of the system.
    fn wait(&self, due: Time) -> impl Future<Output = io::Result<bool>>;
}

/// A kernel timer on the realtime clock, which the kernel cancels when that clock is set (timerfd_create(2)).
#[derive(Debug)]
pub struct KernelTimer(AsyncFd<OwnedFd>);

/// It is time to sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick {
    /// The current time.
    pub now: Time,
    /// Seconds by which the clock was set, or the machine slept, since the last tick; otherwise zero.
    pub stepped: f64,
}

impl Ticker {
    /// A ticker that starts now. An interval of zero always ticks.
    ///
    /// # Errors
    /// What `timerfd_create(2)` returns.
    pub fn start(interval: Duration, alignment: Alignment) -> io::Result<Self> {
        if interval.is_zero() {
            return Ok(Self::Always);
        }
        let schedule = Schedule::new(interval, alignment, Time::now());
        Ok(Self::Timed(Timer { schedule, clock: KernelTimer::new()?, last: None }))
    }

    /// Waits for the next boundary. May be dropped at any time and called again.
    ///
    /// # Errors
    /// What the calls on the timer return.
    pub async fn tick(&mut self) -> io::Result<Tick> {
        match self {
            Self::Always => {
                tokio::task::yield_now().await;
                Ok(Tick { now: Time::now(), stepped: 0.0 })
            }
            Self::Timed(timer) => timer.tick().await,
        }
    }
}

impl<C: Clock> Timer<C> {
    async fn tick(&mut self) -> io::Result<Tick> {
        loop {
            let due = self.schedule.next_after(self.clock.now().0);
            if self.clock.wait(due).await? {
                let (now, instant) = self.clock.now();
                if now >= due {
                    return Ok(Tick { now, stepped: self.step(now, instant) });
                }
            }
        }
    }

    fn step(&mut self, now: Time, instant: Instant) -> f64 {
        let last = self.last.replace((now, instant));
        let step = last.map_or(0.0, |(time, before)| {
            now.seconds_since(time) - instant.duration_since(before).as_secs_f64()
        });
        if step.abs() > STEP { step } else { 0.0 }
    }
}

impl KernelTimer {
    fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        Ok(Self(async_fd(rustix::time::timerfd_create(TimerfdClockId::Realtime, flags)?)?))
    }

    fn arm(&self, due: Time) -> io::Result<()> {
        let it_value = Timespec {
            tv_sec: due.micros().div_euclid(1_000_000),
            tv_nsec: due.micros().rem_euclid(1_000_000) * 1000,
        };
        let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        rustix::time::timerfd_settime(self.0.get_ref(), flags, &Itimerspec { it_interval, it_value })?;
        Ok(())
    }
}

impl Clock for KernelTimer {
    fn now(&self) -> (Time, Instant) {
        (Time::now(), Instant::now())
    }

    async fn wait(&self, due: Time) -> io::Result<bool> {
        self.arm(due)?;
        loop {
            let mut ready = self.0.readable().await?;
            let read = rustix::io::read(self.0.get_ref(), &mut [0; 8]);
            // The timer is not ready again before it is armed again: only one read per tick.
            ready.clear_ready();
            match read {
                Ok(_) => return Ok(true),
                Err(Errno::CANCELED) => return Ok(false),
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    const START: Time = Time::from_micros(1_795_340_400_300_000);
    const LATENCY: Duration = Duration::from_millis(2);

    /// A clock that is set at some moments, each given by the time after the start and the change in seconds, and a
    /// kernel that behaves as in timerfd_create(2). Time passes only while something waits.
    struct SetClock {
        start: Instant,
        passed: Cell<Duration>,
        sets: Vec<(Duration, f64)>,
    }

    impl Clock for SetClock {
        fn now(&self) -> (Time, Instant) {
            let passed = self.passed.get();
            let set: f64 = self.sets.iter().filter(|(at, _)| *at <= passed).map(|(_, by)| by).sum();
            let time = Time::from_micros(START.plus(passed).micros() + (set * 1e6).round() as i64);
            (time, self.start + passed)
        }

        async fn wait(&self, due: Time) -> io::Result<bool> {
            let passed = self.passed.get();
            let micros = due.micros() - self.now().0.micros();
            let expires = passed + Duration::from_micros(micros.try_into().unwrap_or(0));
            let set = self.sets.iter().map(|(at, _)| *at).find(|&at| at > passed && at <= expires);
            self.passed.set(set.unwrap_or(expires + LATENCY));
            Ok(set.is_none())
        }
    }

    /// The first `count` ticks, each with its time after the start.
    fn ticks(interval: Duration, sets: Vec<(Duration, f64)>, count: usize) -> Vec<(Duration, Tick)> {
        let schedule = Schedule::new(interval, Alignment::Start, START);
        let clock = SetClock { start: Instant::now(), passed: Cell::default(), sets };
        let mut timer = Timer { schedule, clock, last: None };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let tick = |_| (runtime.block_on(timer.tick()).unwrap(), timer.clock.passed.get());
        (0..count).map(tick).map(|(tick, passed)| (passed, tick)).collect()
    }

    #[test]
    fn the_clock_is_set_by_an_hour() {
        let seconds = Duration::from_secs_f64;
        for by in [3600.0, -3600.0] {
            let ticks = ticks(seconds(1.0), vec![(seconds(3.0), by)], 6);
            let steps: Vec<f64> = ticks.iter().map(|(_, tick)| tick.stepped.round()).collect();
            assert_eq!(steps, [0.0, 0.0, 0.0, by, 0.0, 0.0]);
            let passed: Vec<f64> = ticks.iter().map(|(passed, _)| passed.as_secs_f64()).collect();
            assert_eq!(passed, [0.702, 1.702, 2.702, 3.702, 4.702, 5.702]);
        }
    }

    proptest! {
        #[test]
        fn no_interval_is_lost_but_one_where_the_clock_is_set(
            millis in prop::sample::select(vec![100u64, 1000, 10_000]),
            sets in prop::collection::vec((1.0f64..20.0, prop::sample::select(vec![
                3600.0, -3600.0, 3600.37, -3599.81, 86_400.5, -0.6, 0.25,
            ])), 0..4),
        ) {
            let interval = Duration::from_millis(millis);
            let mut at = Duration::ZERO;
            let sets: Vec<_> = sets.into_iter().map(|(intervals, by)| {
                // A time of day has microseconds: no part of one may add up.
                at += Duration::from_micros((interval.as_micros() as f64 * (3.0 + intervals)) as u64);
                (at, by)
            }).collect();
            let ticks = ticks(interval, sets.clone(), 100);
            let aligned = |tick: &Tick| tick.now.micros().rem_euclid(interval.as_micros() as i64);
            prop_assert_eq!(aligned(&ticks[0].1) % 100_000, 2000);
            // If the clock is set between the end of the wait and the tick, its new value counts.
            let just_set = |passed: Duration| sets.iter().any(|&(at, _)| at <= passed && at + LATENCY > passed);
            for (passed, tick) in &ticks {
                prop_assert!(just_set(*passed) || aligned(tick) == aligned(&ticks[0].1), "{tick:?}");
            }
            for pair in ticks.windows(2) {
                let (from, to) = (pair[0].0, pair[1].0);
                let set: Vec<f64> = sets.iter().filter(|(at, _)| *at > from && *at <= to).map(|set| set.1).collect();
                prop_assert!(to - from <= 2 * interval, "{from:?} {to:?}");
                match set[..] {
                    [] => {
                        prop_assert!(to - from == interval || just_set(from));
                        prop_assert_eq!(pair[1].1.stepped, 0.0);
                    }
                    _ => prop_assert!((pair[1].1.stepped - set.iter().sum::<f64>()).abs() < 1e-4),
                }
            }
        }
    }
}

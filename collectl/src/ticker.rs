//! Waits for the boundaries of a [`Schedule`], by the machine's clock.

use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
use shared::polled::polled;
use tokio::io::unix::AsyncFd;

use crate::clock::{Alignment, Schedule, Time};

/// A clock that moved by more than this against the time that passed was set, or the machine slept.
const STEP: f64 = 0.1;

/// Gives the instants at which to sample.
#[derive(Debug)]
pub enum Ticker {
    /// At once, as often as asked (`-i0`).
    Always,
    /// At the boundaries of a schedule.
    Timed(Timer),
}

/// A kernel timer on the realtime clock, which the kernel cancels when that clock is set (timerfd_create(2)).
#[derive(Debug)]
pub struct Timer {
    schedule: Schedule,
    timer: AsyncFd<OwnedFd>,
    last: Option<(Time, Instant)>,
}

/// The time to sample has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tick {
    /// The present.
    pub now: Time,
    /// Seconds by which the clock was set, or the machine slept, since the last tick; zero otherwise.
    pub stepped: f64,
}

impl Ticker {
    /// A ticker that starts now. An interval of zero ticks always.
    ///
    /// # Errors
    /// What `timerfd_create(2)` returns.
    pub fn start(interval: Duration, alignment: Alignment) -> io::Result<Self> {
        if interval.is_zero() {
            return Ok(Self::Always);
        }
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = polled(rustix::time::timerfd_create(TimerfdClockId::Realtime, flags)?)?;
        let schedule = Schedule::new(interval, alignment, Time::now());
        Ok(Self::Timed(Timer { schedule, timer, last: None }))
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

impl Timer {
    async fn tick(&mut self) -> io::Result<Tick> {
        loop {
            let due = self.schedule.next_after(Time::now());
            self.arm(due)?;
            if self.expired().await? {
                let now = Time::now();
                if now >= due {
                    return Ok(Tick { now, stepped: self.step(now) });
                }
            }
        }
    }

    fn arm(&self, due: Time) -> io::Result<()> {
        let it_value = Timespec {
            tv_sec: due.micros().div_euclid(1_000_000),
            tv_nsec: due.micros().rem_euclid(1_000_000) * 1000,
        };
        let it_interval = Timespec { tv_sec: 0, tv_nsec: 0 };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        rustix::time::timerfd_settime(self.timer.get_ref(), flags, &Itimerspec { it_interval, it_value })?;
        Ok(())
    }

    /// Waits until the timer expires (true) or is cancelled because the clock was set (false).
    async fn expired(&self) -> io::Result<bool> {
        loop {
            let mut ready = self.timer.readable().await?;
            let read = rustix::io::read(self.timer.get_ref(), &mut [0; 8]);
            // It is not ready again before it is armed again: no read but one for each tick.
            ready.clear_ready();
            match read {
                Ok(_) => return Ok(true),
                Err(Errno::CANCELED) => return Ok(false),
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn step(&mut self, now: Time) -> f64 {
        let passed = Instant::now();
        let last = self.last.replace((now, passed));
        let step = last.map_or(0.0, |(time, instant)| {
            now.seconds_since(time) - passed.duration_since(instant).as_secs_f64()
        });
        if step.abs() > STEP { step } else { 0.0 }
    }
}

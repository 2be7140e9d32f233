//! One host of the crowd: what it sends.

use std::time::{Duration, Instant};

use collectl_wire::hello::{MAX_MESSAGE, Message, decode};

use super::Account;
use super::figures::{Figures, HEADER, STAMPED_HEADER};
use super::link::{Chunk, Link};
use super::numbered::{Run, line_of};
use super::options::{Options, Way};
use super::strange::Strange;

/// Bytes of noise in each interval.
const NOISE: usize = 300;

/// A host.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) account: Account,
    pub(super) link: Option<Link>,
    strange: Option<Strange>,
    figures: Figures,
    dice: fastrand::Rng,
    stamped: bool,
    /// Intervals that are kept, to be sent together.
    kept: Vec<Chunk>,
    /// Nothing is sent before this time.
    held: Option<Instant>,
    /// Its numbered intervals, if it is a server.
    run: Option<Run>,
    heard: Vec<u8>,
}

/// A time at which it samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Instant,
    /// Since 1970, by a correct clock.
    pub(super) time: Duration,
}

impl Host {
    /// Host `index` of the crowd.
    pub(super) fn new(index: usize, options: &Options, now: Duration) -> Self {
        let mut dice = fastrand::Rng::with_seed(index as u64 + 1);
        let strange = options.strange.get(index).cloned();
        let name = match &strange {
            Some(Strange::Named(name)) => name.clone(),
            _ => format!("{}{:05}", options.name, index + 1),
        };
        let run = matches!(options.way, Way::Serve(_)).then(|| Run::new(fastrand::u64(..), micros(now)));
        Self {
            account: Account { name, lines: 0, dropped: 0 },
            link: None,
            strange,
            figures: Figures::new(&mut dice),
            dice,
            stamped: options.stamped,
            kept: Vec::new(),
            held: None,
            run,
            heard: Vec::new(),
        }
    }

    /// It is connected: begins with the headers.
    pub(super) fn connected(&mut self) {
        self.heard.clear();
        if let Some(run) = &mut self.run {
            run.connected();
        }
        let mut chunk = Chunk::default();
        for line in self.header().split_inclusive('\n') {
            line_of(&self.account.name, line.as_bytes(), &mut chunk);
        }
        match self.strange {
            Some(Strange::Noise) => chunk = Chunk::default(),
            Some(Strange::Stuck) => chunk.bytes.extend_from_slice(b"half a li"),
            Some(Strange::Endless) => chunk.bytes.resize(chunk.bytes.len() + Strange::ENDLESS, b'x'),
            Some(Strange::Clock(_) | Strange::Named(_)) | None => {}
        }
        self.push(chunk);
    }

    /// Measures; returns when it will send, if not now.
    pub(super) fn sample(&mut self, at: Moment, options: &Options) -> Option<Instant> {
        if self.link.as_ref().is_none_or(|link| link.connecting) && self.run.is_none() {
            return None;
        }
        let ahead = match &self.strange {
            Some(Strange::Noise) => {
                let bytes = (0..NOISE).map(|_| self.dice.u8(..)).collect();
                self.push(Chunk { bytes, lines: 0 });
                return None;
            }
            Some(Strange::Stuck | Strange::Endless) => return None,
            Some(Strange::Clock(ahead)) => *ahead,
            Some(Strange::Named(_)) | None => 0.0,
        };
        let time = Duration::try_from_secs_f64(at.time.as_secs_f64() + ahead).unwrap_or_default();
        let mut line = Vec::new();
        self.figures.step(&mut self.dice);
        self.figures.show(self.stamped.then_some(time.as_secs() % 86_400), &mut line);
        let chunk = match &mut self.run {
            Some(run) => run.interval(&self.account.name, micros(time), line, self.link.is_some()),
            None => {
                let mut chunk = Chunk::default();
                line_of(&self.account.name, &line, &mut chunk);
                chunk
            }
        };
        self.link.as_ref()?;
        self.kept.push(chunk);
        if self.held.is_none() && self.dice.f64() < options.stragglers {
            self.held = Some(at.now + options.late.mul_f64(self.dice.f64()));
            return self.held;
        }
        if self.held.is_none() && self.kept.len() as u64 >= options.burst {
            self.deliver(at.now);
        }
        None
    }

    /// Sends what it kept, if that is due.
    pub(super) fn deliver(&mut self, now: Instant) {
        if self.held.is_none_or(|held| held <= now) {
            self.held = None;
            for chunk in std::mem::take(&mut self.kept) {
                self.push(chunk);
            }
        }
    }

    /// Reads what the client sends, and answers a hello; false at the end of the stream.
    pub(super) fn hear(&mut self) -> std::io::Result<bool> {
        let Some(link) = &mut self.link else { return Ok(false) };
        if !link.hear(&mut self.heard, MAX_MESSAGE + 1)? {
            return Ok(false);
        }
        let header = self.header();
        let end = self.heard.iter().position(|&byte| byte == b'\n');
        if let (Some(run), Some(end)) = (&mut self.run, end)
            && !run.is_greeted()
            && let Some(Message::Hello(hello)) = decode(&self.heard[..end])
        {
            // What was kept is remembered, and is sent with the answer or after it.
            let answer = run.welcome(&self.account.name, &hello, header);
            self.kept.clear();
            self.push(answer);
        }
        Ok(true)
    }

    /// Its connection is gone.
    pub(super) fn lost(&mut self) {
        self.link = None;
        self.kept.clear();
        self.held = None;
    }

    /// True if its lines are lines of a collectl.
    pub(super) fn speaks(&self) -> bool {
        self.strange.as_ref().is_none_or(Strange::speaks)
    }

    fn header(&self) -> &'static str {
        if self.stamped { STAMPED_HEADER } else { HEADER }
    }

    fn push(&mut self, chunk: Chunk) {
        if let Some(link) = &mut self.link {
            self.account.dropped += link.push(chunk);
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

//! The loop that all hosts share: what is due, and which sockets are ready.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use socket2::{Domain, Socket, Type};

use super::address::{self, MAX_HOSTS};
use super::host::{Host, Moment};
use super::link::Link;
use super::options::{Options, Way};
use super::{Report, Shared};

/// The listener, in the numbers of hosts.
const LISTENER: u64 = u64::MAX;
/// Longest sleep, after which the end is checked.
const NAP: Duration = Duration::from_millis(20);
/// Longest pause before a lost connection is retried.
const AGAIN: Duration = Duration::from_millis(500);
/// How long a reader may take to read the last lines.
const FAREWELL: Duration = Duration::from_secs(5);
/// Connections that wait in the kernel.
const BACKLOG: i32 = 4096;

/// What a host does at its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    Connect,
    Sample,
    Deliver,
    /// Some host breaks its connection.
    Break,
}

/// All hosts.
pub(super) struct Crowd {
    options: Options,
    shared: Arc<Shared>,
    epoll: OwnedFd,
    listener: Option<TcpListener>,
    address: SocketAddr,
    hosts: Vec<Host>,
    agenda: BinaryHeap<Reverse<(Instant, usize, Task)>>,
    began: Instant,
    /// Since 1970.
    epoch: Duration,
    connected: Vec<Duration>,
    sampled: Vec<Instant>,
    lost: u64,
}

impl Crowd {
    /// Opens the listeners, and plans the first steps.
    pub(super) fn assemble(options: Options, shared: Arc<Shared>) -> io::Result<Self> {
        if options.hosts > MAX_HOSTS {
            return Err(io::Error::other(format!("{MAX_HOSTS} hosts at most have an address")));
        }
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let (listener, address) = match options.way {
            Way::Connect(address) => (None, address),
            Way::Serve(port) => {
                let listener = listen(port)?;
                epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), EventFlags::IN)?;
                let address = listener.local_addr()?;
                (Some(listener), address)
            }
        };
        let epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let hosts = (0..options.hosts).map(|index| Host::new(index, &options, epoch)).collect();
        let began = Instant::now();
        let mut crowd = Self {
            options,
            shared,
            epoll,
            listener,
            address,
            hosts,
            agenda: BinaryHeap::new(),
            began,
            epoch,
            connected: Vec::new(),
            sampled: Vec::new(),
            lost: 0,
        };
        crowd.plan();
        Ok(crowd)
    }

    /// Where they connect to, or listen.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    fn plan(&mut self) {
        let interval = self.options.interval.max(Duration::from_millis(1));
        let into = Duration::from_nanos((self.epoch.as_nanos() % interval.as_nanos()) as u64);
        let boundary = self.began + (interval - into);
        let count = self.hosts.len().max(1) as f64;
        for index in 0..self.hosts.len() {
            let place = index as f64 / count;
            let sample = boundary + self.options.spread.mul_f64(place);
            self.agenda.push(Reverse((sample, index, Task::Sample)));
            if matches!(self.options.way, Way::Connect(_)) {
                let connect = self.began + self.options.connect_within.mul_f64(place);
                self.agenda.push(Reverse((connect, index, Task::Connect)));
            }
        }
        if self.options.reconnects > 0.0 {
            self.agenda.push(Reverse((self.began, 0, Task::Break)));
        }
    }

    /// Continues until the end is requested.
    pub(super) fn run(mut self) -> io::Result<Report> {
        while !self.shared.end.load(Ordering::Relaxed) {
            let next = self.work();
            let now = Instant::now();
            let wait = next.map_or(NAP, |next| next.saturating_duration_since(now)).min(NAP);
            self.wait(wait)?;
        }
        let until = Instant::now() + FAREWELL;
        let waits = |host: &Host| host.link.as_ref().is_some_and(|link| !link.is_idle() && !link.connecting);
        for index in 0..self.hosts.len() {
            self.hosts[index].deliver(until);
            self.flush(index);
        }
        let speakers = |host: &&Host| host.speaks() && waits(host);
        while self.hosts.iter().any(|host| speakers(&host)) && Instant::now() < until {
            self.wait(NAP)?;
        }
        for link in self.hosts.iter_mut().filter_map(|host| host.link.take()) {
            let _ = link.socket.shutdown(Shutdown::Write);
        }
        let hosts = self.hosts.into_iter().map(|host| host.account).collect();
        Ok(Report { sampled: self.sampled, hosts, connected: self.connected, lost: self.lost })
    }

    /// Does what is due; returns when the next step is due.
    fn work(&mut self) -> Option<Instant> {
        loop {
            let now = Instant::now();
            let &Reverse((due, index, task)) = self.agenda.peek()?;
            if due > now {
                return Some(due);
            }
            self.agenda.pop();
            match task {
                Task::Connect => self.connect(index),
                Task::Sample => {
                    let moment = Moment { now, time: self.epoch + (due - self.began) };
                    let later = self.hosts[index].sample(moment, &self.options);
                    self.agenda.extend(later.map(|later| Reverse((later, index, Task::Deliver))));
                    self.agenda.push(Reverse((due + self.options.interval, index, Task::Sample)));
                    self.flush(index);
                    if index + 1 == self.hosts.len() {
                        self.sampled.push(Instant::now());
                    }
                }
                Task::Deliver => {
                    self.hosts[index].deliver(now);
                    self.flush(index);
                }
                Task::Break => {
                    let pause = Duration::from_secs_f64(1.0 / self.options.reconnects);
                    self.agenda.push(Reverse((due + pause, 0, Task::Break)));
                    self.drop_link(fastrand::usize(..self.hosts.len().max(1)));
                }
            }
        }
    }

    /// Waits for sockets, and handles those that are ready.
    fn wait(&mut self, time: Duration) -> io::Result<()> {
        let mut buffer = [MaybeUninit::<Event>::uninit(); 1024];
        let time = Timespec::try_from(time).map_err(io::Error::other)?;
        let (ready, _) = match epoll::wait(&self.epoll, &mut buffer, Some(&time)) {
            Ok(ready) => ready,
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for event in ready.iter() {
            let (data, flags) = (event.data.u64(), event.flags);
            if data == LISTENER {
                self.accept();
            } else {
                self.ready(usize::try_from(data).unwrap_or(usize::MAX), flags);
            }
        }
        Ok(())
    }

    fn ready(&mut self, index: usize, flags: EventFlags) {
        let Some(host) = self.hosts.get_mut(index) else { return };
        let Some(link) = &mut host.link else { return };
        if link.connecting {
            if matches!(link.socket.take_error(), Ok(None)) && link.socket.peer_addr().is_ok() {
                link.connecting = false;
                self.connected(index);
            } else {
                self.lose(index);
            }
            return;
        }
        if flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR)
            && !host.hear().unwrap_or(false)
        {
            self.lose(index);
            return;
        }
        self.flush(index);
    }

    fn connect(&mut self, index: usize) {
        match dial(self.address, address::of(index)) {
            Ok((socket, connecting)) => {
                let flags = if connecting { EventFlags::IN | EventFlags::OUT } else { EventFlags::IN };
                self.attach(index, Link::new(socket, connecting), flags);
                if !connecting {
                    self.connected(index);
                }
            }
            Err(_) => self.lose(index),
        }
    }

    /// A connection to a server belongs to the host with that address.
    fn accept(&mut self) {
        while let Some(Ok((socket, _))) = self.listener.as_ref().map(TcpListener::accept) {
            let meant = socket.local_addr().ok().and_then(|address| address::index(address.ip()));
            let Some(index) = meant.filter(|&index| index < self.hosts.len()) else { continue };
            if self.options.closing {
                self.connected.push(self.began.elapsed());
                continue;
            }
            if socket.set_nonblocking(true).is_ok() {
                self.drop_link(index);
                self.attach(index, Link::new(socket, false), EventFlags::IN);
                self.connected(index);
            }
        }
    }

    fn attach(&mut self, index: usize, link: Link, flags: EventFlags) {
        // If this fails the host is silent, and the test notices it.
        let _ = epoll::add(&self.epoll, &link.socket, EventData::new_u64(index as u64), flags);
        self.hosts[index].link = Some(link);
    }

    fn connected(&mut self, index: usize) {
        self.connected.push(self.began.elapsed());
        self.shared.up.fetch_add(1, Ordering::Relaxed);
        self.hosts[index].connected();
        self.flush(index);
    }

    /// Writes what waits, and asks for an event when there is room for the rest.
    fn flush(&mut self, index: usize) {
        let host = &mut self.hosts[index];
        let Some(link) = host.link.as_mut().filter(|link| !link.connecting) else { return };
        match link.flush() {
            Ok(lines) => host.account.lines += lines,
            Err(_) => return self.lose(index),
        }
        let awaits_room = !link.is_idle();
        if awaits_room != link.awaits_room {
            link.awaits_room = awaits_room;
            let flags = if awaits_room { EventFlags::IN | EventFlags::OUT } else { EventFlags::IN };
            let _ = epoll::modify(&self.epoll, &link.socket, EventData::new_u64(index as u64), flags);
        }
    }

    /// The other end has reset the connection, or never answered.
    fn lose(&mut self, index: usize) {
        self.lost += 1;
        self.drop_link(index);
    }

    /// Closes a host's connection normally; a collector will connect again.
    fn drop_link(&mut self, index: usize) {
        let Some(host) = self.hosts.get_mut(index) else { return };
        if host.link.as_ref().is_some_and(|link| !link.connecting) {
            self.shared.up.fetch_sub(1, Ordering::Relaxed);
        }
        let had = host.link.is_some();
        host.lost();
        if matches!(self.options.way, Way::Connect(_)) && (had || self.lost > 0) {
            let pause = AGAIN.mul_f64(fastrand::f64());
            self.agenda.push(Reverse((Instant::now() + pause, index, Task::Connect)));
        }
    }
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port).into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Begins to connect from the address `from`; returns whether that is still under way.
fn dial(to: SocketAddr, from: Ipv4Addr) -> io::Result<(TcpStream, bool)> {
    let socket = Socket::new(Domain::for_address(to), Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    if to.is_ipv4() {
        socket.bind(&SocketAddr::new(from.into(), 0).into())?;
    }
    let under_way = match socket.connect(&to.into()) {
        Ok(()) => false,
        Err(error) if error.kind() == ErrorKind::WouldBlock || is_under_way(&error) => true,
        Err(error) => return Err(error),
    };
    Ok((socket.into(), under_way))
}

/// What `connect(2)` reports for a non-blocking socket.
fn is_under_way(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error())
}

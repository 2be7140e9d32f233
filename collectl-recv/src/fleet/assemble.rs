//! The beginning of a run: what is listened on, and which hosts go which way.

use std::net::Ipv4Addr;
use std::sync::Arc;

use collectl_wire::endpoint::Endpoint;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::gate::Gate;
use super::members::{Host, Origin};
use super::{Dialler, Fleet, Launcher, RunError, Strangers};
use crate::base::ids::HostId;
use crate::consumer::clock::Clock;
use crate::consumer::feed::Consumers;
use crate::consumer::registry::{Links, Setting};
use crate::consumer::status::{Counts, Severity};
use crate::fleet::event::{EVENTS, Event};
use crate::fleet::plan::{Dialling, Mixed, Mode, Plan, Start};
use crate::identity::names::Names;
use crate::identity::secrets::Secrets;
use crate::launch::children::Children;
use crate::launch::prepare::Starter;
use crate::launch::push::program;
use crate::link::accept;
use crate::link::dial::MAX_DIALS;
use crate::link::listen::{Bind, Listen, Port};
use crate::link::state::Input;
use crate::target::host::{Called, Way};
use crate::target::roster::watch;

impl Fleet {
    /// Opens what is to be listened on, and sets up the hosts.
    pub(super) fn assemble(plan: Plan) -> Result<(Self, mpsc::Receiver<Event>), RunError> {
        let (sender, events) = mpsc::channel(EVENTS);
        let setting = Setting { verbosity: plan.verbosity, links: Links::Some };
        let consumers = Consumers::new(plan.consumers.start(setting)?, Clock::start());
        let mut fleet = Self {
            launcher: None,
            dialler: None,
            guests: None,
            intervals: plan.intervals,
            hosts: Vec::new(),
            gone: 0,
            counts: Counts::default(),
            conns: std::collections::BTreeMap::new(),
            next_conn: 0,
            next_start: 0,
            strangers: Strangers::default(),
            names: Names::default(),
            gate: Gate::default(),
            refused: Arc::default(),
            consumers,
            children: Children::default(),
            sender,
            tasks: JoinSet::new(),
            starts: JoinSet::new(),
            output: None,
        };
        match plan.mode {
            Mode::Launch(launch) => {
                let port = fleet.listen(&launch.listen)?;
                fleet.will_launch(launch.start, &launch.listen, port)?;
                fleet.enter(launch.targets, Way::Launch);
            }
            Mode::Connect(connect) => {
                fleet.will_dial(&connect.dialling);
                fleet.enter(connect.servers, Way::Connect);
            }
            Mode::Listen(listen) => {
                let port = fleet.listen(&listen)?;
                fleet.guests = Some(listen.allow);
                fleet.consumers.inform(Severity::Warning, &format!("listening on port {port}"));
            }
            Mode::Mixed(mixed) => fleet.assemble_mixed(*mixed)?,
        }
        Ok((fleet, events))
    }

    fn assemble_mixed(&mut self, mixed: Mixed) -> Result<(), RunError> {
        let port = self.listen(&mixed.listen)?;
        self.will_launch(mixed.start, &mixed.listen, port)?;
        self.will_dial(&mixed.dialling);
        self.guests = mixed.members.guests;
        self.enter(mixed.members.hosts, |way| way);
        self.consumers.inform(Severity::Warning, &format!("listening on port {port}"));
        self.tasks.spawn(watch(mixed.roster, mixed.mark, self.sender.clone()));
        Ok(())
    }

    /// Makes ready to start collectls, which are to connect to `port`.
    fn will_launch(&mut self, plan: Start, listen: &Listen, port: u16) -> Result<(), RunError> {
        if let Port::Preferred(preferred) = listen.port
            && preferred != port
        {
            self.consumers
                .inform(Severity::Warning, &format!("port {preferred} is taken: listening on port {port}"));
        }
        let own = match listen.bind {
            Bind::Address(ip) if !ip.is_unspecified() => ip,
            Bind::Address(_) | Bind::All => Ipv4Addr::LOCALHOST.into(),
        };
        let starter = Starter {
            shell: plan.shell,
            collectl: plan.collectl,
            switches: plan.switches,
            told: plan.told,
            local: Endpoint { host: own.to_string(), port: Some(port) }.to_string(),
            port,
            timeout: plan.timeout,
            permits: Semaphore::new(plan.fanout),
            keeps_sessions: plan.keep_ssh,
            tunnels: plan.tunnel,
            pushed: plan.push.as_deref().map(program).transpose()?,
            secrets: Secrets::default(),
            children: self.children.clone(),
        };
        self.launcher =
            Some(Launcher { starter: Arc::new(starter), plain: plan.allow_plain, retry: plan.retry });
        Ok(())
    }

    /// Makes ready to connect to servers.
    fn will_dial(&mut self, plan: &Dialling) {
        let permits = Arc::new(Semaphore::new(MAX_DIALS));
        self.dialler = Some(Dialler { tunnel: plan.tunnel, from: plan.from, permits, retry: plan.retry });
    }

    fn enter<T>(&mut self, hosts: Vec<Called<T>>, way: impl Fn(T) -> Way) {
        for Called { host, alias } in hosts {
            self.add(Called { host: way(host), alias }, Vec::new());
        }
    }

    /// Takes in a host that was at `before`.
    pub(super) fn add(&mut self, called: Called<Way>, before: Vec<Origin>) -> HostId {
        let retry = match called.host {
            Way::Launch(_) => self.launcher.as_ref().map(|launcher| launcher.retry),
            Way::Connect(_) => self.dialler.as_ref().map(|dialler| dialler.retry),
        };
        let retry = retry.unwrap_or(crate::link::state::Retry::Never);
        self.hosts.push(Host::new(called, before, retry, self.intervals));
        self.counts.waiting += 1;
        HostId(self.hosts.len() - 1)
    }

    /// Opens the listener and accepts; returns the port.
    fn listen(&mut self, plan: &Listen) -> Result<u16, RunError> {
        let listener = accept::open(plan)?;
        let port = listener.local_addr().map_or(0, |address| address.port());
        self.tasks.spawn(accept::accept(
            listener,
            plan.allow.clone(),
            Arc::clone(&self.refused),
            self.sender.clone(),
        ));
        Ok(port)
    }

    /// Begins all links.
    pub(super) fn begin(&mut self) {
        for host in 0..self.hosts.len() {
            self.step(HostId(host), Input::Begin);
        }
    }
}

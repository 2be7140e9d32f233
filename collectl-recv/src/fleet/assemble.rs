//! The start of a run: the listener, and the hosts.

use std::net::Ipv4Addr;
use std::sync::Arc;

use collectl_wire::endpoint::Endpoint;
use collectl_wire::listen::Acceptor;
use tokio::sync::Semaphore;

use super::admission::{Admission, Policy};
use super::links::Links;
use super::plan::{DialPlan, Mixed, Mode, Plan, StartPlan};
use super::tasks::{Dialler, Launcher, Tasks};
use super::{Fleet, RunError};
use crate::consumer::clock::Clock;
use crate::consumer::entry::{Links as StatusLinks, Setting};
use crate::consumer::feed::Consumers;
use crate::consumer::status::Severity;
use crate::identity::secrets::Secrets;
use crate::launch::children::Children;
use crate::launch::prepare::Starter;
use crate::launch::push::program;
use crate::link::dial::MAX_DIALS;
use crate::link::listen::{Listen, Port};
use crate::target::host::{Aliased, Method};

impl Fleet {
    /// Opens the listener, and sets up the hosts.
    pub(super) fn assemble(plan: Plan) -> Result<Self, RunError> {
        let setting = Setting { verbosity: plan.verbosity, links: StatusLinks::Some };
        let consumers = Consumers::new(plan.consumers.start(setting)?, Clock::start());
        let (policy, guests) = match &plan.mode {
            Mode::Launch(launch) => (policy(&launch.start), None),
            Mode::Mixed(mixed) => (policy(&mixed.start), mixed.members.guests.clone()),
            Mode::Listen(listen) => (Policy::Guests, Some(listen.allow.clone())),
            Mode::Connect(_) => (Policy::Guests, None),
        };
        let mut fleet = Self {
            links: Links::default(),
            admission: Admission::new(policy, guests, plan.intervals),
            tasks: Tasks::new(),
            consumers,
            intervals: plan.intervals,
            output: None,
        };
        match plan.mode {
            Mode::Launch(launch) => {
                let port = fleet.listen(&launch.listen)?;
                fleet.prepare_starts(launch.start, &launch.listen, port)?;
                fleet.add_all(launch.targets, Method::Launch);
            }
            Mode::Connect(connect) => {
                fleet.prepare_dials(&connect.dial);
                fleet.add_all(connect.servers, Method::Connect);
            }
            Mode::Listen(listen) => {
                let port = fleet.listen(&listen)?;
                fleet.consumers.inform(Severity::Warning, &format!("listening on port {port}"));
            }
            Mode::Mixed(mixed) => fleet.assemble_mixed(*mixed)?,
        }
        Ok(fleet)
    }

    fn assemble_mixed(&mut self, mixed: Mixed) -> Result<(), RunError> {
        let port = self.listen(&mixed.listen)?;
        self.prepare_starts(mixed.start, &mixed.listen, port)?;
        self.prepare_dials(&mixed.dial);
        self.add_all(mixed.members.hosts, |method| method);
        self.consumers.inform(Severity::Warning, &format!("listening on port {port}"));
        self.tasks.watch(mixed.roster, mixed.stamp);
        Ok(())
    }

    /// Prepares for starting collectls, which are to connect to `port`.
    fn prepare_starts(&mut self, plan: StartPlan, listen: &Listen, port: u16) -> Result<(), RunError> {
        if let Port::Preferred(preferred) = listen.port
            && preferred != port
        {
            self.consumers
                .inform(Severity::Warning, &format!("port {preferred} is taken: listening on port {port}"));
        }
        let own = listen.address.filter(|ip| !ip.is_unspecified()).unwrap_or(Ipv4Addr::LOCALHOST.into());
        let starter = Starter {
            shell: plan.shell,
            collectl: plan.collectl,
            switches: plan.switches,
            advertised: plan.advertised,
            local: Endpoint { host: own.to_string(), port: Some(port) }.to_string(),
            port,
            timeout: plan.timeout,
            permits: Arc::new(Semaphore::new(plan.fanout)),
            keeps_sessions: plan.keep_ssh,
            tunnels: plan.tunnel,
            pushed: plan.push.as_deref().map(program).transpose()?,
            secrets: Secrets::default(),
            children: Children::default(),
        };
        self.tasks.launcher = Some(Launcher { starter: Arc::new(starter), retry: plan.retry });
        Ok(())
    }

    /// Prepares for connecting to servers.
    fn prepare_dials(&mut self, plan: &DialPlan) {
        let permits = Arc::new(Semaphore::new(MAX_DIALS));
        self.tasks.dialler =
            Some(Dialler { tunnel: plan.tunnel, from: plan.from, permits, retry: plan.retry });
    }

    fn add_all<T>(&mut self, hosts: Vec<Aliased<T>>, method: impl Fn(T) -> Method) {
        for Aliased { host, alias } in hosts {
            self.add(Aliased { host: method(host), alias }, Vec::new());
        }
    }

    /// Opens the listener and accepts clients; returns the port.
    fn listen(&mut self, plan: &Listen) -> Result<u16, RunError> {
        let listener = plan.open()?;
        let port = listener.local_addr().map_or(0, |address| address.port());
        self.tasks.accept(Acceptor::new(listener, plan.allow.clone()));
        Ok(port)
    }
}

fn policy(plan: &StartPlan) -> Policy {
    if plan.allow_plain { Policy::SecretOrPlain } else { Policy::Secret }
}

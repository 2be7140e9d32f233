//! What NFS did between two samples.

use super::filter::NfsOptions;
use super::kind::{COMMIT, KINDS, Kind, META, OPERATIONS, READ, WRITE};
use crate::scan::UNKNOWN;
use crate::subsystem::counter::{Counters, counters, increase};

counters! {
    /// The line `net` of the server: packets and connections. `packets` is the sum of both protocols.
    pub(super) struct Net { packets, udp_packets, tcp_packets, tcp_connections }
}

counters! {
    /// The line `rpc` of the server. `bad_calls` is the sum of the three after it.
    pub(super) struct ServerRpc { calls, bad_calls, bad_formats, bad_authentications, bad_clients }
}

counters! {
    /// The line `rpc` of the client.
    pub(super) struct ClientRpc { calls, retransmissions, refreshed_authentications }
}

/// Calls of each operation of a version, by its number in the protocol.
pub(super) type Operations = [u64; OPERATIONS];

/// Counters since the modules were loaded; none for a missing module.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    /// In the order of [`KINDS`].
    pub(super) versions: [Option<Operations>; 6],
    pub(super) net: Option<Net>,
    pub(super) server: Option<ServerRpc>,
    pub(super) client: Option<ClientRpc>,
}

/// What NFS did.
#[derive(Debug)]
pub(crate) struct Rates {
    pub(super) server: Server,
    pub(super) client: Client,
    /// In the order of [`KINDS`].
    pub(super) versions: [Version; 6],
}

/// What all versions of a side did, per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Totals {
    pub(super) reads: f64,
    pub(super) writes: f64,
    pub(super) metadata: f64,
    pub(super) commits: f64,
}

/// What the server did, per second.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) totals: Totals,
    pub(super) udp_packets: f64,
    pub(super) tcp_packets: f64,
    pub(super) tcp_connections: f64,
    pub(super) bad_authentications: f64,
    pub(super) bad_clients: f64,
}

/// What the client did, per second.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) totals: Totals,
    pub(super) retransmissions: f64,
    pub(super) refreshed_authentications: f64,
}

/// What one version of one side did.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) kind: &'static Kind,
    /// Calls in the interval.
    spent: Operations,
    seconds: f64,
    /// Whether it was ever read from or written to.
    pub(super) used: bool,
}

impl Rates {
    /// What happened from `previous` to `current`. Totals have what `options` select.
    pub(super) fn between(previous: &Sample, current: &Sample, seconds: f64, options: &NfsOptions) -> Self {
        let versions = std::array::from_fn(|index| {
            let (before, now) = (previous.versions[index].as_ref(), current.versions[index].as_ref());
            Version::between(&KINDS[index], before, now, seconds)
        });
        let net = since(previous.net, current.net);
        let server = since(previous.server, current.server);
        let client = since(previous.client, current.client);
        let rate = |count: u64| count as f64 / seconds;
        Self {
            server: Server {
                totals: Totals::of(&versions, options, true, seconds),
                udp_packets: rate(net.udp_packets),
                tcp_packets: rate(net.tcp_packets),
                tcp_connections: rate(net.tcp_connections),
                bad_authentications: rate(server.bad_authentications),
                bad_clients: rate(server.bad_clients),
            },
            client: Client {
                totals: Totals::of(&versions, options, false, seconds),
                retransmissions: rate(client.retransmissions),
                refreshed_authentications: rate(client.refreshed_authentications),
            },
            versions,
        }
    }
}

/// What happened; zero where one of the two is not known.
fn since<C: Counters>(previous: Option<C>, current: Option<C>) -> C {
    current.unwrap_or(C::UNKNOWN).since(&previous.unwrap_or(C::UNKNOWN))
}

impl Totals {
    /// Of the versions of one side that `options` select.
    fn of(versions: &[Version; 6], options: &NfsOptions, server: bool, seconds: f64) -> Self {
        let shown = versions.iter().enumerate().filter(|(index, _)| options.shows(*index));
        let side: Vec<_> =
            shown.map(|(_, version)| version).filter(|version| version.kind.is_server() == server).collect();
        let total = |columns: &[usize]| {
            let calls = side.iter().flat_map(|version| columns.iter().map(|&column| version.count(column)));
            calls.fold(0, u64::saturating_add) as f64 / seconds
        };
        Self {
            reads: total(&[READ]),
            writes: total(&[WRITE]),
            metadata: total(&META),
            commits: total(&[COMMIT]),
        }
    }

    /// All of them, in the order in which they are shown.
    pub(super) fn columns(&self) -> [f64; 4] {
        [self.reads, self.writes, self.metadata, self.commits]
    }
}

impl AsRef<Totals> for Server {
    fn as_ref(&self) -> &Totals {
        &self.totals
    }
}

impl AsRef<Totals> for Client {
    fn as_ref(&self) -> &Totals {
        &self.totals
    }
}

impl Version {
    fn between(
        kind: &'static Kind,
        previous: Option<&Operations>,
        current: Option<&Operations>,
        seconds: f64,
    ) -> Self {
        let used = current.is_some_and(|now| {
            let counted = |column| !matches!(kind.of(now, column), 0 | UNKNOWN);
            counted(READ) || counted(WRITE)
        });
        let spent = match (previous, current) {
            (Some(previous), Some(current)) => std::array::from_fn(|i| increase(previous[i], current[i])),
            _ => [0; OPERATIONS],
        };
        Self { kind, spent, seconds, used }
    }

    /// Calls of a column's operation in the interval; zero where it has none.
    fn count(&self, column: usize) -> u64 {
        self.kind.of(&self.spent, column)
    }

    /// The same per second; none where it has none.
    pub(super) fn calls(&self, column: usize) -> Option<f64> {
        self.kind.has(column).then(|| self.count(column) as f64 / self.seconds)
    }

    /// Whether anything was called in the interval.
    pub(super) fn is_active(&self) -> bool {
        self.spent.iter().any(|&count| count > 0)
    }
}

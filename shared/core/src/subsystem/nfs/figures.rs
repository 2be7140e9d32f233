//! The figures of NFS.

use super::rates::{Client, Server, Totals, Version};
use crate::figure::{Figure, Group, Value, join};

type Service = Figure<Server>;
type Mount = Figure<Client>;
type Call = Figure<Version>;

/// All versions of the server.
pub(super) static SERVER: Group<'_, Server> =
    Group::one("server", "the server", &OF_SERVER).plot("NFS").lexpr("nfsinfo.S");

/// All versions of the client.
pub(super) static CLIENT: Group<'_, Client> =
    Group::one("client", "the client", &OF_CLIENT).plot("NFS").lexpr("nfsinfo.C");

/// Each version and side. The name of an instance is in the plot format only.
pub(super) static NFS_VERSIONS: Group<'_, Version> = Group::many(
    "nfs_versions",
    "each version and side",
    &OF_VERSION,
)
.note("An array. A version has the operations of its protocol; each figure is how often one was called.")
.plot("NFS");

/// What both sides have, with their columns in the plot format.
const fn totals<T: AsRef<Totals>>([reads, writes, metadata, commits]: [&'static str; 4]) -> [Figure<T>; 4] {
    [
        Figure::<T>::rate("reads", |side| side.as_ref().reads.into()).help("reads").plot(reads).lexpr("read"),
        Figure::<T>::rate("writes", |side| side.as_ref().writes.into())
            .help("writes")
            .plot(writes)
            .lexpr("write"),
        Figure::<T>::rate("metadata", |side| side.as_ref().metadata.into())
            .help("lookup, access, getattr, setattr, readdir and readdirplus")
            .plot(metadata)
            .lexpr("meta"),
        Figure::<T>::rate("commits", |side| side.as_ref().commits.into())
            .help("commits")
            .plot(commits)
            .lexpr("commit"),
    ]
}

static OF_SERVER: [Service; 9] = join(&[&totals(["ReadsS", "WritesS", "MetaS", "CommitS"]), &SERVER_ALONE]);

const SERVER_ALONE: [Service; 5] = [
    Service::rate("udp_packets", |server| server.udp_packets.into()).help("packets over UDP").plot("Udp"),
    Service::rate("tcp_packets", |server| server.tcp_packets.into()).help("packets over TCP").plot("Tcp"),
    Service::rate("tcp_connections", |server| server.tcp_connections.into())
        .help("new connections")
        .plot("TcpConn"),
    Service::rate("bad_authentications", |server| server.bad_authentications.into())
        .help("calls with bad authentication")
        .plot("BadAuth"),
    Service::rate("bad_clients", |server| server.bad_clients.into())
        .help("calls of bad clients")
        .plot("BadClient"),
];

static OF_CLIENT: [Mount; 6] = join(&[&totals(["ReadsC", "WritesC", "MetaC", "CommitC"]), &CLIENT_ALONE]);

const CLIENT_ALONE: [Mount; 2] = [
    Mount::rate("retransmissions", |client| client.retransmissions.into())
        .help("calls that were sent again")
        .plot("Retrans"),
    Mount::rate("refreshed_authentications", |client| client.refreshed_authentications.into())
        .help("authentications that were refreshed")
        .plot("AuthRef"),
];

static OF_VERSION: [Call; 24] = [
    Call::text("side", |version| Value::text(if version.kind.is_server() { "server" } else { "client" }))
        .help("`client` or `server`"),
    Call::level("version", |version| version.kind.version().into()).help("2, 3 or 4"),
    calls::<0>("read", "Read", "reads"),
    calls::<1>("write", "Write", "writes"),
    calls::<2>("commit", "Commit", "writes that were forced to the disk"),
    calls::<3>("lookup", "Lookup", "names that were looked up"),
    calls::<4>("access", "Access", "permissions that were checked"),
    calls::<5>("getattr", "Getattr", "attributes that were read"),
    calls::<6>("setattr", "Setattr", "attributes that were set"),
    calls::<7>("readdir", "Readdir", "directories that were read"),
    calls::<8>("create", "Create", "files that were created"),
    calls::<9>("remove", "Remove", "files that were removed"),
    calls::<10>("rename", "Rename", "files that were renamed"),
    calls::<11>("link", "Link", "hard links that were made"),
    calls::<12>("readlink", "ReadLink", "symbolic links that were read"),
    calls::<13>("null", "Null", "calls that do nothing"),
    calls::<14>("symlink", "Symlink", "symbolic links that were made"),
    calls::<15>("mkdir", "Mkdir", "directories that were made"),
    calls::<16>("rmdir", "Rmdir", "directories that were removed"),
    calls::<17>("fsstat", "Fsstat", "states of file systems that were read"),
    calls::<18>("fsinfo", "Fsinfo", "limits of file systems that were read"),
    calls::<19>("pathconf", "Pathconf", "POSIX limits that were read"),
    calls::<20>("mknod", "Mknod", "special files that were made"),
    calls::<21>("readdirplus", "Readdirplus", "directories that were read with attributes"),
];

/// The calls of the operation in one of [`super::kind::COLUMNS`], absent where the version has no such operation.
const fn calls<const COLUMN: usize>(key: &'static str, plot: &'static str, help: &'static str) -> Call {
    Call::rate(key, |version| version.calls(COLUMN).map_or(Value::Absent, Value::Number))
        .plot(plot)
        .help(help)
}

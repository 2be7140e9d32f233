//! What `--export json` shows of NFS.

use super::kind::Kind;
use super::{Nfs, Operations, Rates};
use crate::render::json::Object;
use crate::subsystem::Part;

/// Keys of the operations, in the order of [`super::kind::COLUMNS`].
const OPERATIONS: [&str; 22] = [
    "read",
    "write",
    "commit",
    "lookup",
    "access",
    "getattr",
    "setattr",
    "readdir",
    "create",
    "remove",
    "rename",
    "link",
    "readlink",
    "null",
    "symlink",
    "mkdir",
    "rmdir",
    "fsstat",
    "fsinfo",
    "pathconf",
    "mknod",
    "readdirplus",
];

impl Nfs {
    pub(super) fn push_json(&self, part: Part, rates: &Rates, line: &mut Object) {
        match part {
            Part::Summary => {
                line.object("nfs", |nfs| self.push_sides(rates, nfs));
            }
            Part::Detail => {
                line.list("nfs_versions", self.shown_kinds(), |(kind, index), version| {
                    push_version(kind, &rates.kinds[index], rates.seconds, version);
                });
            }
        }
    }

    fn push_sides(&self, rates: &Rates, nfs: &mut Object) {
        const TOTALS: [&str; 4] = ["reads", "writes", "metadata", "commits"];
        if self.options.shows_side(true) {
            nfs.object("server", |server| {
                server.numbers(TOTALS, rates.totals(&self.options, true));
                server.numbers(
                    ["udp_packets", "tcp_packets", "tcp_connections", "bad_authentications", "bad_clients"],
                    rates.server_figures(),
                );
            });
        }
        if self.options.shows_side(false) {
            nfs.object("client", |client| {
                client.numbers(TOTALS, rates.totals(&self.options, false));
                client.numbers(["retransmissions", "refreshed_authentications"], rates.client_figures());
            });
        }
    }
}

fn push_version(kind: &Kind, operations: &Operations, seconds: f64, version: &mut Object) {
    version.text("side", if kind.is_server() { b"server" } else { b"client" });
    version.integer("version", kind.version());
    for (key, position) in OPERATIONS.into_iter().zip(kind.columns()) {
        if let Some(position) = position {
            version.number(key, operations.gained[position] as f64 / seconds);
        }
    }
}

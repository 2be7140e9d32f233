use proptest::prelude::*;

use super::rates::Server;
use super::*;
use crate::clock::Time;

fn sample(client: &str, server: &str) -> Sample {
    let (mut frame, mut sample) = (Frame::default(), Sample::default());
    frame.restart(Time::default());
    frame.add(&CLIENT, |out| (CLIENT.keep)(client.as_bytes(), out));
    frame.add(&SERVER, |out| (SERVER.keep)(server.as_bytes(), out));
    nfs("", "").read(&frame, &mut sample);
    sample
}

fn nfs(filter: &str, options: &str) -> Nfs {
    Nfs { options: NfsOptions::parse(filter, options).unwrap(), per: Per::Second }
}

fn rates(previous: &Sample, current: &Sample, seconds: f64) -> Rates {
    nfs("", "").rates(previous, current, Interval { seconds, real: seconds })
}

fn rows(nfs: &Nfs, rates: &Rates) -> String {
    let mut line = Line::default();
    nfs.rows(Part::Detail, rates, &mut Rows::new(b"", &mut line));
    String::from_utf8(std::mem::take(line.bytes())).unwrap()
}

#[test]
fn what_a_raw_file_holds_of_nfs() {
    let mut out = Vec::new();
    (SERVER.keep)(b"rc 0 1\nproc4ops 2 3 4\n", &mut out);
    assert_eq!(out, b"nfss-rc 0 1\nnfss-proc4ops 2 3 4\n");
}

#[test]
fn figures_of_rpc_are_what_the_kernel_counts() {
    let before = sample("rpc 0 0 0\n", "net 0 0 0 0\nrpc 0 0 0 0 0\n");
    let now = sample("rpc 1000 20 300\n", "net 17 19 23 29\nrpc 31 131 41 43 47\n");
    let rates = rates(&before, &now, 1.0);
    let Server { udp_packets, tcp_packets, tcp_connections, bad_authentications, bad_clients, .. } =
        rates.server;
    assert_eq!((udp_packets, tcp_packets, tcp_connections), (19.0, 23.0, 29.0));
    assert_eq!((bad_authentications, bad_clients), (43.0, 47.0));
    assert_eq!((rates.client.retransmissions, rates.client.refreshed_authentications), (20.0, 300.0));
}

#[test]
fn metadata_is_counted_without_reads_and_writes() {
    let before = sample("proc3 22 0 0 0 0 0 0 0 0\n", "");
    let now = sample("proc3 22 0 8 0 2 0 0 0 0\n", "");
    let rates = rates(&before, &now, 2.0);
    assert_eq!(rates.client.totals.columns(), [0.0, 0.0, 5.0, 0.0]);
    assert!(rows(&nfs("", ""), &rates).starts_with(" Clt3    0    0    0    1    0    4"));
    assert_eq!(rows(&nfs("s3", ""), &rates), "");
}

#[test]
fn idle_versions_are_shown_unless_they_are_left_out() {
    let both = sample("proc2 18 1 1 1 1 1 1 9 1 9\nproc3 22 1 1 1\n", "");
    let rates = rates(&both, &both, 1.0);
    assert_eq!(rows(&nfs("", ""), &rates).lines().count(), 1);
    assert_eq!(rows(&nfs("", "z"), &rates), "");
}

#[test]
fn a_module_that_was_just_loaded_has_no_past() {
    let rates = rates(&sample("", ""), &sample("proc3 22 9 9 9 9 9 9 9 9\nrpc 9 9 9\n", ""), 1.0);
    assert_eq!(rates.client.totals.columns(), [0.0; 4]);
    assert_eq!((rates.client.retransmissions, rates.client.refreshed_authentications), (0.0, 0.0));
}

#[test]
fn files_of_a_side_that_is_not_shown_are_not_read() {
    let paths = |filter| {
        Nfs::captures(&NfsOptions::parse(filter, "").unwrap())
            .iter()
            .map(|capture| capture.path)
            .collect::<Vec<_>>()
    };
    assert_eq!(paths("c3,c4"), ["net/rpc/nfs"]);
    assert_eq!(paths("s3"), ["net/rpc/nfsd"]);
    assert_eq!(paths("").len(), 2);
}

proptest! {
    #[test]
    fn any_text_is_read(
        text in "((proc[234]|proc4ops|net|rpc)[ 0-9x]{0,40}\n){0,8}",
        more in "(proc3[ 0-9]{0,40}\n){0,2}",
    ) {
        let (a, b) = (sample(&text, &text), sample(&more, ""));
        for (before, now) in [(&a, &b), (&b, &a)] {
            rows(&nfs("", ""), &rates(before, now, 0.5));
        }
    }
}

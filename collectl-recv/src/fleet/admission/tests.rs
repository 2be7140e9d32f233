//! Tests of admission.

use std::net::Ipv4Addr;

use collectl_wire::hello::{Position, RunId};

use super::*;
use crate::link::machine::Retry;
use crate::stream::classify::{Format, LineKind};
use crate::stream::lines::Lines;
use crate::target::host::{Aliased, Method};
use crate::target::parse::target;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Hosts that are being started and share one address. Connections without a secret may be theirs.
fn admission(hosts: &[&str]) -> Admission {
    let mut admission = Admission::new(Policy::SecretOrPlain, None, None);
    for (index, host) in hosts.iter().enumerate() {
        let method = Aliased { host: Method::Launch(target(host).unwrap()), alias: None };
        admission.add(Account::new((*host).into(), &method, Vec::new(), Retry::Never, None));
        admission.preparing(HostId(index));
        admission.starting(HostId(index), vec![LOOPBACK]);
    }
    admission
}

/// A connection that sends no secret at once.
fn connect(admission: &mut Admission) -> Actions {
    let mut out = Actions::new();
    let (conn, need) = admission.accept(LOOPBACK, Instant::now(), &mut out).unwrap();
    assert_eq!(need, Some(Need::Optional));
    admission.silent(conn, Instant::now(), &mut out);
    out
}

fn proven(admission: &mut Admission, conn: u64, host: usize) -> Actions {
    let mut out = Actions::new();
    admission.proven(ConnId(conn), HostId(host), &mut out);
    out
}

fn one_line() -> Lines {
    let mut lines = Lines::default();
    lines.push(b"1", LineKind::Data, Format::Rows);
    lines
}

fn lines(admission: &mut Admission, conn: u64, name: &str) -> Actions {
    let batch = Batch { name: Some(name.into()), lines: one_line(), ..Batch::default() };
    let (mut out, mut after) = (Actions::new(), Actions::new());
    admission.lines(ConnId(conn), &batch, &mut out, &mut after).unwrap();
    out
}

fn start_over(admission: &mut Admission, host: usize, outcome: StartError) -> Actions {
    let mut out = Actions::new();
    admission.start_over(HostId(host), outcome, &mut out);
    out
}

fn closed(admission: &mut Admission, conn: u64) -> Actions {
    let mut out = Actions::new();
    admission.closed(ConnId(conn), End::Closed, Instant::now(), &mut out);
    out
}

fn conns(admission: &Admission) -> Vec<Option<u64>> {
    admission.accounts.iter().map(|account| account.conn.map(|conn| conn.0)).collect()
}

/// The events of links in `out`.
fn links(out: Actions) -> Vec<(usize, Input)> {
    let of = |action| match action {
        Action::Link(host, input) => Some((host.0, input)),
        _ => None,
    };
    out.into_iter().filter_map(of).collect()
}

#[test]
fn a_name_corrects_a_guess() {
    let mut admission = admission(&["a", "b", "c"]);
    connect(&mut admission);
    connect(&mut admission);
    assert_eq!(conns(&admission), [Some(0), Some(1), None]);
    lines(&mut admission, 0, "b");
    assert_eq!(conns(&admission), [Some(1), Some(0), None]);
    let out = lines(&mut admission, 1, "c");
    assert_eq!(conns(&admission), [None, Some(0), Some(1)]);
    assert_eq!(links(out), [(0, Input::Mistaken), (2, Input::Connected)]);
}

#[test]
fn a_name_that_no_host_has_changes_nothing() {
    let mut admission = admission(&["a", "b"]);
    (0..3).for_each(|_| drop(connect(&mut admission)));
    lines(&mut admission, 1, "x");
    assert!(!admission.conns.contains_key(&ConnId(2)), "nobody is expected any more");
    assert_eq!(conns(&admission), [Some(0), Some(1)]);
}

#[test]
fn a_start_that_failed_gives_its_connection_back() {
    let mut admission = admission(&["a", "b"]);
    connect(&mut admission);
    assert_eq!(conns(&admission), [Some(0), None]);
    let out = start_over(&mut admission, 0, StartError::TimedOut);
    assert_eq!(conns(&admission), [None, Some(0)]);
    let reason = Reason::Start(StartError::TimedOut);
    assert_eq!(out.last(), Some(&Action::Lost { host: HostId(0), reason, delivered: false }));
    assert_eq!(links(out), [(0, Input::Mistaken), (1, Input::Connected)]);
}

#[test]
fn a_host_is_lost_when_its_process_and_its_stream_have_ended() {
    for process_first in [true, false] {
        let mut admission = admission(&["a"]);
        connect(&mut admission);
        lines(&mut admission, 0, "a");
        let (first, second) = if process_first {
            (start_over(&mut admission, 0, StartError::Ended), closed(&mut admission, 0))
        } else {
            (closed(&mut admission, 0), start_over(&mut admission, 0, StartError::Ended))
        };
        assert!(!first.iter().any(|action| matches!(action, Action::Lost { .. })));
        let reason = Reason::Start(StartError::Ended);
        assert_eq!(second.last(), Some(&Action::Lost { host: HostId(0), reason, delivered: true }));
    }
}

#[test]
fn a_proven_connection_keeps_its_owner_whatever_its_name() {
    let mut admission = admission(&["n1.a", "n1.b"]);
    connect(&mut admission);
    let out = proven(&mut admission, 0, 0);
    assert_eq!(out.last(), Some(&Action::Stage(HostId(0), Stage::Released(Release::Ours))));
    start_over(&mut admission, 0, StartError::Left);
    assert_eq!(links(lines(&mut admission, 0, "n1")), []);
    assert_eq!(conns(&admission), [Some(0), None]);
}

#[test]
fn a_stray_connection_that_sends_nothing_does_not_disturb_a_start() {
    for hosts in [&["a"][..], &["a", "b"]] {
        let mut admission = admission(hosts);
        connect(&mut admission);
        assert_eq!(conns(&admission)[0], Some(0));
        let out = closed(&mut admission, 0);
        assert_eq!(conns(&admission)[0], None);
        assert!(out.contains(&Action::Stage(HostId(0), Stage::Pending)));
        assert_eq!(links(out), [(0, Input::Mistaken)]);
    }
}

#[test]
fn an_answer_that_did_not_come_keeps_the_last_interval() {
    let mut admission = admission(&["a"]);
    connect(&mut admission);
    proven(&mut admission, 0, 0);
    let last = Some(Position { run: RunId(1), seq: 2, time: 3 });
    let numbered = Batch { lines: one_line(), last, ..Batch::default() };
    for batch in [numbered, Batch::default()] {
        admission.lines(ConnId(0), &batch, &mut Actions::new(), &mut Actions::new()).unwrap();
        assert_eq!(admission.accounts[0].last, last);
    }
}

#[test]
fn a_connection_that_needs_a_secret_is_not_shown_before_it() {
    let mut admission = admission(&["a"]);
    admission.policy = Policy::Secret;
    let mut out = Actions::new();
    let (conn, need) = admission.accept(LOOPBACK, Instant::now(), &mut out).unwrap();
    assert_eq!((need, &out[..]), (Some(Need::Required), &[][..]));
    admission.proven(conn, HostId(0), &mut out);
    assert_eq!(out[0], Action::Opened(conn));
    let (other, _) = admission.accept(LOOPBACK, Instant::now(), &mut out).unwrap();
    out.clear();
    admission.closed(other, End::NoSecret, Instant::now(), &mut out);
    let text =
        "1 connection without a secret closed, the last from 127.0.0.1 (Perl collectors need --allow-plain)";
    assert_eq!(out, [Action::Inform(Severity::Warning, text.into())]);
}

#[test]
fn a_guest_stays_while_it_is_allowed() {
    let mut admission = Admission::new(Policy::Secret, Some(Allowed::default()), Some(1));
    let mut out = Actions::new();
    let (conn, need) = admission.accept(LOOPBACK, Instant::now(), &mut out).unwrap();
    assert_eq!(need, Some(Need::Optional));
    lines(&mut admission, conn.0, "x");
    assert_eq!((admission.delivered(), admission.guests_are_over()), ((1, 1), true));
    let (conn, _) = admission.accept(LOOPBACK, Instant::now(), &mut out).unwrap();
    out.clear();
    admission.set_guests(None, &mut out);
    assert_eq!(out[0], Action::Close(conn));
}

//! Faults of the network between `collectl -A server` and `collectl-recv connect`, one at a time in [`Scene`], and the
//! three questions. The receiver lacks nothing in the end.

use std::sync::atomic::Ordering;
use std::time::Duration;

use rustix::process::Signal;
use tests::deadline::{PATIENCE, until};
use tests::netns::{self, Machine};
use tests::process::{Outcome, Process};
use tests::programs::collectl_recv;
use tests::proxy::Proxy;
use tests::requirement;
use tests::scene::{Scene, wait_for_markers};
use tests::wire::{Manners, Wire};

fn receiver(place: &str) -> Process {
    Process::start(&mut collectl_recv(&format!("connect {place} --retry-max 0.5")))
}

/// Ends it with Ctrl-C.
fn interrupt(receiver: Process) -> Outcome {
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    outcome
}

#[test]
fn a_link_that_is_cut_silently_and_comes_back() {
    if !requirement::met(netns::REQUIREMENTS) {
        return;
    }
    let machine = Machine::start();
    let mut scene = Scene::start("-sc -i.1");
    // A witness on loopback, and the receiver at the other end of the cable.
    let place = format!("{}:{}", machine.near(), scene.address().port());
    let command = collectl_recv(&format!("connect {place} --retry-max 0.5"));
    let mut receiver = Process::start(&mut machine.run(&command));
    wait_for_markers(&mut receiver.stdout, 10);
    machine.unplug();
    receiver.stderr.wait_for("lost");
    scene.wait_for_intervals(10);
    machine.plug();
    wait_for_markers(&mut receiver.stdout, 150);
    let outcome = interrupt(receiver);
    let answers = scene.end();
    answers.check_shown(&outcome.stdout);
    answers.check("a link that is cut without a FIN, and comes back");
}

#[test]
fn breaks_within_lines_forty_times() {
    let mut scene = Scene::start("-scdnm -i.1");
    let proxy = Proxy::with_pieces(scene.address().port(), 7);
    let mut receiver = receiver(&format!("127.0.0.1:{}", proxy.port()));
    for breaks in 1..=40 {
        until("it is connected", PATIENCE, || proxy.connections() >= breaks);
        receiver.stdout.so_far();
        wait_for_markers(&mut receiver.stdout, 1);
        proxy.cut();
    }
    wait_for_markers(&mut receiver.stdout, 10);
    scene.wait_for_intervals(1);
    assert!(proxy.connections() > 40);
    let outcome = interrupt(receiver);
    let answers = scene.end();
    answers.check_shown(&outcome.stdout);
    answers.check("40 resets on the path, pieces of 7 bytes");
}

/// A good cable connects the witnesses to the server, a bad network the receiver.
fn on_a_bad_wire(fault: &str, manners: Manners) {
    if !requirement::met(netns::REQUIREMENTS) {
        return;
    }
    let (near, far) = (Machine::start(), Machine::start());
    let wire = Wire::between(&near, &far, manners);
    let mut scene = Scene::start_on(&far, "-sc -i.1");
    let command =
        collectl_recv(&format!("connect {}:{} --retry-max 0.5", Wire::SECOND, scene.address().port()));
    let mut receiver = Process::start(&mut near.run(&command));
    wait_for_markers(&mut receiver.stdout, 60);
    scene.wait_for_intervals(1);
    let outcome = interrupt(receiver);
    let answers = scene.end();
    let did = |count: &std::sync::atomic::AtomicUsize| count.load(Ordering::Relaxed);
    let deeds = &wire.deeds;
    for (wanted, count) in [
        (manners.loss > 0, did(&deeds.lost)),
        (!manners.delay.is_zero(), did(&deeds.delayed)),
        (manners.hasty > 0, did(&deeds.hasty)),
    ] {
        assert!(!wanted || count > 3, "{deeds:?}");
    }
    answers.check_shown(&outcome.stdout);
    answers.check(fault);
}

#[test]
fn a_wire_that_loses_a_fifth() {
    on_a_bad_wire("loss of 20 %", Manners { loss: 20, delay: Duration::ZERO, hasty: 0 });
}

#[test]
fn a_wire_that_is_slow() {
    on_a_bad_wire(
        "delay of 300 ms each way",
        Manners { loss: 0, delay: Duration::from_millis(300), hasty: 0 },
    );
}

#[test]
fn a_wire_that_reorders() {
    on_a_bad_wire(
        "reordering: a quarter overtakes 100 ms",
        Manners { loss: 0, delay: Duration::from_millis(100), hasty: 25 },
    );
}

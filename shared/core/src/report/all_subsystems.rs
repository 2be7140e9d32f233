//! Tests for all subsystems together: no frame makes one of them panic in any format.

use std::sync::Arc;

use proptest::prelude::*;

use super::json::Json;
use super::lexpr::Lexpr;
use super::plot::Plot;
use super::renderer::Renderer;
use super::tests::view;
use super::verbose::Verbose;
use crate::capture::Capture;
use crate::choice::Choice;
use crate::clock::Time;
use crate::frame::Frame;
use crate::machine::Machine;
use crate::registry::REGISTRY;
use crate::render::line::Line;
use crate::render::stamp::{Stamp, StampFormat};
use crate::render::verbose::Records;
use crate::subsystem::{Cadence, Configured, Descriptor};

/// Adds a line to the capture with the longest matching tag, if there is one.
pub(super) fn add_line(frame: &mut Frame, line: &[u8]) {
    let tags = |capture: &&'static Capture| {
        let capture = *capture;
        capture.tags.iter().filter(|tag| line.starts_with(tag)).map(move |tag| (tag.len(), capture))
    };
    let owners = REGISTRY.iter().flat_map(|entry| entry.descriptor.captures).flat_map(tags);
    if let Some((_, capture)) = owners.max_by_key(|(length, _)| *length) {
        frame.add_line(capture, line);
    }
}

/// Shows `frames` in every format, with everything selected. Lines of JSON must be objects.
fn show(choice: &Choice, frames: &[(i64, Vec<Vec<u8>>)]) -> usize {
    let parts = |descriptor: &Descriptor| descriptor.parts().map(|(part, _)| part).collect();
    let settings = &choice.settings;
    let meter = |one: &Arc<dyn Configured>| one.meter(settings, parts(one.descriptor()));
    let mut meters: Vec<_> = choice.configured().iter().map(meter).collect();
    let stamp = StampFormat::new(Stamp::Date, true, jiff::tz::TimeZone::UTC);
    let mut renderers = [
        Renderer::Brief(Line::new(settings.numbers)),
        Renderer::Verbose(Verbose::new(settings, Records::Full, String::new(), "host", &Machine::default())),
        Renderer::Plot(Plot::new(settings, b' ', false)),
        Renderer::Lexpr(Lexpr::new(false, false)),
    ];
    let json = Json::new("no\"de\x1b");
    let (mut out, mut objects) = (Vec::new(), Vec::new());
    let mut frame = Frame::default();
    for (millis, lines) in frames {
        frame.restart(Time::from_micros(millis * 1000));
        for line in lines {
            add_line(&mut frame, line);
        }
        meters.iter_mut().for_each(|meter| meter.accept(&frame));
        let mut each = meters.iter().filter(|meter| meter.descriptor().cadence == Cadence::Each);
        if each.all(|meter| meter.is_ready()) {
            for renderer in &mut renderers {
                out.extend_from_slice(&renderer.header(&stamp, &meters));
                if renderer.shows(&meters) {
                    renderer.interval(&stamp, &meters, frame.time(), true, &mut out);
                }
            }
            json.interval(&meters, frame.time(), &mut objects);
        }
    }
    for line in objects.split_inclusive(|&byte| byte == b'\n') {
        let object: serde_json::Value = serde_json::from_slice(line).expect("a line is an object");
        assert!(object.is_object() && !line[..line.len() - 1].iter().any(u8::is_ascii_control));
    }
    out.len()
}

#[test]
fn frames_of_one_time_are_a_second_apart() {
    let frames = [0, 1].map(|i| (1000, vec![format!("disk 8 0 sda {i} 0 0 0 0 0 0 0 0 7 0\n").into_bytes()]));
    assert!(show(&view("").choice, &frames) > 0);
}

fn any_choice() -> impl Strategy<Value = Choice> {
    let switches = prop::collection::vec(
        prop::sample::select(vec![
            "--iosize",
            "--dskopts=fiz",
            "--dskopts=F",
            "--dskremap=sd:x,:y",
            "--dskfilt=^sd,nvme",
            "--netopts=eEiow9",
            "--netfilt=eth,lo",
            "--cgroupfilt=a",
            "--cgroupfilt=^b",
            "--xopts=i",
            "--envopts=fFTM",
            "--envremap=/./$1/",
            "--memopts=R",
            "--memopts=PVps",
            "--cpuopts=z",
            "--cpufilt=0-2",
            "-on",
            "-ogx",
            "-oG2",
            "-w",
        ]),
        0..5,
    );
    let resolve = |switches: Vec<&str>| {
        let line = ["-scCdDnNmM"].into_iter().chain(switches).collect::<Vec<_>>().join(" ");
        view(&line).choice
    };
    switches.prop_map(resolve)
}

/// A line that starts as one of the kernel's, followed by words, numbers of any size, or anything.
fn any_line() -> impl Strategy<Value = Vec<u8>> {
    let beginnings: Vec<&[u8]> = REGISTRY
        .iter()
        .flat_map(|entry| entry.descriptor.captures)
        .flat_map(|capture| capture.tags)
        .copied()
        .chain([
            &b"cpu0 "[..],
            b"cpu7 ",
            b"cpu99999999999 ",
            b"intr ",
            b"disk 8 0 sda ",
            b"disk 8 16 sdb ",
            b"disk 259 0 nvme10n1 ",
            b"Net eth0:",
            b"Net   lo: ",
            b"Net \x1b[31m\xff\xc3\xa9 :",
            b"MemTotal: ",
            b"MemFree: ",
            b"pgpgin ",
            b"pswpin ",
            b"numai Node 0 MemFree: ",
            b"numas Node 1 numa_hit ",
            b"psi-cpu some avg10=1.5 avg60=",
            b"psi-irq full total=",
            b"cgroup system.slice/a.service cpu.usage_usec=1 memory.current=",
            b"cgroup a\\040\\033[b io.rbytes=",
            b"ib0-1:rcvd ",
            b"ipmi: Temp 1,",
            b"ipmi: CPU \x1b\xff Fan2 (x),0x,",
            b"ib0-1:errs ",
            b"ib7-99999999999:pquery: ",
            b"ib1-1:name \x1b[31m\xff ",
        ])
        .collect();
    let word = prop_oneof![
        5 => any::<u64>().prop_map(|number| format!("{number} ").into_bytes()),
        5 => (0u64..1000).prop_map(|number| format!("{number} ").into_bytes()),
        1 => prop::collection::vec(any::<u8>().prop_filter("line ends", |&byte| byte != b'\n'), 0..9),
    ];
    (prop::sample::select(beginnings), prop::collection::vec(word, 0..20))
        .prop_map(|(beginning, words)| [beginning, &words.concat(), b"\n"].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_that_a_frame_holds_panics(
        choice in any_choice(),
        frames in prop::collection::vec(
            (prop_oneof![Just(5000i64), 0i64..10_000, Just(1i64 << 50)], prop::collection::vec(any_line(), 0..40)),
            2..5,
        ),
    ) {
        show(&choice, &frames);
    }
}

#[test]
fn two_thousand_disks_that_change_places() {
    let frame = |seconds: i64, names: &mut dyn Iterator<Item = u32>| {
        let line = |name| format!("disk 8 0 sd{name}x 1 2 3 4 5 6 7 8 9 10 11\n").into_bytes();
        (seconds * 1000, names.map(line).collect())
    };
    let frames = [
        frame(1, &mut (0..2000)),
        frame(2, &mut (0..2000).rev()),
        frame(3, &mut (0..1000)),
        frame(4, &mut (500..2500)),
    ];
    assert!(show(&view("").choice, &frames) > 1_000_000);
}

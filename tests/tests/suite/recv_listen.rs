//! `collectl-recv listen`: collectors that were started elsewhere: ours, the Perl collectl, and clients that misbehave.

use rustix::process::Signal;
use tests::brief::{Kind, kind};
use tests::peer::Peer;
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv, perl_collectl};
use tests::requirement::{self, Requirement};

/// How soon the receiver must end after a signal.
const ENDED: std::time::Duration = std::time::Duration::from_secs(2);

/// A receiver that listens.
struct Receiver {
    process: Process,
    port: u16,
}

impl Receiver {
    fn start(args: &str) -> Self {
        let mut process =
            Process::start(&mut collectl_recv(&format!("listen --bind 127.0.0.1 --port 0 {args}")));
        let said = process.stderr.wait_for("listening on port ");
        let port = said.rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { process, port }
    }

    fn collector(&self) -> Peer {
        Peer::connect((std::net::Ipv4Addr::LOCALHOST, self.port))
    }

    /// The next line that was shown.
    fn line(&mut self) -> String {
        self.process.stdout.next_line().expect("the receiver continues")
    }

    /// Ends it with Ctrl-C.
    fn interrupt(mut self) -> Outcome {
        self.process.signal(Signal::INT);
        self.process.wait_within(ENDED);
        self.process.finish()
    }
}

#[test]
fn shows_what_our_collectors_send() {
    let mut receiver = Receiver::start("");
    let start = |name| {
        let args = format!("-scdnm -i.1 -c4 --hostname {name} -A 127.0.0.1:{}", receiver.port);
        Process::start(&mut collectl(&args))
    };
    let collectors = ["n1", "n2", "n3"].map(start);
    let lines: Vec<String> = (0..18).map(|_| receiver.line()).collect();
    for name in ["n1", "n2", "n3"] {
        let own: Vec<Kind> =
            lines.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).map(kind).collect();
        assert_eq!(own, [[Kind::Titles, Kind::Headings].as_slice(), &[Kind::Data; 4]].concat(), "{lines:#?}");
    }
    for collector in collectors {
        assert_eq!(collector.finish().code, 0);
    }
    let outcome = receiver.interrupt();
    assert_eq!((outcome.code, outcome.stdout.len()), (0, 18), "{outcome:#?}");
}

#[test]
fn shows_what_a_perl_collector_sends() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    let mut receiver = Receiver::start("");
    let perl =
        Process::start(&mut perl_collectl(&format!("-scdnm -i.2 -c3 -oT -A 127.0.0.1:{}", receiver.port)));
    let lines: Vec<String> = (0..5).map(|_| receiver.line()).collect();
    let name = lines[0].split(' ').next().expect("a first word").to_owned();
    assert!(!name.starts_with(['#', '1']), "{lines:#?}");
    let bare =
        |line: &String| kind(line.strip_prefix(&name).and_then(|rest| rest.strip_prefix(' ')).unwrap_or("?"));
    let kinds: Vec<Kind> = lines.iter().map(bare).collect();
    assert_eq!(kinds, [[Kind::Titles, Kind::Headings].as_slice(), &[Kind::Data; 3]].concat(), "{lines:#?}");
    assert_eq!(perl.finish().code, 0);
    assert_eq!(receiver.interrupt().code, 0);
}

#[test]
fn a_stream_without_names_is_named_after_its_address() {
    let mut receiver = Receiver::start("");
    receiver.collector().send("#cpu sys\n   1   0 \n");
    assert_eq!(receiver.line(), "127.0.0.1 #cpu sys");
    assert_eq!(receiver.line(), "127.0.0.1    1   0 ");
}

#[test]
fn shows_whole_lines_only() {
    let mut receiver = Receiver::start("");
    let (mut one, mut two) = (receiver.collector(), receiver.collector());
    one.send("n1 first\nn1 sec");
    assert_eq!(receiver.line(), "n1 first");
    two.send("n2 whole\n");
    assert_eq!(receiver.line(), "n2 whole");
    one.send("ond\nn1 half a line");
    assert_eq!(receiver.line(), "n1 second");
    one.close();
    receiver.process.stderr.wait_for("connection closed");
    two.send("n2 last\n");
    assert_eq!(receiver.line(), "n2 last");
    let outcome = receiver.interrupt();
    assert!(!outcome.stdout.iter().any(|line| line.contains("half")), "{outcome:#?}");
}

#[test]
fn a_line_that_is_too_long_is_cut_and_counted() {
    let mut receiver = Receiver::start("");
    let mut collector = receiver.collector();
    collector.send(format!("n1 begin {}", "x".repeat(1_500_000)));
    let mut other = receiver.collector();
    other.send("n2 meanwhile\n");
    assert_eq!(receiver.line(), "n2 meanwhile");
    collector.send("\nn1 next\n");
    let long = receiver.line();
    assert!(long.starts_with("n1 begin xxx") && long.len() <= (1 << 20) + 8, "{} bytes", long.len());
    assert!(long.len() >= (1 << 20) - 8, "{} bytes", long.len());
    assert_eq!(receiver.line(), "n1 next");
    collector.close();
    let outcome = receiver.interrupt();
    assert!(outcome.stderr.iter().any(|line| line.contains("cut")), "{outcome:#?}");
}

#[test]
fn nothing_controls_the_terminal() {
    let mut receiver = Receiver::start("");
    let mut collector = receiver.collector();
    collector.send("n1 a\u{1b}[31mb\u{7}c\u{9b}2Jd\u{202e}e\u{2066}f\r\n");
    collector.send(b"n1 \xff\x9b %n %s\n");
    assert_eq!(receiver.line(), "n1 a[31mbc2Jdef");
    assert_eq!(receiver.line(), "n1 \u{fffd}\u{fffd} %n %s");
    let mut named = receiver.collector();
    named.send("\u{1b}]0;x\u{7} 1 2 3\n");
    let line = receiver.line();
    assert!(!line.chars().any(char::is_control), "{line:?}");
}

#[test]
fn a_collector_may_leave_in_any_way_and_the_others_stay() {
    let mut receiver = Receiver::start("");
    let mut stays = receiver.collector();
    for round in 0..20 {
        let mut leaves = receiver.collector();
        leaves.send(format!("bad{round} 1\nbad{round} 2"));
        assert_eq!(receiver.line(), format!("bad{round} 1"));
        if round % 2 == 0 {
            leaves.reset();
        } else {
            leaves.close();
        }
        stays.send(format!("n1 {round}\n"));
        assert_eq!(receiver.line(), format!("n1 {round}"));
    }
}

#[test]
fn ends_as_documented() {
    let code = |args: &str| Process::start(&mut collectl_recv(args)).finish();
    for wrong in
        ["", "nosuch", "listen --nosuch", "listen --port 99999", "listen --bind nowhere", "connect", "launch"]
    {
        let outcome = code(wrong);
        assert_eq!(outcome.code, 1, "{wrong}: {outcome:#?}");
        assert!(outcome.stdout.is_empty() && !outcome.stderr.is_empty(), "{wrong}: {outcome:#?}");
    }
    let receiver = Receiver::start("");
    let taken = code(&format!("listen --bind 127.0.0.1 --port {}", receiver.port));
    assert_eq!(taken.code, 1);
    assert!(taken.stderr[0].contains(&receiver.port.to_string()), "{taken:#?}");
    assert_eq!(receiver.interrupt().code, 0);
    assert_eq!(Receiver::start("--for 0.2").process.finish().code, 3);
    let mut once = Receiver::start("-n 2");
    once.collector().send("n1 #cpu\nn1 1\nn1 2\nn1 3\n");
    assert_eq!([once.line(), once.line(), once.line()], ["n1 #cpu", "n1 1", "n1 2"]);
}

#[test]
fn a_reader_that_left_ends_it_quietly() {
    let port = tests::port::free();
    let script = format!("\"$0\" listen --bind 127.0.0.1 --port {port} | head -n 1; exit ${{PIPESTATUS[0]}}");
    let mut pipe = tests::programs::command("bash", "-c");
    let mut pipe = Process::start(pipe.arg(script).arg(tests::programs::folder().join("collectl-recv")));
    pipe.stderr.wait_for("listening on port");
    let mut collector = Peer::connect((std::net::Ipv4Addr::LOCALHOST, port));
    collector.send("n1 1\n");
    assert_eq!(pipe.stdout.next_line().as_deref(), Some("n1 1"));
    collector.send("n1 2\n");
    collector.send("n1 3\n");
    assert_eq!(pipe.wait(), 0);
}

//! A server that records: it reads back from its raw files what its memory has forgotten, to the byte.

use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::Signal;
use tests::brief::{Kind, kind};
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{collectl, collectl_recv};
use tests::proxy::Proxy;
use tests::recording;

/// Longer than a memory of one second. This is the fault itself; nothing is waited for.
const LONG_OUTAGE: Duration = Duration::from_secs(3);

/// A server that records to `folder`, with almost no memory by default.
fn server(port: u16, folder: &Path, args: &str) -> Process {
    let history = if args.contains("--history") { "" } else { "--history 300K,1s" };
    let folder = folder.display();
    let args = format!("-A server:{port} --hostname n7 -f {folder} {history} {args}");
    let process = Process::start(&mut collectl(&args));
    until("the server is there", PATIENCE, || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    process
}

fn client(port: u16, hello: &str) -> Peer {
    let mut peer = Peer::connect((Ipv4Addr::LOCALHOST, port));
    peer.send(format!("##hello name=test version=1{hello}\n"));
    peer
}

/// A mark, and the lines of its interval.
type Interval = (String, Vec<String>);

/// Reads up to the next interval, and the whole interval; none at the end.
fn interval(peer: &mut Peer) -> Option<Interval> {
    let mark = std::iter::from_fn(|| peer.line()).find(|line| line.contains(" ##interval "))?;
    let (headers, lines) = word(&mark, "lines=").split_once('+').expect("two numbers");
    let count = [headers, lines].map(|count| count.parse::<usize>().expect("a number")).iter().sum();
    let lines = (0..count).map_while(|_| peer.line()).collect::<Vec<_>>();
    (lines.len() == count).then_some((mark, lines))
}

/// The text after `name` in a mark.
fn word<'a>(mark: &'a str, name: &str) -> &'a str {
    mark.split(' ').find_map(|word| word.strip_prefix(name)).unwrap_or_else(|| panic!("{name} in '{mark}'"))
}

fn seq(interval: &Interval) -> u64 {
    word(&interval.0, "seq=").parse().expect("a number")
}

/// A client that is always connected: its first interval, and a thread that reads all later ones.
fn witness(port: u16) -> (Interval, JoinHandle<Vec<Interval>>) {
    let mut peer = client(port, "");
    let first = interval(&mut peer).expect("there are intervals");
    (first, std::thread::spawn(move || std::iter::from_fn(|| interval(&mut peer)).collect()))
}

/// Records with `args`, and checks that a client gets everything it lacks when it comes back after the memory has
/// forgotten that. `meanwhile` is done to the server before that.
fn comes_again(args: &str, folder: &Path, meanwhile: impl Fn(&Process)) {
    let port = port::free();
    let mut server = server(port, folder, args);
    let (first, witness) = witness(port);
    std::thread::sleep(LONG_OUTAGE / 2);
    meanwhile(&server);
    std::thread::sleep(LONG_OUTAGE / 2);
    let last = || seq(&interval(&mut client(port, "")).expect("there are intervals"));
    until("several intervals were forgotten", PATIENCE, || last() > seq(&first) + 10);
    let run = word(&first.0, "run=");
    let mut late = client(port, &format!(" run={run} seq={} time=0.000000", seq(&first)));
    let upto = last() + 3;
    let mut seen: Vec<Interval> = Vec::new();
    while seen.last().is_none_or(|last| seq(last) < upto) {
        seen.push(interval(&mut late).expect("there is more"));
    }
    server.signal(Signal::TERM);
    assert_eq!(server.wait(), 0);
    let all = witness.join().expect("the witness reads to the end");
    for (index, interval) in seen.iter().enumerate() {
        assert_eq!(Some(interval), all.get(index), "{args}: in place {index} of {}", seen.len());
    }
}

#[test]
fn what_the_memory_has_forgotten_is_read_from_raw_files_to_the_byte() {
    let runs = [
        "-scdnm -i.05 -oDm --hr 7",
        "-scdnm -i.05 -oDm --hr 7 --nogzip",
        "-scdnm -i.05 --export lexpr",
        "-scdnmjstfibyx -i.05 --export json --nogzip",
        "-scCdDnNmMjJ -i.1 --verbose -oT",
        "-scdnZ -i.1:.4 --verbose",
        "-sZ -i.1:.2 --verbose --full",
        "-scdnYZ -i.1:.2 --export json",
        "-scDN -i.05 -P --rawtoo",
        "-scdZ -i.05:.1 --tworaw --verbose",
        "-scdn -i.05 --export raw --nogzip",
    ];
    std::thread::scope(|scope| {
        for some in runs.chunks(3) {
            scope.spawn(move || {
                for args in some {
                    let folder = tempfile::tempdir().expect("a folder");
                    comes_again(args, folder.path(), |_| {});
                }
            });
        }
    });
}

#[test]
fn files_that_were_closed_meanwhile_are_read_in_turn() {
    let folder = tempfile::tempdir().expect("a folder");
    comes_again("-scdnm -i.05 --hr 7", folder.path(), |server| {
        server.signal(Signal::HUP);
        until("a new file is started", PATIENCE, || recording::files(folder.path(), "raw.gz").len() == 2);
    });
}

fn is_data(line: &str) -> bool {
    line.strip_prefix("n7 ").is_some_and(|bare| kind(bare) == Kind::Data)
}

/// The receiver is away for longer than the memory reaches; a plain client on a good network has all intervals.
#[test]
fn a_receiver_that_was_away_for_longer_than_the_memory_misses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = port::free();
    let mut server = server(port, folder.path(), "-scdnm -i.05 -oDm --hr 7 --history 1s");
    let mut plain = Peer::connect((Ipv4Addr::LOCALHOST, port));
    let witness = std::thread::spawn(move || plain.to_end());
    let proxy = Proxy::to(port);
    let args = format!("connect 127.0.0.1:{} --retry-max 0.2", proxy.port());
    let mut receiver = Process::start(&mut collectl_recv(&args));
    let mut data = |count| {
        let lines = std::iter::from_fn(|| receiver.stdout.next_line());
        assert_eq!(lines.filter(|line| is_data(line)).take(count).count(), count, "the receiver continues");
    };
    for _ in 0..2 {
        data(10);
        proxy.close();
        std::thread::sleep(LONG_OUTAGE);
        proxy.open();
        data(80);
    }
    receiver.signal(Signal::INT);
    let outcome = receiver.finish();
    server.signal(Signal::TERM);
    server.wait();
    let all = witness.join().expect("the witness reads to the end");
    let all: Vec<_> = all.iter().filter(|line| is_data(line)).collect();
    let seen: Vec<_> = outcome.stdout.iter().filter(|line| is_data(line)).collect();
    let first = all.iter().position(|line| *line == seen[0]).expect("the witness saw the first line");
    assert_eq!(all[first..first + seen.len()], seen[..]);
    assert!(!outcome.stdout.iter().any(|line| line.contains("gap")), "{outcome:#?}");
}

/// A client of an earlier run gets what was sampled after its last interval, from the first interval of this run on.
#[test]
fn a_client_of_an_earlier_run_gets_this_one_from_its_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = port::free();
    let _server = server(port, folder.path(), "-sc -i.05");
    let mut early = client(port, "");
    let first = interval(&mut early).expect("there are intervals");
    std::thread::sleep(LONG_OUTAGE);
    for (time, begin) in [("0.000000", 1), (word(&first.0, "time="), seq(&first) + 1)] {
        let mut late = client(port, &format!(" run=00000000000000ff seq=9 time={time}"));
        for seq in begin..begin + 40 {
            let next = interval(&mut late).expect("there is more");
            assert_eq!(word(&next.0, "seq="), seq.to_string(), "after {time}");
        }
    }
}

/// If nothing is to be kept, nothing is read back either. What was removed is a gap, and nothing waits for it.
#[test]
fn what_can_not_be_read_back_is_a_step_in_the_numbers() {
    for (args, removed) in [("-sc -i.05 --history 0", false), ("-sc -i.05", true)] {
        let folder = tempfile::tempdir().expect("a folder");
        let port = port::free();
        let _server = server(port, folder.path(), args);
        let mut early = client(port, "");
        let first = interval(&mut early).expect("there are intervals");
        std::thread::sleep(LONG_OUTAGE);
        if removed {
            fs::remove_file(recording::file(folder.path(), "raw.gz")).expect("it is there");
        }
        let run = word(&first.0, "run=");
        let mut late = client(port, &format!(" run={run} seq={} time=0.000000", seq(&first)));
        let next = seq(&interval(&mut late).expect("there is more"));
        assert!(next > seq(&first) + 10, "{args}: {next}");
        for place in 1..10 {
            assert_eq!(seq(&interval(&mut late).expect("there is more")), next + place, "{args}");
        }
    }
}

//! The brief format: the layout of the Perl collectl, and figures that match /proc.

use std::time::Instant;

use tests::brief::{Kind, cells, kind, masked, seconds, stamp_width};
use tests::deadline::PATIENCE;
use tests::fixture::{Counters, Procfs};
use tests::process::Process;
use tests::programs::{collectl, perl_collectl};
use tests::requirement::{self, Requirement};

/// Runs both programs with `args` and compares what they write, line by line.
fn same_as_perl(args: &str) {
    let (perl, ours) = (Process::start(&mut perl_collectl(args)), Process::start(&mut collectl(args)));
    let (perl, ours) = (perl.finish(), ours.finish());
    assert_eq!((ours.code, &ours.stderr), (0, &vec![]), "{args}");
    let kinds = |lines: &[String]| lines.iter().map(|line| kind(line)).collect::<Vec<_>>();
    assert_eq!(kinds(&ours.stdout), kinds(&perl.stdout), "{args}: {:#?} and {:#?}", ours.stdout, perl.stdout);
    let (mut titles, mut headings) = ("", "");
    let mut data = 0;
    for (our, its) in ours.stdout.iter().zip(&perl.stdout) {
        match kind(our) {
            Kind::Data => {
                assert_eq!(our.len(), its.len(), "{args}");
                // With -om the Perl collectl's header is wider than its lines; so is ours.
                let [our, its] = [our, its].map(|line| format!("{line:>0$}", headings.len()));
                let figures = |line| cells(line, titles, headings).map(|cells| cells.len());
                assert_eq!(figures(&our), figures(&its), "{args}");
                let stamp = stamp_width(titles);
                assert_eq!(masked(&our[..stamp]), masked(&its[..stamp]), "{args}");
                data += 1;
                continue;
            }
            Kind::Titles => titles = our,
            Kind::Headings => headings = our,
            Kind::Word => {}
        }
        assert_eq!(our, its, "{args}");
    }
    assert!(data >= 2 && !headings.is_empty(), "{args}: {:#?}", ours.stdout);
}

#[test]
fn stamps_are_laid_out_like_the_perl_collectls() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for stamp in ["", "-oT", "-od", "-oD", "-oTm", "-odm", "-oDm", "-om"] {
        same_as_perl(&format!("-scdnm -i.2 -c2 {stamp}"));
    }
}

#[test]
fn headers_repeat_like_the_perl_collectls() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for args in ["--hr 0 -c3", "--hr 1 -c3", "--hr 3 -c7", "--quiet -c2", "--quiet --hr 2 -oT -c4", "-c24"] {
        same_as_perl(&format!("-scdnm -i.1 {args}"));
    }
}

#[test]
fn subsystems_are_laid_out_like_the_perl_collectls() {
    if !requirement::met(&[Requirement::PerlCollectl]) {
        return;
    }
    for subsystems in
        ["", "-sc", "-sd", "-sm", "-sn", "-scd", "-smn", "-snmdc", "-s+m", "-s-n", "-s-cn", "-s+m-n"]
    {
        same_as_perl(&format!("{subsystems} -i.2 -c2"));
    }
}

/// Starts on a folder, changes its counters from `before` to `after`, and adds up what the columns `columns` (by their
/// position) show of that: their rates times the seconds between the time stamps. Each sum is of the whole change,
/// wherever samples split it. Returns the sums, and the shares of the line that showed most of the first column.
fn jump(
    subsystem: char,
    before: &Counters,
    after: &Counters,
    enough: impl Fn(&[f64]) -> bool,
) -> (Vec<f64>, Vec<f64>) {
    let procfs = Procfs::new(before);
    let mut command = collectl(&format!("-s{subsystem} -i.1 -oTm --hr 0 --quiet --procfs"));
    // This machine's /sys describes processors that this /proc does not have.
    let mut process = Process::start(command.arg(procfs.path()).arg("--sysfs").arg(procfs.path()));
    let mut line = || process.stdout.next_line().expect("collectl should continue");
    let (titles, headings) = (line(), line());
    let first = line();
    let mut last = seconds(&first).expect("a stamp");
    let figures = |line: &str| -> Vec<f64> {
        cells(line, &titles, &headings).unwrap().iter().map(|cell| cell.parse().unwrap()).collect()
    };
    assert!(figures(&first).iter().all(|&figure| figure == 0.0), "nothing has moved: '{first}'");
    procfs.set(after);
    let (mut sums, mut most) = (vec![0.0; figures(&first).len()], figures(&first));
    let mut still = 0;
    // Two lines after the last one that is needed: nothing more may follow.
    let moved = Instant::now();
    while still < 2 {
        assert!(moved.elapsed() < PATIENCE, "the counters' moves were never shown: {sums:?}");
        let line = line();
        let now = seconds(&line).expect("a stamp");
        let passed = (now - last).rem_euclid(86_400.0);
        last = now;
        let figures = figures(&line);
        for (sum, figure) in sums.iter_mut().zip(&figures) {
            *sum += figure * passed;
        }
        if figures[0] > most[0] {
            most = figures;
        }
        still += usize::from(enough(&sums));
    }
    (sums, most)
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= expected / 50.0
}

#[test]
fn network_figures_are_those_of_the_edge_of_the_machine() {
    let before = Counters {
        eth0: [1_000_000, 1000, 2_000_000, 2000],
        lo: [5_000_000, 5000, 5_000_000, 5000],
        veth12: [7_000_000, 7000, 7_000_000, 7000],
        ..Counters::default()
    };
    let after = Counters {
        // A thousand KB and 500 packets in, two thousand KB and 700 packets out.
        eth0: [1_000_000 + 1_024_000, 1500, 2_000_000 + 2_048_000, 2700],
        lo: [905_000_000, 905_000, 905_000_000, 905_000],
        veth12: [907_000_000, 907_000, 907_000_000, 907_000],
        ..before
    };
    let expected = [1000.0, 500.0, 2000.0, 700.0];
    let (sums, _) = jump('n', &before, &after, |sums| sums[3] >= 650.0);
    assert!(sums.iter().zip(expected).all(|(&sum, all)| close(sum, all)), "{sums:?}, not {expected:?}");
}

#[test]
fn disk_figures_count_each_byte_once() {
    let before = Counters {
        nvme0n1: [100, 8000, 200, 16_000],
        nvme0n1p1: [90, 7000, 190, 15_000],
        ..Counters::default()
    };
    let after = Counters {
        // 300 reads of 1000 KB, 400 writes of 3000 KB.
        nvme0n1: [400, 10_000, 600, 22_000],
        nvme0n1p1: [390, 9000, 590, 21_000],
        ..before
    };
    let expected = [1000.0, 300.0, 3000.0, 400.0];
    let (sums, _) = jump('d', &before, &after, |sums| sums[3] >= 380.0);
    assert!(sums.iter().zip(expected).all(|(&sum, all)| close(sum, all)), "{sums:?}, not {expected:?}");
}

#[test]
fn processor_figures_are_shares_and_rates() {
    let before =
        Counters { jiffies: [100, 100, 100], switches: 5000, interrupts: 7000, ..Counters::default() };
    // 40 of 100 jiffies were busy, 15 of them in the kernel.
    let after =
        Counters { jiffies: [125, 115, 160], switches: 5600, interrupts: 7800, ..Counters::default() };
    let (sums, most) = jump('c', &before, &after, |sums| sums[3] >= 580.0);
    assert!(close(sums[2], 800.0) && close(sums[3], 600.0), "{sums:?}");
    assert_eq!(most[..2], [40.0, 15.0]);
}

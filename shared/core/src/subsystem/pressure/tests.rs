use super::*;

fn sample(files: &[(&'static Capture, &str)]) -> Sample {
    let old = Lines { some: Some(Stall::default()), full: Some(Stall::default()) };
    let (mut frame, mut sample) = (Frame::default(), Resources { cpu: old, memory: old, io: old, irq: old });
    for (capture, text) in files {
        frame.add(capture, |out| (capture.keep)(text.as_bytes(), out));
    }
    Pressure.read(&frame, &mut sample);
    sample
}

const LINES: &str = "some avg10=90.30 avg60=60.64 avg300=100.00 total=3916097188\n\
                     full avg10=0.00 avg60=0.07 avg300=0.00 total=18446744073709551615\n";

#[test]
fn lines_of_the_kernel() {
    let some = Stall { avg10: 90.3, avg60: 60.64, avg300: 100.0, total: 3_916_097_188 };
    let full = Stall { avg60: 0.07, total: u64::MAX, ..Stall::default() };
    let sample = sample(&[(&IO, LINES), (&IRQ, "full avg10=1.00\n"), (&CPU, "some")]);
    assert_eq!(sample.io, Lines { some: Some(some), full: Some(full) });
    let full = Some(Stall { avg10: 1.0, ..Stall::default() });
    assert_eq!(sample.irq, Lines { some: None, full });
    let cpu = Lines { some: Some(Stall::default()), full: None };
    assert_eq!((sample.cpu, sample.memory), (cpu, Lines::default()));
}

#[test]
fn percentages_of_any_length() {
    let cases =
        [("0.39", 0.39), ("7", 7.0), ("7.", 7.0), ("99999999.99", 100.0), ("1.239", 1.23), ("x.y", 0.0)];
    for (word, value) in cases {
        assert_eq!(percent(word.as_bytes()), value, "{word}");
    }
}

fn shares(before: &str, now: &str, interval: Interval) -> Lines<Option<Share>> {
    Pressure.rates(&sample(&[(&CPU, before)]), &sample(&[(&CPU, now)]), interval).cpu
}

#[test]
fn a_share_is_relative_to_the_elapsed_time() {
    let two_seconds = Interval { seconds: 1.0, real: 2.0 };
    let Lines { some, full } =
        shares("some total=1000000\nfull total=9", "some total=1500000\nfull total=3", two_seconds);
    assert_eq!(some, Some(Share { percent: 25.0, millis: 500.0, ..Share::default() }));
    assert_eq!(full, Some(Share::default()));
    let Lines { some, full } = shares("", "some total=7", two_seconds);
    assert_eq!((some, full), (Some(Share::default()), None));
    let standing = Interval { seconds: 1.0, real: 0.0 };
    assert_eq!(
        shares("some total=0", "some total=5000000", standing).some.map(|share| share.percent),
        Some(100.0)
    );
}

#[test]
fn rows_are_below_their_headings() {
    let rates = Pressure.rates(
        &sample(&[(&IO, LINES)]),
        &sample(&[(&IO, LINES)]),
        Interval { seconds: 1.0, real: 1.0 },
    );
    let mut line = Line::default();
    Pressure.rows(Part::Summary, &rates, &mut Rows::new(b"", &mut line));
    let text = String::from_utf8_lossy(line.bytes()).into_owned();
    let rest = "   0.00   0.00   0.07   0.00        0\n";
    assert_eq!(text, format!("io          0.00  90.30  60.64 100.00        0{rest}"));
    for heading in Pressure.heading(Part::Summary, &rates).lines {
        assert_eq!(heading.len() + 2, text.len(), "{heading}");
    }
}

#[test]
fn a_machine_without_pressure() {
    let root = tempfile::tempdir().unwrap();
    let roots = Roots { proc: root.path().into(), sys: root.path().into() };
    assert!(absence(&roots).is_some());
    std::fs::create_dir(root.path().join("pressure")).unwrap();
    std::fs::write(root.path().join("pressure/io"), LINES).unwrap();
    assert_eq!(absence(&roots), None);
}

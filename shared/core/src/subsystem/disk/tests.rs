use super::*;

fn sample(disk: &Disk, lines: &str) -> Devices<Counted> {
    let mut frame = Frame::default();
    frame.add(&DISKSTATS, |out| out.extend_from_slice(lines.as_bytes()));
    let mut sample = Devices::default();
    disk.read(&frame, &mut sample);
    sample
}

fn rates(samples: [&str; 2]) -> Rates {
    let disk = Disk { options: Options::default(), per: Per::Second, lines: RefCell::default() };
    let [before, now] = samples.map(|text| sample(&disk, text));
    disk.rates(&before, &now, Interval { seconds: 1.0, real: 1.0 })
}

/// Requests of two paths and of their disk.
fn multipath(requests: [u64; 3]) -> String {
    let [first, second, disk] = requests;
    format!("disk 0 0 nvme0c0n1 {first}\ndisk 0 0 nvme0c1n1 {second}\ndisk 259 1 nvme0n1 {disk}\n")
}

#[test]
fn paths_count_while_their_disk_shows_nothing() {
    let reads = |now| rates([&multipath([100, 100, 200]), &multipath(now)]).total.read.requests;
    assert_eq!(reads([150, 150, 300]), 100.0);
    assert_eq!(reads([150, 150, 200]), 100.0);
}

#[test]
fn a_disk_with_a_counter_that_went_back_is_a_new_one() {
    let rates =
        rates(["disk 8 0 sda 10 1 2 3\ndisk 8 16 sdb 1\n", "disk 8 0 sda 5 9 9 9\ndisk 8 16 sdb 2\n"]);
    assert_eq!(rates.total.read.requests, 1.0);
    let (_, sda) = rates.each.iter().next().unwrap();
    assert!(sda.read.merged.is_nan() && sda.busy.is_nan(), "{sda:?}");
}

use std::fs;

use super::*;

fn stream(folder: &std::path::Path, extension: &str, stamp: NameStamp, roll: Option<&str>) -> Stream {
    let naming = Naming {
        location: Location::parse(folder.to_str().unwrap()),
        host: "n1".into(),
        zone: || TimeZone::UTC,
        extension: extension.into(),
        stamp,
        readers: Readers::Umask,
    };
    let roll = roll.map(|roll| Roll::parse(roll).unwrap());
    Stream::new(naming, roll, Box::new(|_| b"# head\n".to_vec()), |time| {
        format!(">>> {} <<<\n", time.micros() / 1_000_000).into_bytes()
    })
}

fn files(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_str().unwrap().into(), fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn at(seconds: i64) -> Time {
    Time::from_micros(1_795_340_460_000_000 + seconds * 1_000_000)
}

#[test]
fn a_file_that_is_closed_ends_where_the_next_begins() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = stream(folder.path(), "raw", NameStamp::Instant, Some("00:00,7,1"));
    for seconds in [0, 30, 61, 90] {
        stream.write(at(seconds), None, b"", format!("{seconds}\n").as_bytes());
    }
    stream.close(at(95));
    let [first, second] = &files(folder.path())[..] else { panic!("{:?}", files(folder.path())) };
    assert_eq!(*first, ("n1-20261122-094100.raw".into(), "# head\n0\n30\n>>> 1795340521 <<<\n".into()));
    assert_eq!(*second, ("n1-20261122-094201.raw".into(), "# head\n61\n90\n>>> 1795340555 <<<\n".into()));
}

#[test]
fn files_that_are_due_together_have_one_date() {
    let folder = tempfile::tempdir().unwrap();
    let [mut all, mut apart] = ["raw", "rawp"]
        .map(|extension| stream(folder.path(), extension, NameStamp::Instant, Some("00:00,7,1")));
    for seconds in [0, 10, 61, 71, 125] {
        all.write(at(seconds), None, b"", b"");
        if seconds % 10 != 1 || seconds > 61 {
            apart.write(at(seconds), all.date(), b"", b"");
        }
    }
    let names = |extension: &str| -> Vec<String> {
        let names = files(folder.path()).into_iter().map(|(name, _)| name);
        names.filter_map(|name| name.strip_suffix(extension).map(str::to_owned)).collect()
    };
    assert_eq!(names(".rawp"), names(".raw"));
    assert_eq!(names(".raw").len(), 3);
}

#[test]
fn an_existing_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("n1-20261122-094100.raw"), "other").unwrap();
    stream(folder.path(), "raw", NameStamp::Instant, None).write(at(0), None, b"", b"x\n");
    let names: Vec<_> = files(folder.path()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["n1-20261122-094100.raw", "n1-20261122-094101.raw"]);
}

#[test]
fn plots_of_a_day_continue_below_another_header() {
    let folder = tempfile::tempdir().unwrap();
    for seconds in [0, 10] {
        let mut stream = stream(folder.path(), "tab", NameStamp::Day, None);
        stream.tail = |_| Vec::new();
        stream.write(at(seconds), None, b"#names\n", b"1\n");
        stream.write(at(seconds + 1), None, b"", b"2\n");
        stream.close(at(seconds + 2));
    }
    let text = "# head\n#names\n1\n2\n".repeat(2);
    assert_eq!(files(folder.path()), [("n1-20261122.tab".to_owned(), text)]);
}

#[test]
fn a_removed_file_is_followed_by_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = stream(folder.path(), "raw", NameStamp::Instant, None);
    stream.write(at(0), None, b"", b"0\n");
    fs::remove_file(folder.path().join("n1-20261122-094100.raw")).unwrap();
    stream.write(at(1), None, b"", b"1\n");
    assert_eq!(files(folder.path()), [("n1-20261122-094101.raw".to_owned(), "# head\n1\n".to_owned())]);
}

#[test]
fn a_removed_folder_is_created_again() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let mut stream = stream(&folder, "raw", NameStamp::Instant, None);
    stream.write(at(0), None, b"", b"0\n");
    fs::remove_dir_all(&folder).unwrap();
    stream.write(at(1), None, b"", b"1\n");
    assert_eq!(files(&folder), [("n1-20261122-094101.raw".to_owned(), "# head\n1\n".to_owned())]);
}

#[test]
fn samples_that_can_not_be_written_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing/deeper");
    let mut stream = stream(&missing, "raw", NameStamp::Instant, None);
    stream.naming.location = Location::parse(&format!("{}/", missing.display()));
    stream.write(at(0), None, b"", b"0\n");
    stream.write(at(1), None, b"", b"1\n");
    assert_eq!(stream.trouble.as_ref().map(|trouble| trouble.missing), Some(2));
    fs::create_dir_all(&missing).unwrap();
    stream.trouble.as_mut().unwrap().retry = Instant::now();
    stream.write(at(2), None, b"", b"2\n");
    assert!(stream.trouble.is_none());
    assert_eq!(files(&missing), [("n1-20261122-094102.raw".to_owned(), "# head\n2\n".to_owned())]);
}

/// The names of the files of samples every `step` seconds from `start` on, and the instants at which each begins.
fn begun(zone: fn() -> TimeZone, roll: &str, [start, end, step]: [i64; 3]) -> Vec<(String, i64)> {
    let folder = tempfile::tempdir().unwrap();
    let mut stream = stream(folder.path(), "raw", NameStamp::Instant, Some(roll));
    stream.naming.zone = zone;
    for second in (start..end).step_by(step as usize) {
        let time = Time::from_micros(second * 1_000_000);
        stream.write(time, None, b"", format!("{second}\n").as_bytes());
    }
    stream.close(Time::from_micros(end * 1_000_000));
    let mut begun: Vec<_> = files(folder.path())
        .into_iter()
        .map(|(name, text)| (name, text.lines().nth(1).unwrap().parse().unwrap()))
        .collect();
    let lines: i64 = files(folder.path()).iter().map(|(_, text)| text.lines().count() as i64 - 2).sum();
    assert_eq!(lines, (end - start + step - 1) / step, "each sample is in one file");
    begun.sort_by_key(|(_, second)| *second);
    begun
}

#[test]
fn a_roll_at_a_skipped_time_is_at_the_change() {
    let berlin = || TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    // From 01:30 to 04:00 of 29 March.
    let files = begun(berlin, "02:30", [1_774_744_200, 1_774_749_600, 300]);
    let names: Vec<_> = files.iter().map(|(name, _)| &name[..]).collect();
    assert_eq!(names, ["n1-20260329-013000.raw", "n1-20260329-030000.raw"]);
    let havana = || TimeZone::posix("CST5CDT,M3.2.0/0,M11.1.0/1").unwrap();
    // From 23:00 of 7 March to 02:00 of the next day.
    let files = begun(havana, "00:00", [1_772_942_400, 1_772_949_600, 300]);
    let names: Vec<_> = files.iter().map(|(name, _)| &name[..]).collect();
    assert_eq!(names, ["n1-20260307-230000.raw", "n1-20260308-010000.raw"]);
}

#[test]
fn no_file_of_the_repeated_hour_takes_the_name_of_another() {
    // From 01:00 of 25 October to 04:00: the hour from 02:00 on is there twice.
    let berlin = || TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let files = begun(berlin, "00:00,7,1", [1_792_882_800, 1_792_897_200, 10]);
    assert_eq!(files.len(), 4 * 60);
    assert!(files.windows(2).all(|pair| pair[1].1 - pair[0].1 == 60), "{files:?}");
    let of = |minute: &str| files.iter().filter(|(name, _)| name.starts_with(minute)).count();
    assert_eq!([of("n1-20261025-0159"), of("n1-20261025-0230"), of("n1-20261025-0300")], [1, 2, 1]);
    // A day that ends with a repeated hour: its last file begins once.
    let beirut = || TimeZone::posix("EET-2EEST,M3.5.0/0,M10.5.0/0").unwrap();
    let files = begun(beirut, "00:00", [1_792_870_200, 1_792_881_600, 600]);
    let names: Vec<_> = files.iter().map(|(name, _)| &name[..]).collect();
    assert_eq!(names, ["n1-20261024-223000.raw", "n1-20261025-000000.raw"]);
}

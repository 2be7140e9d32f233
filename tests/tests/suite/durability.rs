//! What is left of a recording after anything that may happen to the program: signals, a roll, a sudden end.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use tests::deadline::{PATIENCE, until};
use tests::process::Process;
use tests::programs::command;
use tests::recording::{
    check_playback, figures, file, files, markers, samples, start, text, wait_for_samples, whole,
};

/// Ends a run, which must have printed nothing.
fn end(process: Process) {
    process.signal(Signal::TERM);
    let outcome = process.finish();
    assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]));
}

#[test]
fn a_flush_lets_others_read() {
    let folder = tempfile::tempdir().unwrap();
    let process = start("-scd -i.05", folder.path());
    until("a file is there", PATIENCE, || !files(folder.path(), ".raw.gz").is_empty());
    let before = samples(folder.path(), ".raw.gz");
    wait_for_growth(&process, folder.path(), before);
    let path = file(folder.path(), ".raw.gz");
    let (text, is_whole) = text(&path);
    assert!(!is_whole, "the stream continues");
    let copy = tempfile::tempdir().unwrap();
    fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    let zcat = command("zcat", "-q").arg(copy.path().join(path.file_name().unwrap())).output().unwrap();
    assert!(String::from_utf8_lossy(&zcat.stdout).starts_with(&text));
    // The last sample has no end yet.
    check_playback(copy.path(), markers(&text).len().saturating_sub(2));
    end(process);
    assert!(samples(folder.path(), ".raw.gz") > markers(&text).len());
}

/// Requests flushes until three more samples can be read.
fn wait_for_growth(process: &Process, folder: &Path, before: usize) {
    until("SIGUSR1 shows samples", PATIENCE, || {
        process.signal(Signal::USR1);
        samples(folder, ".raw.gz") > before + 3
    });
}

#[test]
fn files_are_closed_on_every_end() {
    for signal in [Signal::TERM, Signal::INT] {
        for args in ["-scd -P --rawtoo", "-scdZ -P --rawtoo --tworaw", "-scd -P --rawtoo --nogzip -oz"] {
            let folder = tempfile::tempdir().unwrap();
            let intervals = if args.contains('Z') { "-i.05:.05" } else { "-i.05" };
            let process = start(&format!("{args} {intervals} -F0"), folder.path());
            let ending = if args.contains("nogzip") { ".raw" } else { ".raw.gz" };
            wait_for_samples(folder.path(), ending, 4);
            process.signal(signal);
            let outcome = process.finish();
            assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]), "{args}");
            for path in files(folder.path(), "") {
                if path.extension().is_some_and(|extension| extension == "gz") {
                    assert!(
                        command("gzip", "-t").arg(&path).status().unwrap().success(),
                        "{}",
                        path.display()
                    );
                }
                let text = whole(&path);
                let is_raw = path.to_string_lossy().contains(".raw");
                assert_eq!(text.lines().last().unwrap().starts_with(">>> "), is_raw, "{}", path.display());
            }
        }
    }
}

#[test]
fn sighup_begins_a_new_file_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let process = start("-scdZ -i.05:.1 --tworaw -F0", folder.path());
    for count in 1..=3 {
        until("another file has samples", PATIENCE, || {
            let files = files(folder.path(), ".raw.gz");
            files.len() == count && markers(&text(&files[count - 1]).0).len() > 3
        });
        if count < 3 {
            process.signal(Signal::HUP);
        }
    }
    end(process);
    let times: Vec<Vec<i64>> =
        files(folder.path(), ".raw.gz").iter().map(|path| markers(&whole(path))).collect();
    for pair in times.windows(2) {
        assert_eq!(pair[0].last(), pair[1].first(), "a file ends where the next begins");
    }
    let samples: usize = times.iter().map(|times| times.len() - 1).sum();
    check_playback(folder.path(), samples - 1);
    let stems = |ending: &str| -> Vec<String> {
        let files = files(folder.path(), ending);
        files.iter().map(|path| path.to_string_lossy().trim_end_matches(ending).to_owned()).collect()
    };
    assert_eq!(stems(".rawp.gz"), stems(".raw.gz"));
}

/// Waits for the boundary of a minute, the smallest unit of `-r`.
#[test]
fn a_roll_loses_nothing_and_removes_what_is_old() {
    let folder = tempfile::tempdir().unwrap();
    let host = rustix::system::uname().nodename().to_string_lossy().split('.').next().unwrap().to_owned();
    let old = [format!("{host}-20200101.tab.gz"), format!("{host}-20200101-000000.raw.gz")];
    let others = ["other-20200101.tab.gz".to_owned(), format!("{host}-20200101.txt"), "notes".to_owned()];
    old.iter().chain(&others).for_each(|name| fs::write(folder.path().join(name), "x").unwrap());
    let process = start("-scdZ -P --rawtoo --tworaw -i.2:.6 -r 00:00,7,1 -F0", folder.path());
    until("a file is closed and another begun", Duration::from_secs(90), || {
        let begun = files(folder.path(), ".rawp.gz");
        begun.len() > 1 && !text(&begun[1]).0.is_empty()
    });
    end(process);
    assert!(old.iter().all(|name| !folder.path().join(name).exists()));
    for name in others {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    for ending in [".raw.gz", ".rawp.gz"] {
        let files = files(folder.path(), ending);
        assert_eq!(files.len(), 2);
        let [first, second] = [0, 1].map(|index| markers(&whole(&files[index])));
        assert_eq!(first.last(), second.first());
        assert_eq!(second[0] % 60_000 / 1000, 0, "on the minute");
    }
    let samples: usize =
        files(folder.path(), ".raw.gz").iter().map(|file| markers(&whole(file)).len() - 1).sum();
    check_playback(folder.path(), samples - 1);
    // The day may have ended too.
    let plots: String = files(folder.path(), ".tab.gz").iter().map(|path| whole(path)).collect();
    assert_eq!(figures(&plots).len(), samples - 1);
}

/// Kills runs at times that differ by a few milliseconds.
#[test]
fn what_a_killed_run_leaves_is_played() {
    for round in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let raw = if round % 2 == 0 { "--nogzip" } else { "" };
        let flush = if round % 4 < 2 { "-F0" } else { "-F1" };
        let args = format!("-scdZ -P --rawtoo -i.01:.01 {raw} {flush}");
        let ending = if raw.is_empty() { ".raw.gz" } else { ".raw" };
        let process = start(&args, folder.path());
        wait_for_samples(folder.path(), ending, 3);
        std::thread::sleep(Duration::from_millis(7 * round));
        process.signal(Signal::KILL);
        drop(process);
        let left = markers(&text(&file(folder.path(), ending)).0).len();
        check_playback(folder.path(), left.saturating_sub(2));
        // Another run continues the plots of the day.
        let outcome = start("-scdZ -P -i.01:.01 -c3", folder.path()).finish();
        assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]), "{args}");
        let plots: String = files(folder.path(), ".tab.gz").iter().map(|path| whole(path)).collect();
        let heads = plots.lines().filter(|line| line.starts_with("#Date")).count();
        let columns = |line: &&str| line.split(' ').count();
        let widths: Vec<_> = figures(&plots).iter().map(columns).collect();
        assert!(heads == 2 && widths.iter().all(|width| *width == widths[0]), "{args}: {plots}");
    }
}

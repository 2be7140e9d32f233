//! What is left of a recording after whatever may happen to the program, the disk, or the folder.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{self, collectl, command};
use tests::recording::{figures, file, files, markers, ours, perls, text, whole};
use tests::requirement::{self, Requirement};

/// A user without rights.
const NOBODY: u32 = 65_534;

/// A run that records into `folder`.
fn start(args: &str, folder: &Path) -> Process {
    Process::start(collectl(args).arg("-f").arg(folder))
}

/// Waits until a file with this ending has so many samples that another process can read.
fn wait_for_samples(folder: &Path, ending: &str, count: usize) {
    until(&format!("{count} samples in *{ending}"), PATIENCE, || samples(folder, ending) >= count);
}

/// The samples in all files with this ending, as far as they can be read.
fn samples(folder: &Path, ending: &str) -> usize {
    files(folder, ending).iter().map(|path| markers(&text(path).0).len()).sum()
}

/// Ends a run, which must have had nothing to say.
fn end(process: Process) {
    process.signal(Signal::TERM);
    let outcome = process.finish();
    assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]));
}

fn all(folder: &Path) -> String {
    folder.join("*").display().to_string()
}

/// Checks that playback shows every interval but what is between recordings.
fn plays(folder: &Path, intervals: usize) {
    let pattern = all(folder);
    let ours = ours(&pattern, "-sc -P -oDm");
    assert_eq!(figures(&ours).len(), intervals, "{ours}");
    if requirement::met(&[Requirement::PerlCollectl]) {
        assert_eq!(ours, perls(&pattern, "-sc -P -oDm"));
    }
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
    assert!(!is_whole, "the stream goes on");
    let copy = tempfile::tempdir().unwrap();
    fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    let zcat = command("zcat", "-q").arg(copy.path().join(path.file_name().unwrap())).output().unwrap();
    assert!(String::from_utf8_lossy(&zcat.stdout).starts_with(&text));
    // The last one has no end yet.
    plays(copy.path(), markers(&text).len().saturating_sub(2));
    end(process);
    assert!(samples(folder.path(), ".raw.gz") > markers(&text).len());
}

/// Asks for flushes until three samples more can be read.
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
fn sighup_begins_another_file_and_loses_nothing() {
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
    plays(folder.path(), samples - 1);
    let stems = |ending: &str| -> Vec<String> {
        let files = files(folder.path(), ending);
        files.iter().map(|path| path.to_string_lossy().trim_end_matches(ending).to_owned()).collect()
    };
    assert_eq!(stems(".rawp.gz"), stems(".raw.gz"));
}

/// Waits for the boundary of a minute: the smallest of `-r`.
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
    plays(folder.path(), samples - 1);
    // The day may have ended, too.
    let plots: String = files(folder.path(), ".tab.gz").iter().map(|path| whole(path)).collect();
    assert_eq!(figures(&plots).len(), samples - 1);
}

/// Kills runs at moments that differ by a few milliseconds.
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
        plays(folder.path(), left.saturating_sub(2));
        // Another run goes on with the plots of the day.
        let outcome = start("-scdZ -P -i.01:.01 -c3", folder.path()).finish();
        assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]), "{args}");
        let plots: String = files(folder.path(), ".tab.gz").iter().map(|path| whole(path)).collect();
        let heads = plots.lines().filter(|line| line.starts_with("#Date")).count();
        let columns = |line: &&str| line.split(' ').count();
        let widths: Vec<_> = figures(&plots).iter().map(columns).collect();
        assert!(heads == 2 && widths.iter().all(|width| *width == widths[0]), "{args}: {plots}");
    }
}

/// Runs ours on a disk of so many kilobytes, in mounts of its own. `script` sees it as `$disk`, and what the program says
/// in `$told`. Returns a copy of the disk, the folder that goes with it, and what was said.
fn on_a_small_disk(kilobytes: u32, args: &str, script: &str) -> (PathBuf, tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let program = format!(
        "disk=$1 told=$2\nmount -t tmpfs -o size={kilobytes}k none $disk || exit 99\n\
         {} {args} -f $disk 2>$told &\npid=$!\n\
         wait_for() {{ for i in $(seq 600); do eval \"$1\" && return; sleep .05; done; exit 98; }}\n\
         {script}\nkill $pid; wait $pid || exit 97\ncp -r $disk $3",
        programs::folder().join("collectl").display(),
    );
    let [disk, told] = ["disk", "told"].map(|name| folder.path().join(name));
    fs::create_dir(&disk).unwrap();
    let mut shell = command("/usr/bin/unshare", "--mount /bin/bash -c");
    shell.arg(&program).arg("sh").args([&disk, &told, &kept]);
    let outcome = Process::start(&mut shell).finish();
    let told = fs::read_to_string(&told).unwrap_or_default();
    assert_eq!(outcome.code, 0, "{outcome:?} {told}");
    (kept, folder, told)
}

/// The samples that a message says are missing.
fn missing(told: &str) -> usize {
    let number = |line: &str| -> Option<usize> {
        line.split(" samples are missing").next()?.split(' ').next_back()?.parse().ok()
    };
    told.lines().filter(|line| line.contains("are missing")).filter_map(number).sum()
}

#[test]
fn a_full_disk_costs_what_it_has_no_room_for_and_says_so() {
    if !requirement::met(&[Requirement::Unshare, Requirement::Root]) {
        return;
    }
    for args in ["--nogzip", "", "-P -oz", "-P"] {
        let (kept, _folder, told) = on_a_small_disk(
            4096,
            &format!("-scdnmZ {args} -i.02:.02 -F0"),
            "wait_for 'test $(du -k $disk | cut -f 1) -gt 100'\n\
             dd if=/dev/zero of=$disk/filler bs=1k 2>/dev/null\n\
             wait_for 'grep -q \"recording goes on when it can\" $told'\nsleep 1.5\n\
             mount -o remount,size=64m $disk\n\
             wait_for 'grep -q \"recording goes on in\" $told'\nsleep .5",
        );
        let lines: Vec<&str> = told.lines().collect();
        let plots = args.contains("-P");
        let kinds = if plots { 2 } else { 1 };
        let count = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
        assert!(count("No space left on device") <= kinds && count("goes on in") <= kinds, "{told}");
        assert_eq!(lines.len(), count("No space left on device") + count("goes on in"), "{told}");
        assert!(missing(&told) > 20, "{told}");
        fs::remove_file(kept.join("filler")).unwrap();
        if plots {
            for path in files(&kept, "") {
                let text = whole(&path);
                let heads = text.lines().filter(|line| line.starts_with("# Collectl:")).count();
                assert!((1..=2).contains(&heads), "{args}: {heads} headers in {}", path.display());
            }
        } else {
            let found = files(&kept, "");
            assert_eq!(found.len(), 2, "{found:?}");
            // Of the file that was given up the last sample may be cut off, and is not played, and neither is the one before.
            let played = figures(&ours(all(&kept), "-sc -P")).len();
            let samples = samples(&kept, "");
            assert!((samples - 5..samples).contains(&played), "{played} of {samples}: {told}");
            if requirement::met(&[Requirement::PerlCollectl]) {
                assert_eq!(figures(&perls(all(&kept), "-sc -P")).len(), played);
            }
        }
    }
}

#[test]
fn a_folder_that_can_not_be_written_to_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let refused = |args: &[&str], place: &Path, reason: &str| {
        let mut run = command(args[0], "");
        run.args(&args[1..]).arg("-f").arg(place);
        let outcome = Process::start(&mut run).finish();
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(outcome.stderr[0].contains(reason), "{outcome:?}");
    };
    let program = programs::folder().join("collectl");
    let program = program.to_str().unwrap();
    let switches = ["-sc", "-i.1", "-c1"];
    let plain = [&[program][..], &switches].concat();
    refused(&plain, &folder.path().join("file/"), "Not a directory");
    refused(&plain, &folder.path().join("a/b/"), "No such file or directory");
    if requirement::met(&[Requirement::Unshare, Requirement::Root]) {
        let script = "mount -t tmpfs -o ro none \"$1\" && shift && exec \"$@\"";
        let place = folder.path().to_str().unwrap();
        let run =
            [&["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "sh", place, program], &switches[..]];
        refused(&run.concat(), folder.path(), "Read-only file system");
    }
}

/// A copy of the program where everyone may run it, and a folder of nobody's.
fn as_nobody(folder: &Path, args: &str) -> (std::process::Command, PathBuf) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let [program, place] = ["collectl", "place"].map(|name| folder.join(name));
    fs::copy(programs::folder().join("collectl"), &program).unwrap();
    fs::create_dir(&place).unwrap();
    chown(&place, Some(NOBODY), Some(NOBODY)).unwrap();
    let mut run = command("/usr/bin/setpriv", "--reuid 65534 --regid 65534 --clear-groups");
    run.arg(program).args(args.split(' ')).arg("-f").arg(&place);
    (run, place)
}

#[test]
fn a_folder_that_is_made_unwritable_and_writable_again() {
    if !requirement::met(&[Requirement::Setpriv, Requirement::Root]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let port = port::free();
    let args = format!("-sc -i.05 -F0 --nogzip --quiet -A server:{port}");
    let (mut run, place) = as_nobody(folder.path(), &args);
    let mut process = Process::start(&mut run);
    wait_for_samples(&place, ".raw", 3);
    let mut client = Peer::connect((Ipv4Addr::LOCALHOST, port));
    let first = file(&place, ".raw");
    // What is open goes on; the next file can't be begun.
    fs::set_permissions(&place, fs::Permissions::from_mode(0o555)).unwrap();
    process.signal(Signal::HUP);
    process.stderr.wait_for("Permission denied (os error 13); recording goes on when it can");
    // More than what has waited until now.
    client.lines(60);
    fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
    process.stderr.wait_for("recording goes on in");
    wait_for_samples(&place, ".raw", markers(&whole(&first)).len() + 3);
    process.signal(Signal::TERM);
    let outcome = process.finish();
    assert_eq!((outcome.code, outcome.stderr.len()), (0, 2), "{outcome:?}");
    assert!(missing(&outcome.stderr.join("\n")) > 0);
    let mut refused = as_nobody(
        &{
            let inner = folder.path().join("inner");
            fs::create_dir(&inner).unwrap();
            inner
        },
        "-sc -i.05",
    );
    fs::set_permissions(&refused.1, fs::Permissions::from_mode(0o555)).unwrap();
    let outcome = Process::start(&mut refused.0).finish();
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stderr[0].contains("Permission denied"), "{outcome:?}");
}

#[test]
fn files_and_folders_that_are_removed_are_made_again() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let mut process = start("-sc -P --rawtoo -i.05 -F0", &folder);
    wait_for_samples(&folder, ".raw.gz", 3);
    for path in files(&folder, "") {
        fs::remove_file(path).unwrap();
    }
    for _ in 0..2 {
        process.stderr.wait_for("was removed: another file is begun");
    }
    wait_for_samples(&folder, ".raw.gz", 3);
    fs::remove_dir_all(&folder).unwrap();
    for _ in 0..2 {
        process.stderr.wait_for("was removed: another file is begun");
    }
    until("the folder is there again", PATIENCE, || folder.is_dir());
    wait_for_samples(&folder, ".raw.gz", 3);
    process.signal(Signal::TERM);
    let outcome = process.finish();
    assert_eq!((outcome.code, outcome.stderr.len()), (0, 4), "{outcome:?}");
    let samples = markers(&whole(&file(&folder, ".raw.gz"))).len() - 1;
    plays(&folder, samples - 1);
}

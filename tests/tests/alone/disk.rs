//! What happens to a recording when the disk is full or hangs, or the folder is no longer usable.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use tests::deadline::{PATIENCE, until};
use tests::peer::Peer;
use tests::port;
use tests::process::Process;
use tests::programs::{self, command};
use tests::recording::{
    all, check_playback, figures, file, files, markers, ours, perls, samples, start, wait_for_samples, whole,
};
use tests::requirement::{self, Requirement};

/// A user without privileges.
const NOBODY: u32 = 65_534;

/// Runs our collectl on a disk of this many kilobytes, in mounts of its own. `script` gets the disk as `$disk`, and the
/// messages of the program in `$told`. Returns a copy of the disk, the folder that holds it, and the messages.
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

/// The number of samples that a message reports as missing.
fn missing(told: &str) -> usize {
    let number = |line: &str| -> Option<usize> {
        line.split(" samples are missing").next()?.split(' ').next_back()?.parse().ok()
    };
    told.lines().filter(|line| line.contains("are missing")).filter_map(number).sum()
}

#[test]
fn a_full_disk_costs_what_does_not_fit_and_is_reported() {
    let _turn = tests::turn::mine();
    if !requirement::met(&[Requirement::Unshare, Requirement::Root]) {
        return;
    }
    for args in ["--nogzip", "", "-P -oz", "-P"] {
        let (kept, _folder, told) = on_a_small_disk(
            4096,
            &format!("-scdnmZ {args} -i.02:.02 -F0"),
            "wait_for 'test $(du -k $disk | cut -f 1) -gt 100'\n\
             dd if=/dev/zero of=$disk/filler bs=1k 2>/dev/null\n\
             wait_for 'grep -q \"recording continues when possible\" $told'\nsleep 1.5\n\
             mount -o remount,size=64m $disk\n\
             wait_for 'test $(grep -c \"recording continues in\" $told) = $(grep -c \"when possible\" $told)'\nsleep .5",
        );
        let lines: Vec<&str> = told.lines().collect();
        let plots = args.contains("-P");
        let kinds = if plots { 2 } else { 1 };
        let count = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
        assert!(
            count("No space left on device") <= kinds && count("recording continues in") <= kinds,
            "{told}"
        );
        assert_eq!(lines.len(), count("No space left on device") + count("recording continues in"), "{told}");
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
            // In the file that was given up, the last sample may be cut off. It is not played, and neither is the one
            // before.
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
    let _turn = tests::turn::mine();
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

/// A copy of the program that everyone may run, and a folder that belongs to nobody.
fn as_nobody(folder: &Path, args: &str) -> (std::process::Command, PathBuf) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let [program, place] = ["collectl", "place"].map(|name| folder.join(name));
    programs::copy(&programs::folder().join("collectl"), &program);
    fs::create_dir(&place).unwrap();
    chown(&place, Some(NOBODY), Some(NOBODY)).unwrap();
    let mut run = command("/usr/bin/setpriv", "--reuid 65534 --regid 65534 --clear-groups");
    run.arg(program).args(args.split(' ')).arg("-f").arg(&place);
    (run, place)
}

#[test]
fn a_folder_that_is_made_unwritable_and_writable_again() {
    let _turn = tests::turn::mine();
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
    // The open file continues; the next file can't be begun.
    fs::set_permissions(&place, fs::Permissions::from_mode(0o555)).unwrap();
    process.signal(Signal::HUP);
    process.stderr.wait_for("Permission denied (os error 13); recording continues when possible");
    // More than what has waited until now.
    client.lines(60);
    fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
    process.stderr.wait_for("recording continues in");
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
    let _turn = tests::turn::mine();
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let mut process = start("-sc -P --rawtoo -i.05 -F0", &folder);
    wait_for_samples(&folder, ".raw.gz", 3);
    for path in files(&folder, "") {
        fs::remove_file(path).unwrap();
    }
    for _ in 0..2 {
        process.stderr.wait_for("was removed: a new file is started");
    }
    wait_for_samples(&folder, ".raw.gz", 3);
    fs::remove_dir_all(&folder).unwrap();
    for _ in 0..2 {
        process.stderr.wait_for("was removed: a new file is started");
    }
    until("the folder is there again", PATIENCE, || folder.is_dir());
    wait_for_samples(&folder, ".raw.gz", 3);
    process.signal(Signal::TERM);
    let outcome = process.finish();
    assert_eq!((outcome.code, outcome.stderr.len()), (0, 4), "{outcome:?}");
    let samples = markers(&whole(&file(&folder, ".raw.gz"))).len() - 1;
    check_playback(&folder, samples - 1);
}

/// A frozen file system blocks writers, like a disk that hangs or an NFS server that is gone.
#[test]
fn a_disk_that_hangs_delays_files_and_nothing_else() {
    let _turn = tests::turn::mine();
    if !requirement::met(&[Requirement::Unshare, Requirement::Root, Requirement::LoopDevice]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let [image, disk, kept] = ["image", "disk", "kept"].map(|name| folder.path().join(name));
    fs::create_dir(&disk).unwrap();
    fs::File::create(&image).unwrap().set_len(32 << 20).unwrap();
    let port = port::free();
    let script = format!(
        "mkfs.ext4 -q $1 && mount -o loop $1 $2 || exit 99\n\
         {} -sc -i.1 -m --allow 127.0.0.1 -F0 -A server:{port} -f $2 &\n\
         read line; fsfreeze -f $2; echo frozen; read line; fsfreeze -u $2\n\
         echo thawed; read line; kill $!; wait $! || exit 97\ncp -r $2 $3",
        programs::folder().join("collectl").display()
    );
    let mut shell = command("/usr/bin/unshare", "--mount /bin/bash -c");
    let mut process = Process::start_with_input(shell.arg(script).arg("sh").args([&image, &disk, &kept]));
    let address = (Ipv4Addr::LOCALHOST, port);
    until("a server listens", PATIENCE, || std::net::TcpStream::connect(address).is_ok());
    let mut client = Peer::connect(address);
    client.lines(5);
    process.say("freeze");
    process.stdout.wait_for("frozen");
    // A message for the log of -m.
    assert!(Peer::is_refused_from(Ipv4Addr::new(127, 0, 0, 2).into(), address));
    process.stderr.wait_for("connection closed that --allow does not list");
    client.lines(20);
    process.say("thaw");
    process.stdout.wait_for("thawed");
    process.say("end");
    let outcome = process.finish();
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(whole(&file(&kept, ".log")).contains("connection closed that --allow does not list"));
    let times = markers(&whole(&file(&kept, ".raw.gz")));
    assert!(times.len() > 20);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] < 200), "none is missing: {times:?}");
}

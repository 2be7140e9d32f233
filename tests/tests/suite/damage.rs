//! Damaged recordings: what is sound of them is shown, and message and exit status say that they are damaged.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tests::goldens;
use tests::process::{Outcome, Process};
use tests::programs::{collectl, collectl_recv};

/// The exit status for damage.
const DAMAGED: i32 = 4;
const NAME: &str = "node01-20261122-101936.raw";

fn sound() -> (Vec<u8>, Vec<u8>) {
    let packed = fs::read(goldens::folder().join("raw/H-rolled").join(format!("{NAME}.gz"))).unwrap();
    let mut text = Vec::new();
    MultiGzDecoder::new(&packed[..]).read_to_end(&mut text).unwrap();
    (packed, text)
}

fn play(path: &Path, args: &str) -> Outcome {
    Process::start(collectl(args).env("TZ", "UTC").arg("-p").arg(path)).finish()
}

fn replay(folder: &Path) -> Outcome {
    let mut command = collectl_recv("replay --speed max");
    Process::start(command.arg(folder).env("TZ", "UTC").args(["--", "-scd", "-oT"])).finish()
}

/// Plays `bytes` in both programs, and returns what collectl shows.
fn check_damage(name: &str, bytes: &[u8], message: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let outcome = play(&path, "-scd -oT");
    assert_eq!(outcome.code, DAMAGED, "{outcome:?}");
    assert!(outcome.stderr.iter().any(|line| line.contains(name) && line.contains(message)), "{outcome:?}");
    let replayed = replay(folder.path());
    assert_eq!(replayed.code, DAMAGED, "{replayed:?}");
    assert!(replayed.stderr.iter().any(|line| line.contains(name) && line.contains(message)), "{replayed:?}");
    let rows = |lines: &[String]| lines.iter().filter(|line| !line.contains('#')).count();
    assert_eq!(rows(&replayed.stdout), rows(&outcome.stdout));
    outcome.stdout
}

fn shown(name: &str, bytes: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let outcome = play(&path, "-scd -oT");
    assert_eq!((outcome.code, &outcome.stderr[..]), (0, &[][..]));
    outcome.stdout
}

#[test]
fn a_wrong_checksum() {
    let (mut packed, text) = sound();
    let place = packed.len() - 8;
    packed[place] ^= 1;
    assert_eq!(check_damage(&format!("{NAME}.gz"), &packed, "checksum"), shown(NAME, &text));
}

#[test]
fn a_byte_in_the_middle_of_a_compressed_file() {
    let (packed, text) = sound();
    let whole = shown(NAME, &text);
    for place in [packed.len() / 3, packed.len() / 2, packed.len() - 20] {
        let mut packed = packed.clone();
        packed[place] ^= 0x10;
        let found = check_damage(&format!("{NAME}.gz"), &packed, "damaged");
        assert!(found.len() <= whole.len(), "{found:?}");
    }
}

#[test]
fn a_file_that_is_cut_off_within_a_line() {
    let (_, text) = sound();
    let whole = shown(NAME, &text);
    // It may still be written. The last line, the marker, is that of the end.
    assert_eq!(shown(NAME, &text[..text.len() - 3])[..], whole[..whole.len() - 1]);
    let end = text[..text.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    assert_eq!(shown(NAME, &text[..end])[..], whole[..whole.len() - 1]);
}

#[test]
fn a_compressed_file_that_is_cut_off_within_a_line() {
    let (packed, text) = sound();
    let found = shown(&format!("{NAME}.gz"), &packed[..packed.len() / 2]);
    assert!(found.len() > 2 && shown(NAME, &text).starts_with(&found), "{found:?}");
}

#[test]
fn zeros_in_the_middle_and_at_the_end() {
    let (_, text) = sound();
    let whole = shown(NAME, &text);
    let end = [&text[..], &[0; 5000]].concat();
    assert_eq!(check_damage(NAME, &end, "5000 bytes"), whole);
    let middle = text.windows(4).rposition(|found| found == b">>> ").unwrap();
    let middle = [&text[..middle], &[0; 5000], &text[middle..]].concat();
    assert_eq!(check_damage(NAME, &middle, "5000 bytes"), whole);
}

#[test]
fn lines_that_end_with_cr_lf() {
    let (_, text) = sound();
    let changed = String::from_utf8(text.clone()).unwrap().replace('\n', "\r\n");
    assert_eq!(check_damage(NAME, changed.as_bytes(), "CR LF"), shown(NAME, &text));
}

#[test]
fn what_is_no_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (link, pipe) =
        (folder.path().join("n1-20261122-101936.raw"), folder.path().join("n2-20261122-101936.raw"));
    symlink(&link, &link).unwrap();
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    for (path, reason) in [(&link, "symbolic links"), (&pipe, "not a regular file")] {
        let outcome = play(path, "-scd");
        assert_eq!((outcome.code, outcome.stdout.len()), (1, 0), "{outcome:?}");
        assert!(outcome.stderr[0].contains(reason), "{outcome:?}");
    }
    // Others are played.
    let (_, text) = sound();
    fs::write(folder.path().join(NAME), &text).unwrap();
    let outcome = play(&folder.path().join("*"), "-scd -oT");
    assert_eq!((outcome.code, &outcome.stdout), (DAMAGED, &shown(NAME, &text)));
    assert_eq!(outcome.stderr.len(), 2, "{outcome:?}");
    assert_eq!(replay(folder.path()).code, DAMAGED);
}

#[test]
fn names_with_blanks_and_brackets_that_are_there() {
    let parent = tempfile::tempdir().unwrap();
    let folder: PathBuf = parent.path().join("a b[1],c");
    fs::create_dir(&folder).unwrap();
    let (_, text) = sound();
    fs::File::create(folder.join(NAME)).unwrap().write_all(&text).unwrap();
    let outcome = play(&folder.join(NAME), "-scd -oT");
    assert_eq!((outcome.code, &outcome.stdout), (0, &shown(NAME, &text)), "{outcome:?}");
}

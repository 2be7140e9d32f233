use std::fs;

use super::*;

const STATUS: &str = "Name:\tx\nTgid:\t7\nUid:\t33\t33\t33\t33\nVmRSS:\t 5 kB\nThreads:\t2\n\
                      voluntary_ctxt_switches:\t1\nnonvoluntary_ctxt_switches:\t2\n";

fn add(root: &Path, path: &str, name: &str, flags: u64, command: &[u8]) {
    let folder = root.join(path);
    fs::create_dir_all(&folder).unwrap();
    let stat = format!("7 ({name}) S 1 0 0 0 -1 {flags} 0 0 0 0 0 0 0 0 20 0 2 0 0 0\n");
    fs::write(folder.join("stat"), stat).unwrap();
    fs::write(folder.join("status"), STATUS).unwrap();
    fs::write(folder.join("cmdline"), command).unwrap();
    fs::write(folder.join("io"), "rchar: 1\n").unwrap();
}

fn lines(root: &Path, options: &ProcessOptions) -> Vec<String> {
    let mut out = Vec::new();
    ProcessProbe::new(root, options).read(&mut out).unwrap();
    let mut lines: Vec<_> = String::from_utf8(out).unwrap().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn the_lines_of_a_raw_file() {
    let root = tempfile::tempdir().unwrap();
    add(root.path(), "7", "x y", 0, b"/bin/x\0a b\0");
    fs::create_dir(root.path().join("sys")).unwrap();
    assert_eq!(
        lines(root.path(), &ProcessOptions::default()),
        [
            "proc:7 Tgid:\t7",
            "proc:7 Uid:\t33\t33\t33\t33",
            "proc:7 VmRSS:\t 5 kB",
            "proc:7 cmd /bin/x a b ",
            "proc:7 io rchar: 1",
            "proc:7 nonvoluntary_ctxt_switches:\t2",
            "proc:7 stat 7 (x y) S 1 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0 0 0",
            "proc:7 voluntary_ctxt_switches:\t1",
        ]
    );
    let without = lines(root.path(), &ProcessOptions::parse("I").unwrap());
    assert!(!without.iter().any(|line| line.contains(" io ")));
}

#[test]
fn a_name_can_not_forge_a_line() {
    let root = tempfile::tempdir().unwrap();
    add(root.path(), "7", "x\nproc:1 stat 1 (init", 0, b"/bin/x\nproc:1 cmd evil\0");
    assert!(lines(root.path(), &ProcessOptions::default()).iter().all(|line| line.starts_with("proc:7 ")));
}

#[test]
fn a_process_is_gone_when_its_stat_is_and_not_before() {
    let root = tempfile::tempdir().unwrap();
    for (missing, left) in [("stat", 0), ("status", 3), ("cmdline", 7), ("io", 7)] {
        add(root.path(), "7", "x", 0, b"/bin/x\0");
        add(root.path(), "1234567", "y", KERNEL_THREAD, b"");
        fs::remove_file(root.path().join("7").join(missing)).unwrap();
        let lines = lines(root.path(), &ProcessOptions::default());
        let of = |tag: &str| lines.iter().filter(|line| line.starts_with(tag)).count();
        assert_eq!((of("proc:7 "), of("proc:1234567 ")), (left, 7), "{missing}");
    }
}

#[test]
fn memory_stands_after_any_number_of_groups() {
    let root = tempfile::tempdir().unwrap();
    for groups in [0, 5_000, 65_536] {
        add(root.path(), "7", "x", 0, &[b'a'; 100_000]);
        let status = format!("Tgid:\t7\nGroups:\t{}\nVmRSS:\t 9 kB\n", "1000000000 ".repeat(groups));
        fs::write(root.path().join("7/status"), status).unwrap();
        let mut probe = ProcessProbe::new(root.path(), &ProcessOptions::default());
        let mut out = Vec::new();
        probe.read(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("proc:7 VmRSS:\t 9 kB\n"), "{groups}");
        let command = text.lines().find(|line| line.starts_with("proc:7 cmd ")).unwrap();
        assert_eq!(command.len(), "proc:7 cmd ".len() + MAX_FILE + 1);
    }
}

#[test]
fn filters_and_threads() {
    let root = tempfile::tempdir().unwrap();
    for (pid, name) in [("7", "good"), ("8", "bad")] {
        add(root.path(), pid, name, 0, b"/bin/x\0");
        add(root.path(), &format!("{pid}/task/{pid}"), name, 0, b"/bin/x\0");
        add(root.path(), &format!("{pid}/task/9{pid}"), name, 0, b"");
    }
    let tags = |filter: &str, letters: &str| {
        let filter = Filter::parse(filter, Path::new("/")).unwrap();
        let options = ProcessOptions { filter, ..ProcessOptions::parse(letters).unwrap() };
        let mut tags: Vec<_> = lines(root.path(), &options)
            .iter()
            .map(|line| line.split(' ').next().unwrap().to_owned())
            .collect();
        tags.dedup();
        tags
    };
    assert_eq!(tags("cgood", ""), ["proc:7"]);
    assert_eq!(tags("cgood", "t"), ["proc:7", "procT:97"]);
    assert_eq!(tags("c+bad", ""), ["proc:8", "procT:98"]);
    assert_eq!(tags("p+7", ""), ["proc:7", "procT:97"]);
    assert_eq!(tags("u33", ""), ["proc:7", "proc:8"]);
    assert_eq!(tags("fnone,P5", ""), [""; 0]);
}

#[test]
fn new_processes_are_skipped() {
    let root = tempfile::tempdir().unwrap();
    add(root.path(), "7", "x", 0, b"");
    let mut probe = ProcessProbe::new(root.path(), &ProcessOptions::parse("p").unwrap());
    let mut out = Vec::new();
    probe.read(&mut out).unwrap();
    add(root.path(), "8", "x", 0, b"");
    out.clear();
    probe.read(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("proc:7 ") && !text.contains("proc:8 "));
}

#[test]
fn this_process_is_found_as_procfs_reads_it() {
    let me = procfs::process::Process::myself().unwrap();
    let filter = Filter::parse(&format!("p{}", me.pid), Path::new("/")).unwrap();
    let lines = lines(Path::new("/proc"), &ProcessOptions { filter, ..ProcessOptions::default() });
    let uid = format!("proc:{} Uid:\t{}\t", me.pid, me.uid().unwrap());
    assert!(lines.iter().any(|line| line.starts_with(&uid)));
    let command = format!("proc:{} cmd {} ", me.pid, me.cmdline().unwrap().join(" "));
    assert!(lines.contains(&command), "{lines:?}");
}

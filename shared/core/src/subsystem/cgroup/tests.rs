use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::filter::NameFilter;

/// Writes a group with a process into the tree below `root`.
fn add(root: &TempDir, path: &str, files: &[(&str, &str)]) {
    let folder = root.path().join("fs/cgroup").join(path);
    fs::create_dir_all(&folder).unwrap();
    let all =
        [("cgroup.events", "populated 1\nfrozen 0\n"), ("cgroup.procs", ""), ("cpu.stat", "usage_usec 5\n")];
    for (name, text) in all.iter().chain(files) {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn tree(paths: &[&str]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    paths.iter().for_each(|path| add(&root, path, &[]));
    root
}

fn probe(root: &Path, filter: &str) -> (String, std::io::Result<()>) {
    let roots = Roots { proc: root.into(), sys: root.into() };
    let filter = NameFilter::parse("cgroupfilt", filter).unwrap();
    let mut out = Vec::new();
    let result = probe::CgroupProbe::new(&roots, filter).read(&mut out);
    (String::from_utf8(out).unwrap(), result)
}

/// The paths of the rows, as a raw file has them.
fn paths(root: &TempDir, filter: &str) -> Vec<String> {
    let (text, result) = probe(root.path(), filter);
    result.unwrap();
    text.lines().map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn a_row_is_the_topmost_job_unit_or_group_with_processes() {
    let root = tree(&[
        "init.scope",
        "system.slice/ssh.service",
        "system.slice/slurmstepd.scope/job_7/step_0/user/task_0",
        "system.slice/slurmstepd.scope/job_12/step_batch",
        "system.slice/slurmstepd.scope/system",
        "user.slice/user-7.slice/user@7.service/app.slice/x.service",
        "docker/0f/inner",
        "odd name/leaf",
    ]);
    for above in ["system.slice", "system.slice/slurmstepd.scope", "user.slice", "user.slice/user-7.slice"] {
        add(&root, above, &[]);
    }
    add(&root, "docker", &[]);
    add(&root, "odd name", &[]);
    add(&root, "docker/0f", &[("cgroup.procs", "1\n")]);
    for row in ["system.slice/slurmstepd.scope/job_7", "system.slice/slurmstepd.scope/job_12"] {
        add(&root, row, &[]);
    }
    add(&root, "user.slice/user-7.slice/user@7.service", &[]);
    add(&root, "system.slice/dev-mqueue.mount", &[("cgroup.events", "populated 0\n")]);
    let expected = [
        "docker/0f",
        "init.scope",
        "odd\\040name/leaf",
        "system.slice/slurmstepd.scope/job_12",
        "system.slice/slurmstepd.scope/job_7",
        "system.slice/slurmstepd.scope/system",
        "system.slice/ssh.service",
        "user.slice/user-7.slice/user@7.service",
    ];
    assert_eq!(paths(&root, ""), expected);
    assert_eq!(
        paths(&root, "^slurm,user"),
        ["docker/0f", "init.scope", "odd\\040name/leaf", "system.slice/ssh.service"]
    );
    assert_eq!(paths(&root, "job_"), &expected[3..5]);
    assert_eq!(paths(&root, "slice$"), ["system.slice", "user.slice"]);
}

#[test]
fn figures_read_from_a_group() {
    let root = tree(&["bare.service"]);
    add(
        &root,
        "full.service",
        &[
            (
                "cpu.stat",
                "usage_usec 3\nuser_usec 2\nsystem_usec 1\nnice_usec 0\nnr_periods 4\nnr_throttled 5\n\
                 throttled_usec 6\n",
            ),
            ("memory.current", "4096\n"),
            ("memory.stat", "anon 10\nfile 20\nanon_thp 30\n"),
            ("memory.events", "low 0\noom 1\noom_kill 2\n"),
            (
                "io.stat",
                "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n254:1 rbytes=10 wbytes=20 rios=0 wios=0\n9:0\n",
            ),
            ("pids.current", "17\n"),
        ],
    );
    let expected = "cgroup bare.service cpu.usage_usec=5\n\
        cgroup full.service memory.current=4096 pids.current=17 io.8:0=1,2,3,4 io.254:1=10,20,0,0 \
        memory.anon=10 memory.file=20 memory.oom_kill=2 cpu.usage_usec=3 cpu.user_usec=2 cpu.system_usec=1 \
        cpu.nr_periods=4 cpu.nr_throttled=5 cpu.throttled_usec=6\n";
    assert_eq!(probe(root.path(), "").0, expected);
}

#[test]
fn the_own_group_of_a_container_is_a_row() {
    let root = tempfile::tempdir().unwrap();
    add(&root, "", &[("pids.current", "3\n")]);
    assert_eq!(probe(root.path(), "").0, "", "the root of the machine");
    fs::write(root.path().join("fs/cgroup/cgroup.type"), "domain\n").unwrap();
    assert_eq!(probe(root.path(), "").0, "cgroup / pids.current=3 cpu.usage_usec=5\n");
    assert_eq!(paths(&root, "job"), [""; 0]);
    // One that gave its processes to groups below shows those.
    add(&root, "init.scope", &[]);
    assert_eq!(paths(&root, ""), ["init.scope"]);
    add(&root, "", &[("cgroup.procs", "1\n")]);
    assert_eq!(paths(&root, ""), ["/"]);
    assert_eq!(
        rows(&rates("", ["cgroup / cpu.usage_usec=0\n", "cgroup / cpu.usage_usec=500000\n"])),
        [("/".to_owned(), 50.0, 0.0)]
    );
}

#[test]
fn a_group_removed_during_the_read_has_no_line() {
    let root = tree(&["a.service", "b.service"]);
    fs::remove_file(root.path().join("fs/cgroup/a.service/cpu.stat")).unwrap();
    assert_eq!(paths(&root, ""), ["b.service"]);
}

#[test]
fn links_are_not_followed_and_depth_is_limited() {
    let root = tree(&["a.service"]);
    symlink(root.path(), root.path().join("fs/cgroup/loop")).unwrap();
    symlink("a.service", root.path().join("fs/cgroup/b.service")).unwrap();
    assert_eq!(paths(&root, ""), ["a.service"]);
    for depth in 1..40 {
        add(&root, &"d/".repeat(depth), &[]);
    }
    let (text, result) = probe(root.path(), "");
    assert_eq!(text.lines().count(), 1);
    assert!(result.unwrap_err().to_string().contains("32 levels"));
}

#[test]
fn only_a_unified_hierarchy_is_measured() {
    let root = tree(&["a.service"]);
    let roots = Roots { proc: root.path().into(), sys: root.path().into() };
    assert!(absence(&roots).is_some());
    fs::write(root.path().join("fs/cgroup/cgroup.controllers"), "").unwrap();
    assert_eq!(absence(&roots), None);
}

/// The rates between samples whose lines are a second apart.
fn rates(filter: &str, samples: [&str; 2]) -> Rates {
    let filter = NameFilter::parse("cgroupfilt", filter).unwrap();
    let cgroup = Cgroup { options: Options { filter }, per: Per::Second };
    let mut all = samples.map(|text| {
        let (mut frame, mut sample) = (Frame::default(), Devices::default());
        frame.add(&CGROUP, |out| out.extend_from_slice(text.as_bytes()));
        cgroup.read(&frame, &mut sample);
        sample
    });
    let [previous, current] = &mut all;
    cgroup.arrange(previous, current);
    cgroup.rates(previous, current, Interval { seconds: 1.0, real: 1.0 })
}

fn rows(rates: &Rates) -> Vec<(String, f64, f64)> {
    let row = |(name, activity): (&[u8], &Activity)| {
        (String::from_utf8_lossy(name).into_owned(), activity.cpu, activity.tasks)
    };
    rates.each.iter().map(row).collect()
}

const SAMPLES: [&str; 2] = [
    "cgroup old.service cpu.usage_usec=0 pids.current=1\n\
     cgroup system.slice/slurmstepd.scope/job_7 cpu.usage_usec=1000000 cpu.nr_periods=0 cpu.nr_throttled=0\n",
    "cgroup a\\040\\033b.service cpu.usage_usec=9000000 pids.current=2\n\
     cgroup system.slice/slurmstepd.scope/job_7 cpu.usage_usec=2500000 cpu.nr_periods=4 cpu.nr_throttled=1\n",
];

#[test]
fn groups_come_and_go() {
    let both = rates("", SAMPLES);
    assert_eq!(rows(&both), [("job_7".to_owned(), 150.0, 0.0), ("a_b.service".to_owned(), 0.0, 2.0)]);
    assert_eq!((both.groups, both.throttled, both.total.cpu, both.total.tasks), (2, 1, 150.0, 2.0));
    assert_eq!(rows(&rates("^job", SAMPLES)), [("a_b.service".to_owned(), 0.0, 2.0)]);
    assert_eq!(rows(&rates("", ["", "cgroup\ncgroup \n"])), []);
}

#[test]
fn figures_are_below_their_headings() {
    let rates = rates("", SAMPLES);
    let mut sheet = BriefSheet::default();
    show::brief_header(&mut sheet);
    let mut line = Line::default();
    show::brief(&rates, &mut line);
    let text = String::from_utf8_lossy(&std::mem::take(line.bytes())).into_owned();
    assert_eq!(text, "   2     2   150   1      0   0 ");
    for part in [Part::Summary, Part::Detail] {
        let heading = show::heading(part, &rates, Per::Second);
        match part {
            Part::Summary => show::summary(&rates, &mut line),
            Part::Detail => show::detail(b"job_7", show::name_width(&rates), &Activity::default(), &mut line),
        }
        assert_eq!(std::mem::take(line.bytes()).len(), heading.lines[0].len() + 1);
    }
}

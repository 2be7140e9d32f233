//! What is shown of made-up machines, whose files are in `tests/cases`: in each folder `args`, and a folder of files for
//! each sample, which are written over those before it.

use std::fs;
use std::path::Path;

use super::*;
use crate::kernel::Roots;
use tests::view;

/// The rows of the intervals, half a second each, without headings.
fn rows(case: &str, more: &str) -> Vec<String> {
    let shown = text(case, more);
    shown.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn text(case: &str, more: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases").join(case);
    let args = fs::read_to_string(folder.join("args")).unwrap();
    // When to sample is up to this test.
    let args: Vec<&str> =
        args.split_whitespace().filter(|word| !word.starts_with("-i.5") && !word.starts_with("-c")).collect();
    let root = tempfile::tempdir().unwrap();
    let roots = Roots { proc: root.path().join("proc"), sys: root.path().join("sys") };
    copy(&folder.join("0"), root.path());
    let view = view(&format!("{} {more}", args.join(" ")));
    let mut source = view.choice.source(&roots, |_| 1);
    let mut report = Report::new(&view, &Machine::here(&roots), "host");
    let (mut frame, mut shown) = (Frame::default(), Vec::new());
    for sample in 0.. {
        let stage = folder.join(sample.to_string());
        // A machine that does not change has two samples, too.
        if !stage.exists() && sample > 1 {
            break;
        }
        copy(&stage, root.path());
        source.sample(Time::from_micros(sample * 500_000), &mut frame, |_, _| {});
        shown.extend(report.accept(&frame).map(|text| text.whole()));
    }
    String::from_utf8(shown.concat()).unwrap()
}

/// Copies files into their places, where they may be open.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            fs::write(to, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn paths_and_the_disk_made_of_them_count_once() {
    assert_eq!(words(&rows("03-nvme-multipath", "")[0])[..2], ["800", "200"]);
}

#[test]
fn interfaces_of_pods_carry_what_the_port_carries() {
    assert_eq!(words(&rows("06-eks-pod-interfaces", "")[0])[0], "1024");
}

#[test]
fn a_disk_without_its_parent_is_a_whole_one() {
    assert_eq!(words(&rows("08-whole-disks-by-name", "")[0])[..2], ["2000", "200"]);
    let json = text("08-whole-disks-by-name", "-s-d+D --export json");
    for name in ["xvda1", "xvda2", "xvdb"] {
        assert!(json.contains(&format!(r#""name":"{name}""#)), "{json}");
    }
}

#[test]
fn shares_need_all_their_terms() {
    let rows = rows("09-idle-went-back", "-P");
    assert_eq!(words(&rows[0])[2..12], ["0"; 10]);
    assert_eq!(words(&rows[1])[2..10], ["20", "0", "20", "0", "0", "0", "0", "60"]);
    let json = text("09-idle-went-back", "--export json");
    let first = json.lines().next().unwrap();
    assert!(first.contains(r#""user_percent":null"#) && first.contains(r#""idle_percent":null"#), "{first}");
}

#[test]
fn a_device_whose_line_comes_back_has_no_past() {
    let json = text("10-io-stat-line-comes-back", "--export json");
    let read: Vec<_> = json.lines().map(|line| line.contains(r#""read_kb":0.0"#)).collect();
    assert_eq!(read, [true, true], "{json}");
}

#[test]
fn three_sensors_have_three_names() {
    let text = text("13-sensor-names", "");
    let names: Vec<_> = text.lines().next().unwrap().split(' ').skip(2).collect();
    assert_eq!(names, ["[ENV:nct6793Temp1]Temp", "[ENV:nvmeTemp1]Temp", "[ENV:nvme.2Temp1]Temp"]);
}

#[test]
fn figures_stand_below_their_names_when_a_processor_comes_back() {
    let text = text("17-plot-columns-after-hotplug", "");
    let mut names: Vec<&str> = Vec::new();
    let mut shown = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') {
            names = words(line);
            continue;
        }
        let row = words(line);
        assert_eq!(row.len(), names.len());
        let user = |name: &str| names.iter().position(|other| *other == name).map(|index| row[index]);
        shown.push((user("[CPU:2]User%"), user("[CPU:3]User%")));
    }
    assert_eq!(shown, [(None, Some("60")), (Some("0"), Some("60")), (Some("40"), Some("60"))]);
}

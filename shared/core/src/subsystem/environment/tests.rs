use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::clock::Time;
use crate::machine::Machine;
use crate::report::Report;
use crate::report::tests::live_view;
use crate::source::live::Live;

/// A /sys with two chips.
fn sysfs() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (file, text) in [
        ("hwmon0/name", "coretemp"),
        ("hwmon0/temp1_input", "45000"),
        ("hwmon0/temp1_label", "Package id 0"),
        ("hwmon0/temp12_input", "-1500"),
        ("hwmon0/temp12_label", "Core (8), x"),
        ("hwmon0/temp3_input", "not a number"),
        ("hwmon0/in0_input", "12000"),
        ("hwmon10/name", "amdgpu"),
        ("hwmon10/fan1_input", "1200"),
        ("hwmon10/fan1_label", "Fan Left"),
        ("hwmon10/power1_average", "35500000"),
        ("hwmon10/power1_input", "99000000"),
        ("hwmon10/power2_input", "7000000"),
    ] {
        let path = root.path().join("class/hwmon").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{text}\n")).unwrap();
    }
    root
}

fn roots(root: &TempDir) -> Roots {
    Roots { sys: root.path().to_owned(), ..Roots::default() }
}

/// The options for the switches of `args` that start with `--env`.
fn options(args: &str) -> Options {
    let line = args.split_once("--env").map_or(String::new(), |(_, rest)| format!("--env{rest}"));
    Options::resolve(&Switches::parse::<options::Args>(&line).unwrap().get().unwrap()).unwrap()
}

/// The frame of two equal samples of `sysfs`, a second apart, and what is shown of them.
fn live(args: &str) -> (String, String) {
    let root = sysfs();
    let probe = probe::SensorProbe::asking(None, &roots(&root), &options(args));
    let mut source = Live::new(&roots(&root), [&SENSORS]);
    source.set_probe(Box::new(probe));
    let mut report = Report::new(&live_view(args, root.path()).unwrap(), &Machine::default(), "host");
    let (mut frame, mut shown) = (Frame::default(), Vec::new());
    for second in 1..3 {
        source.sample(Time::from_micros(second * 1_000_000), &mut frame, |_, _| {});
        shown.extend(report.accept(&frame).map(|text| text.whole().to_vec()));
    }
    (String::from_utf8(frame.text().to_vec()).unwrap(), String::from_utf8(shown.concat()).unwrap())
}

#[test]
fn sensors_of_the_kernel_become_lines_of_ipmitool() {
    let lines = "ipmi: amdgpu Fan 1,1200,RPM,ok\nipmi: amdgpu Power Meter 1,35.5,Watts,ok\nipmi: amdgpu Power Meter 2,7,Watts,ok\n\
        ipmi: coretemp Temp 1 (Package id 0),45,degrees C,ok\nipmi: coretemp Temp 12 (Core  8   x),-1.5,degrees C,ok\n";
    assert_eq!(live("-sE").0, lines);
    assert_eq!(live("-sE --envfilt Meter.1|Fan").0.lines().count(), 2);
}

#[test]
fn verbose() {
    let title = "\n# ENVIRONMENTAL STATISTICS\n";
    let text = "#   aFan1 aPower1 aPower2  cTemp1 cTemp12\n     1200    35.5       7      45    -1.5\n";
    assert_eq!(live("-sE").1, format!("{title}{text}"));
    let text = "#Time        aFan1\n00:00:02      1200\n";
    assert_eq!(live("-sE -oT --envopts f").1, format!("{title}{text}"));
    let text = "# aPower1 aPower2\n       35       7\n#  cTemp1 cTemp12\n      113      29\n";
    let shown = live("-sE --envopts ptFTM").1;
    assert!(shown.ends_with(&format!("{title}{text}")), "{shown}");
    let text = "#  aWatt1  aWatt2\n     35.5       7\n";
    assert_eq!(live("-sE --envopts p --envremap /Power/Watt/").1, format!("{title}{text}"));
}

#[test]
fn plot_and_lexpr() {
    let names = "#Date Time [ENV:aFan1]Speed [ENV:aPower1]Watts [ENV:aPower2]Watts \
                 [ENV:cTemp1]Temp [ENV:cTemp12]Temp\n";
    assert_eq!(live("-sE -P").1, format!("{names}19700101 00:00:02 1200 35.5 7 45 -1.5\n"));
    assert!(live("-sE --export lexpr").1.ends_with("env.aPower2 7\nenv.cTemp1 45\nenv.cTemp12 -1.5\n"));
}

#[test]
fn ipmitool_answers_at_a_later_sample() {
    let root = sysfs();
    let (program, go) = (root.path().join("ipmitool"), root.path().join("go"));
    let wait = format!("while [ ! -e {} ]; do sleep .01; done", go.display());
    let script = root.path().join("script");
    let text =
        format!("#!/bin/sh\n{wait}\necho \"Temp $1,4,degrees C,ok\"\necho 'UID Light,0,unspecified,ok'\n");
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    // A file written by this process may still be open in a child of another test, and can't be executed then.
    assert!(Command::new("cp").arg("-p").arg(script).arg(&program).status().unwrap().success());
    let probe = probe::SensorProbe::asking(Some(program), &roots(&root), &options("--envopts 7"));
    let mut source = Live::new(&roots(&root), [&SENSORS]);
    source.set_probe(Box::new(probe));
    source.set_every(&SENSORS, 1_000_000);
    let mut frame = Frame::default();
    let mut sample = || {
        source.sample(Time::default(), &mut frame, |_, _| {});
        String::from_utf8(frame.text().to_vec()).unwrap()
    };
    assert_eq!([sample(), sample()], ["", ""]);
    fs::write(go, "").unwrap();
    let text = (0..1000).map(|_| sample()).find(|text| {
        std::thread::sleep(Duration::from_millis(10));
        !text.is_empty()
    });
    let text = text.unwrap();
    assert!(text.starts_with("ipmi: amdgpu Fan 1,"), "{text}");
    assert!(text.ends_with("ok\nipmi: Temp -d,4,degrees C,ok\n"), "{text}");
    assert_eq!(sample(), "");
}

/// What is shown of recorded samples, a second apart.
fn played(args: &str, samples: &[&[&str]]) -> Vec<String> {
    let root = sysfs();
    let mut report = Report::new(&live_view(args, root.path()).unwrap(), &Machine::default(), "host");
    let (mut frame, mut shown) = (Frame::default(), Vec::new());
    for (second, lines) in samples.iter().enumerate() {
        frame.restart(Time::from_micros(second as i64 * 1_000_000));
        lines.iter().for_each(|line| frame.add_line(&SENSORS, format!("ipmi: {line}\n").as_bytes()));
        shown.extend(report.accept(&frame).map(|text| String::from_utf8(text.whole().to_vec()).unwrap()));
    }
    shown
}

#[test]
fn frames_without_sensors_show_only_plot_columns() {
    let samples: [&[&str]; 5] = [&["Temp 1,4,degrees C,ok"], &[], &["Temp 1,5,degrees C,ok"], &[], &[]];
    assert_eq!(played("-sE", &samples), ["\n# ENVIRONMENTAL STATISTICS\n#   Temp1\n        5\n"]);
    let lines: String = played("-sCE -P", &samples).concat();
    let readings: Vec<_> = lines.lines().map(|line| line.split(' ').next_back().unwrap()).collect();
    assert_eq!(readings, ["[ENV:Temp1]Temp", "4", "5", "5", "5"]);
}

#[test]
fn sensors_are_bounded() {
    let lines: Vec<String> = (0..3000).map(|number| format!("Temp {number},1,degrees C,ok")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let shown = played("-sE -P", &[&lines, &lines]).concat();
    assert_eq!(shown.lines().last().unwrap().split(' ').count(), MOST_SENSORS + 2);
}

#[test]
fn a_machine_without_selects_nothing() {
    let nothing = tempfile::tempdir().unwrap();
    if ipmitool::find().is_none() {
        assert_eq!(live_view("-sE", nothing.path()).unwrap_err().0, "no subsystems selected");
        assert_eq!(live_view("-scE", nothing.path()).unwrap().choice.letters, "c");
    }
}

#[test]
fn chips_of_one_name_are_told_apart_by_their_devices() {
    let root = tempfile::tempdir().unwrap();
    let chip = |number: u32, name: &str, device: Option<&str>| {
        let folder = root.path().join(format!("class/hwmon/hwmon{number}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("name"), name).unwrap();
        fs::write(folder.join("temp1_input"), format!("{}", number * 1000)).unwrap();
        if let Some(device) = device {
            symlink(format!("../../{device}"), folder.join("device")).unwrap();
        }
    };
    chip(0, "nvme", Some("nvme10"));
    chip(1, "nct6793", Some("nct6775.656"));
    chip(2, "nvme", Some("nvme2"));
    chip(3, "amdgpu", Some("0000:0c:00.0"));
    let mut lines = Vec::new();
    hwmon::read(root.path(), |line| lines.push(String::from_utf8(line.to_vec()).unwrap()));
    let expected = [
        "amdgpu Temp 1,3,degrees C,ok",
        "nct6793 Temp 1,1,degrees C,ok",
        "nvme2 Temp 1,2,degrees C,ok",
        "nvme10 Temp 1,0,degrees C,ok",
    ];
    assert_eq!(lines, expected);
    let names = |lines: &[&str]| {
        let shown = played("-sE -P", &[lines, lines]).concat();
        let names = shown.lines().next().unwrap().split(' ').skip(2).map(str::to_owned);
        names.map(|name| name.replace("[ENV:", "").replace("]Temp", "")).collect::<Vec<_>>()
    };
    assert_eq!(names(&expected), ["aTemp1", "nct6793Temp1", "nvme2Temp1", "nvme10Temp1"]);
    assert_eq!(
        names(&[expected[1], "nvme Temp 1,5", "nvme Temp 1,6"]),
        ["nct6793Temp1", "nvmeTemp1", "nvme.2Temp1"]
    );
}

//! Every file of tests is part of a test program. Any other file would never run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of the Rust files in `folder`, without their endings.
fn files(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let names = entries.map(|entry| entry.expect("it has a name").file_name().to_string_lossy().into_owned());
    names.filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned())).collect()
}

#[test]
fn every_file_of_tests_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    assert_eq!(files(&folder), BTreeSet::new(), "move them to tests/suite, tests/timed or tests/alone");
    for program in ["alone", "suite", "timed"] {
        let text = fs::read_to_string(folder.join(program).join("main.rs")).expect("it can be read");
        let modules = text.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        let modules: BTreeSet<String> = modules.map(str::to_owned).chain(["main".to_owned()]).collect();
        assert_eq!(modules, files(&folder.join(program)), "tests/{program}/main.rs names each file");
    }
}

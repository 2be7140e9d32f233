//! Imports point down, and form no circles. docs/architecture.md says how to read the table.

use std::path::Path;

use tests::arrows::{Crate, Known, complaints};

/// The crates of the workspace, the lowest first, and the layers of each, the lowest first.
const CRATES: &[Crate] = &[
    Crate {
        name: "collectl_wire",
        folder: "shared/wire",
        imports: &[],
        layers: &[
            &[
                "async_fd",
                "backlog",
                "display",
                "endpoint",
                "host",
                "limits",
                "line",
                "liveness",
                "queue",
                "regular_file",
                "secret",
                "span",
                "throttle",
                "write",
            ],
            &["allow", "handover", "hello", "prefix"],
            &["listen", "stdout"],
            &["stderr"],
        ],
    },
    Crate {
        name: "collectl_core",
        folder: "shared/core",
        imports: &["collectl_wire"],
        layers: &[
            &["clock", "header", "number", "scan", "usage", "wall"],
            &["capture", "figure", "filter", "frame", "kernel", "machine", "roll", "settings", "text"],
            &["render"],
            &["subsystem"],
            &["registry"],
            &["source"],
            &["choice", "facts"],
            &["report"],
        ],
    },
    Crate {
        name: "collectl",
        folder: "collectl",
        imports: &["collectl_core", "collectl_wire"],
        layers: &[
            &["launched", "message", "signals", "ticker"],
            &["watch"],
            &["output", "record", "sink"],
            &["cli"],
            &["daemon", "manager", "playback"],
            &["run"],
            &["start"],
        ],
    },
    Crate {
        name: "collectl_recv",
        folder: "collectl-recv",
        imports: &["collectl_core", "collectl_wire"],
        layers: &[
            &["base"],
            &["identity", "merge", "stream", "target"],
            &["launch", "sample"],
            &["consumer", "link"],
            &["fleet", "replay"],
            &["run"],
        ],
    },
];

/// Circles that are there and are to go, each with its reason. None is to be added.
const KNOWN: &[Known] = &[];

#[test]
fn arrows_point_down_and_form_no_circles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let found = complaints(&root, CRATES, KNOWN).expect("the sources can be read");
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// A crate that the table lacks would go unseen.
#[test]
fn every_library_and_program_is_in_the_table() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("it is there");
    let members =
        manifest.lines().find(|line| line.starts_with("members = ")).expect("the workspace has members");
    let members = members.split('"').skip(1).step_by(2).filter(|member| !member.starts_with("tests"));
    assert_eq!(members.collect::<Vec<_>>(), CRATES.iter().map(|one| one.folder).collect::<Vec<_>>());
}

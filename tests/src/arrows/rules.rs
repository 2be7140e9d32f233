//! Which arrows are allowed.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::{Arrows, Between, Place, ROOT, circles, read};

/// A crate of the workspace, and what may import what within it.
#[derive(Debug, Clone, Copy)]
pub struct Crate {
    /// Its name in paths.
    pub name: &'static str,
    /// Its folder in the workspace.
    pub folder: &'static str,
    /// The crates of the workspace that it may import.
    pub imports: &'static [&'static str],
    /// Its top modules, the lowest layer first. A module may import lower layers, and others of its own layer as long as
    /// that makes no circle.
    pub layers: &'static [&'static [&'static str]],
}

/// An existing circle that should go.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The folder of its crate.
    pub folder: &'static str,
    /// All its modules, named as in the complaint.
    pub modules: &'static [&'static str],
    /// Why it exists.
    pub reason: &'static str,
}

/// What is wrong with the `crates` of the workspace at `root`, one line per defect. A `known` circle is wrong if it
/// does not exist exactly as described.
///
/// # Errors
/// The error of reading a source file.
pub fn complaints(root: &Path, crates: &[Crate], known: &[Known]) -> io::Result<Vec<String>> {
    let names: Vec<&str> = crates.iter().map(|one| one.name).collect();
    let mut complaints = Vec::new();
    let mut found: Vec<(&str, BTreeSet<String>)> = Vec::new();
    for one in crates {
        let arrows = read(root, one.folder, one.name, &names)?;
        complaints.extend(one.wrong_crates(&arrows).chain(one.wrong_layers(&arrows)));
        for between in [&arrows.inner, &arrows.nested] {
            for circle in circles(between) {
                if !known.iter().any(|known| known.is(one.folder, &circle)) {
                    complaints.push(format!("{}: a circle:{}", one.folder, drawn(between, &circle)));
                }
                found.push((one.folder, circle));
            }
        }
    }
    let gone = known.iter().filter(|known| !found.iter().any(|(folder, circle)| known.is(folder, circle)));
    complaints.extend(gone.map(|known| {
        format!(
            "{}: the known circle of {} is not there any more ({})",
            known.folder,
            known.modules.join(", "),
            known.reason
        )
    }));
    Ok(complaints)
}

impl Known {
    fn is(&self, folder: &str, circle: &BTreeSet<String>) -> bool {
        self.folder == folder && self.modules.iter().copied().eq(circle.iter().map(String::as_str))
    }
}

impl Crate {
    fn wrong_crates<'a>(&'a self, arrows: &'a Arrows) -> impl Iterator<Item = String> + 'a {
        let wrong = arrows.crates.iter().filter(|(name, _)| !self.imports.contains(&name.as_str()));
        wrong.map(|(name, places)| format!("{}: may not import {name}: {}", self.folder, shown(places)))
    }

    fn wrong_layers<'a>(&'a self, arrows: &'a Arrows) -> impl Iterator<Item = String> + 'a {
        let listed = || self.layers.iter().copied().flatten().copied();
        let unlisted = arrows.modules.iter().filter(move |module| !listed().any(|name| name == *module));
        let unlisted = unlisted.map(|module| format!("{}: {module} is in no layer", self.folder));
        let absent = listed().filter(|name| !arrows.modules.contains(*name));
        let absent = absent.map(|name| format!("{}: there is no module {name}", self.folder));
        let up = arrows.inner.iter().filter(|((from, to), _)| self.layer(to) > self.layer(from));
        let up = up.map(|((from, to), places)| {
            format!("{}: {from} -> {to} points up: {}", self.folder, shown(places))
        });
        unlisted.chain(absent).chain(up)
    }

    /// The number of the layer that holds a module. The root of the crate is above all.
    fn layer(&self, module: &str) -> Option<usize> {
        let found = self.layers.iter().position(|layer| layer.contains(&module));
        if module == ROOT { Some(self.layers.len()) } else { found }
    }
}

/// The first places of a list, and the number of further ones.
fn shown(places: &[Place]) -> String {
    const SHOWN: usize = 5;
    let more = places.len().saturating_sub(SHOWN);
    let first = places.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { first } else { format!("{first}, and {more} more") }
}

/// The arrows of a circle, each with the place of its first import.
fn drawn(arrows: &Between, circle: &BTreeSet<String>) -> String {
    let inside = arrows.iter().filter(|((from, to), _)| circle.contains(from) && circle.contains(to));
    inside.map(|((from, to), places)| format!("\n    {from} -> {to}: {}", places[0])).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const CRATES: [Crate; 2] = [
        Crate { name: "below", folder: "below", imports: &[], layers: &[&["x"]] },
        Crate { name: "above", folder: "above", imports: &["below"], layers: &[&["a", "b"], &["c"]] },
    ];

    /// What is wrong with the two crates if these are their files.
    fn wrong(files: &[(&str, &str)], known: &[Known]) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in [&[("below/src/x.rs", ""), ("above/src/b.rs", "")], files].concat() {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        complaints(root.path(), &CRATES, known).unwrap()
    }

    #[test]
    fn arrows_that_point_down_are_in_order() {
        let files = [
            ("above/src/lib.rs", "pub mod a; use c::run;"),
            ("above/src/c.rs", "use crate::{a, b};\nuse below::x;"),
            ("above/src/a.rs", "use crate::b;\n#[cfg(test)]\nmod tests { use crate::c; }"),
        ];
        assert_eq!(wrong(&files, &[]), [""; 0]);
    }

    #[test]
    fn an_arrow_that_points_up_is_named_with_its_place() {
        let files = [
            ("above/src/c.rs", ""),
            ("above/src/a/mod.rs", ""),
            ("above/src/a/deep/file.rs", "\n\nfn f() { super::super::super::c::g(); crate::h(); }"),
            ("below/src/x.rs", "use above::a;"),
            ("below/src/y.rs", ""),
        ];
        assert_eq!(
            wrong(&files, &[]),
            [
                "below: may not import above: below/src/x.rs:1",
                "below: y is in no layer",
                "above: a -> c points up: above/src/a/deep/file.rs:3",
                "above: a -> lib.rs points up: above/src/a/deep/file.rs:3",
            ]
        );
    }

    #[test]
    fn circles_are_reported_unless_they_are_known() {
        let files = [
            ("above/src/a/mod.rs", "use crate::b;"),
            ("above/src/b.rs", "use crate::a;"),
            ("above/src/c/one.rs", "use super::two;"),
            ("above/src/c/two/deep.rs", "use crate::c::one;"),
        ];
        let circle = "above: a circle:\n    a -> b: above/src/a/mod.rs:1\n    b -> a: above/src/b.rs:1";
        let nested = "above: a circle:\n    c::one -> c::two: above/src/c/one.rs:1\n    \
                      c::two -> c::one: above/src/c/two/deep.rs:1";
        assert_eq!(wrong(&files, &[]), [circle, nested]);
        let known = |modules| Known { folder: "above", modules, reason: "age" };
        assert_eq!(wrong(&files, &[known(&["a", "b"])]), [nested]);
        let gone = "above: the known circle of a, c is not there any more (age)";
        assert_eq!(wrong(&files, &[known(&["a", "c"])]), [circle, nested, gone]);
    }
}

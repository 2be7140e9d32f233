//! Circles among arrows.

use std::collections::BTreeSet;

use super::Between;

/// The circles that `arrows` form: sets of modules, each of which reaches all others of its set.
#[must_use]
pub fn circles(arrows: &Between) -> Vec<BTreeSet<String>> {
    let modules: BTreeSet<&str> = arrows.keys().flat_map(|(from, to)| [from.as_str(), to]).collect();
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for &module in &modules {
        let after = reached(arrows, module);
        let circle = after.iter().filter(|other| reached(arrows, other).contains(module));
        let circle: BTreeSet<String> = circle.map(|&other| other.to_owned()).collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// The modules that can be reached from `module`.
fn reached<'a>(arrows: &'a Between, module: &'a str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![module];
    while let Some(module) = open.pop() {
        let next = arrows.keys().filter(|(start, _)| *start == module).map(|(_, end)| end.as_str());
        open.extend(next.filter(|end| seen.insert(*end)));
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_told_apart_from_what_hangs_on_them() {
        let arrows = ["ab", "bc", "cb", "cd", "ad", "ef", "fg", "ge"];
        let arrows = arrows.map(|pair| ((pair[..1].to_owned(), pair[1..].to_owned()), Vec::new()));
        let found: Vec<String> =
            circles(&arrows.into()).into_iter().map(|circle| circle.into_iter().collect()).collect();
        assert_eq!(found, ["bc", "efg"]);
    }
}

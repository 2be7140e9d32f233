//! Writes many names as one nodeset.

use std::collections::BTreeMap;

/// Writes names as a nodeset: `n[001-003],login`. Names that differ only in their last number are folded.
pub(crate) fn fold<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    // The text around the number and its width, with all numbers found there.
    let mut folders: BTreeMap<(&str, &str, usize), Vec<u64>> = BTreeMap::new();
    let mut plain = Vec::new();
    for name in names {
        match split(name) {
            Some((before, number, after, width)) => {
                folders.entry((before, after, width)).or_default().push(number);
            }
            None => plain.push(name.to_owned()),
        }
    }
    plain.sort_unstable();
    plain.dedup();
    let folded = folders.into_iter().map(|((before, after, width), mut numbers)| {
        numbers.sort_unstable();
        numbers.dedup();
        let ranges = ranges(&numbers, width);
        if numbers.len() == 1 {
            format!("{before}{ranges}{after}")
        } else {
            format!("{before}[{ranges}]{after}")
        }
    });
    folded.chain(plain).collect::<Vec<_>>().join(",")
}

/// Splits `n007x:22` at its last number: text before, number, text after, and the width if it is padded (else 0).
/// Ports are not folded. None if there is no number, or if the number may be part of something else.
fn split(name: &str) -> Option<(&str, u64, &str, usize)> {
    let host = name.split(':').next().unwrap_or(name);
    if name.contains(['[', ',', ' ', '(']) || name.matches(':').count() > 1 {
        return None;
    }
    let end = host.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = name[..end]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + name[at..].chars().next().map_or(1, char::len_utf8));
    let digits = &name[start..end];
    if digits.len() > 18 {
        return None;
    }
    let width = if digits.len() > 1 && digits.starts_with('0') { digits.len() } else { 0 };
    Some((&name[..start], digits.parse().ok()?, &name[end..], width))
}

fn ranges(sorted: &[u64], width: usize) -> String {
    let mut out = String::new();
    let runs = sorted.chunk_by(|one, next| one + 1 == *next);
    for run in runs {
        if !out.is_empty() {
            out.push(',');
        }
        if let [first, .., last] = run {
            out.push_str(&format!("{first:0width$}-{last:0width$}"));
        } else if let [only] = run {
            out.push_str(&format!("{only:0width$}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::target::nodeset::{Term, parse};

    #[test]
    fn folds_names_that_differ_in_a_number() {
        assert_eq!(fold(["n1", "n3", "n2", "login", "n7"]), "n[1-3,7],login");
        assert_eq!(fold(["n099", "n098", "n100", "n8"]), "n[8,100],n[098-099]");
        assert_eq!(fold(["127.0.0.2", "127.0.0.3"]), "127.0.0.[2-3]");
        assert_eq!(fold(["n1:22", "[::1]:7", "n1", "n2:22", "a:7"]), "n1,n[1-2]:22,[::1]:7,a:7");
        assert_eq!(fold([]), "");
    }

    proptest! {
        #[test]
        fn folded_names_expand_again(
            names in prop::collection::btree_set("[ab]{0,2}[0-9]{0,4}[x.]{0,1}[0-9]{1,3}(:[12])?", 0..40)
        ) {
            let terms = parse(&fold(names.iter().map(String::as_str))).unwrap();
            let again: std::collections::BTreeSet<String> = terms
                .iter()
                .flat_map(|term| match term {
                    Term::Hosts(pattern) => pattern.expand(),
                    Term::Group(_) => Vec::new(),
                })
                .collect();
            prop_assert_eq!(again, names);
        }
    }
}

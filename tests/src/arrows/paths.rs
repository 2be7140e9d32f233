//! The paths in a source file that leave its module.

use super::Module;
use super::tokens::Token;

/// A path, and where it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) line: usize,
    pub(super) target: Target,
}

/// The target of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Names from the root of the crate on; the last ones may be items.
    Own(Vec<String>),
    /// Another crate of the workspace.
    Crate(String),
}

/// The paths in the file of `module`, whose code is `tokens`. Those below `#[cfg(test)]` are left out.
pub(super) fn of(tokens: &[Token], module: &Module, crates: &[&str]) -> Vec<Found> {
    let mut found = Vec::new();
    // Modules within the file, each with the depth of braces at which it ends.
    let mut inner: Vec<usize> = Vec::new();
    let mut here = module.clone();
    let (mut at, mut depth) = (0, 0);
    while at < tokens.len() {
        match words(&tokens[at..])[..] {
            ["#", "[", "cfg", "(", "test", ")", "]", ..] => {
                at = after_item(tokens, at + 7);
                continue;
            }
            ["mod", name, "{", ..] => {
                inner.push(depth);
                here.push(name.to_owned());
            }
            ["{", ..] => depth += 1,
            ["}", ..] => {
                depth -= 1;
                if inner.last() == Some(&depth) {
                    inner.pop();
                    here.pop();
                }
            }
            [first, "::", ..] if at == 0 || tokens[at - 1].text != "::" => {
                if let Some(base) = base(first, &here, crates) {
                    at = tree(tokens, at + 2, &base, &mut found);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The next seven words, or fewer.
fn words(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().take(7).map(|token| token.text.as_str()).collect()
}

/// Where a path begins whose first name is `first`; none if it is not relevant.
fn base(first: &str, here: &Module, crates: &[&str]) -> Option<Target> {
    match first {
        "crate" => Some(Target::Own(Vec::new())),
        "self" => Some(Target::Own(here.clone())),
        "super" => Some(Target::Own(here[..here.len().saturating_sub(1)].to_vec())),
        _ => crates.contains(&first).then(|| Target::Crate(first.to_owned())),
    }
}

/// Continues below `base` from the token at `at`, a name, `*`, or a group of further paths; returns where it ends.
fn tree(tokens: &[Token], mut at: usize, base: &Target, found: &mut Vec<Found>) -> usize {
    let mut target = base.clone();
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    at = tree(tokens, at, &target, found);
                    let more = tokens[at..].iter().position(|token| token.text == "," || token.text == "}");
                    at += more.unwrap_or(0);
                    at += usize::from(tokens.get(at).is_some_and(|token| token.text == ","));
                }
                return at + 1;
            }
            "super" => target.up(),
            "self" | "*" | "<" => {}
            name => target.down(name),
        }
        if tokens.get(at + 1).is_none_or(|next| next.text != "::") {
            found.push(Found { line: token.line, target });
            return at + 1;
        }
        at += 2;
    }
    at
}

impl Target {
    fn up(&mut self) {
        if let Self::Own(names) = self {
            names.pop();
        }
    }

    fn down(&mut self, name: &str) {
        if let Self::Own(names) = self {
            names.push(name.to_owned());
        }
    }
}

/// Where the item that begins at `at` ends, with its further attributes.
fn after_item(tokens: &[Token], mut at: usize) -> usize {
    let is_use = tokens.iter().skip(at).take(4).any(|token| token.text == "use");
    let mut depth = 0_usize;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                if depth == 0 && !is_use {
                    break;
                }
            }
            ";" if depth == 0 => break,
            _ => {}
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(path: &str) -> Target {
        Target::Own(path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    #[test]
    fn every_form_of_a_path_is_found() {
        let source = "use crate::{a::{self, B}, c as d,};\nfn f() { super::super::e::<T>(); self::g(x::crate_y) }\n\
                      mod h { use super::i; }\nuse other::j;\n#[cfg(test)]\nuse crate::{k, l};\n\
                      #[cfg(test)]\nmod tests { fn f() {} use crate::m; }\nuse crate::*; // crate::n\n";
        let module = ["x", "y"].map(str::to_owned).to_vec();
        let found = of(&super::super::tokens::of(source), &module, &["other"]);
        let expected = [
            (1, own("a")),
            (1, own("a::B")),
            (1, own("c")),
            (2, own("e")),
            (2, own("x::y::g")),
            (3, own("x::y::i")),
            (4, Target::Crate("other".to_owned())),
            (9, own("")),
        ];
        assert_eq!(found, expected.map(|(line, target)| Found { line, target }));
    }
}

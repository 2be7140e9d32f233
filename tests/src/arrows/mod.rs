//! Which module of a crate imports which: read from the paths in its source files.
//!
//! An arrow goes from the module whose file names a path to the module that the path leads to. `use` trees, paths in
//! code, `super::super::x` and other crates of this workspace count; code below `#[cfg(test)]` does not, and neither do
//! files of tests.

mod circles;
mod paths;
mod rules;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokens::Token;

pub use circles::circles;
pub use rules::{Crate, Known, complaints};

/// Where a path was found: `FILE:LINE`.
pub type Place = String;

/// The names of a module from the root of its crate on; the root has no names.
type Module = Vec<String>;

/// Who imports whom, and where.
pub type Between = BTreeMap<(String, String), Vec<Place>>;

/// The imports of one crate.
#[derive(Debug, Default)]
pub struct Arrows {
    /// Between its top modules. The root of the crate is called [`ROOT`], and may import everything.
    pub inner: Between,
    /// Between the modules of one folder below the top, of which at least one is a folder itself. Names begin at the
    /// top.
    pub nested: Between,
    /// Crates of this workspace that it imports, and where.
    pub crates: BTreeMap<String, Vec<Place>>,
    /// Its top modules.
    pub modules: BTreeSet<String>,
}

/// What the root of a crate, `lib.rs` and `main.rs`, is called.
pub const ROOT: &str = "lib.rs";

/// Reads the crate `name`, in `folder` of the workspace at `root`; `crates` are the names of all crates.
///
/// # Errors
/// The error of reading a file.
pub fn read(root: &Path, folder: &str, name: &str, crates: &[&str]) -> io::Result<Arrows> {
    let files = Files::read(root, folder)?;
    let modules = files.0.keys().filter_map(|module| module.first().cloned()).collect();
    let mut arrows = Arrows { modules, ..Arrows::default() };
    let others: Vec<&str> = crates.iter().copied().filter(|other| *other != name).collect();
    for (module, (shown, tokens)) in &files.0 {
        for path in paths::of(tokens, module, &others) {
            let place = format!("{shown}:{}", path.line);
            match path.target {
                paths::Target::Crate(name) => arrows.crates.entry(name).or_default().push(place),
                paths::Target::Own(names) => arrows.add(module, &files.module_of(&names), &files, place),
            }
        }
    }
    Ok(arrows)
}

impl Arrows {
    fn add(&mut self, from: &Module, to: &Module, files: &Files, place: Place) {
        let Some(first) = from.first() else { return };
        let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        if common == 0 {
            let to = to.first().map_or(ROOT, String::as_str);
            self.inner.entry((first.clone(), to.to_owned())).or_default().push(place);
        } else if from.len() > common && to.len() > common {
            let [from, to] = [from, to].map(|module| &module[..=common]);
            if files.is_folder(from) || files.is_folder(to) {
                self.nested.entry((from.join("::"), to.join("::"))).or_default().push(place);
            }
        }
    }
}

/// The source files of a crate: for each module its code, and the path to show.
struct Files(BTreeMap<Module, (String, Vec<Token>)>);

impl Files {
    fn read(root: &Path, folder: &str) -> io::Result<Self> {
        let source = root.join(folder).join("src");
        let mut paths = Vec::new();
        collect(&source, &mut paths)?;
        let file = |path: PathBuf| {
            let tokens = tokens::of(&fs::read_to_string(&path)?);
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            Ok((module(path.strip_prefix(&source).unwrap_or(&path)), (shown, tokens)))
        };
        Ok(Self(paths.into_iter().map(file).collect::<io::Result<_>>()?))
    }

    /// True if this module contains modules.
    fn is_folder(&self, module: &[String]) -> bool {
        self.0.keys().any(|other| other.len() > module.len() && other.starts_with(module))
    }

    /// The module that a path leads to: the longest part of it that has a file, or the one that exports a macro of that
    /// name.
    fn module_of(&self, names: &[String]) -> Module {
        let parts = (1..=names.len()).rev().map(|length| names[..length].to_vec());
        let found = parts.into_iter().find(|part| self.0.contains_key(part) || self.is_folder(part));
        found.or_else(|| self.exporting(names.first()?)).unwrap_or_default()
    }

    fn exporting(&self, macro_name: &str) -> Option<Module> {
        let exports = |tokens: &Vec<Token>| {
            let words = |window: &[Token]| {
                window.iter().map(|token| token.text.as_str()).eq(["macro_rules", "!", macro_name])
            };
            tokens.windows(3).any(words)
        };
        self.0.iter().find(|(_, (_, tokens))| exports(tokens)).map(|(module, _)| module.clone())
    }
}

/// The source files below a folder, except those of tests, in order.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        let stem = path.file_stem().unwrap_or_default();
        if stem == "tests" {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// The module of a file, given as a path from `src` on.
fn module(file: &Path) -> Module {
    let mut names: Module =
        file.with_extension("").iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|last| last == "mod")
        || matches!(&names[..], [only] if only == "lib" || only == "main")
    {
        names.pop();
    }
    names
}

//! The documents that are made from the programs: manual pages, shell completions, the commented `collectl.conf`, and
//! the keys of JSON.
//!
//! Switches come from the command lines themselves, and keys from [`collectl::cli::config::keys`]; all other text is
//! here. `cargo make-docs` writes all documents to `docs`, and the test `docs` fails where they are out of date.

mod collectl_page;
mod conf;
mod json;
mod page;
mod recv_page;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap_complete::Shell;
use collectl::cli::headings;

pub use page::Entry;

/// A document: its path in the folder `docs`, and its text.
pub type Document = (PathBuf, Vec<u8>);

/// All of them.
///
/// # Errors
/// None is known, because they are made in memory.
pub fn documents() -> io::Result<Vec<Document>> {
    let mut documents = vec![
        ("man/collectl.1".into(), collectl_page::page(headings::command())?),
        ("man/collectl-recv.1".into(), recv_page::page(collectl_recv::command())?),
        ("man/collectl.conf.5".into(), conf::page()),
        ("collectl.conf".into(), conf::file()),
        ("json.md".into(), json::page()),
    ];
    for mut command in [headings::command(), collectl_recv::command()] {
        let name = command.get_name().to_owned();
        for (shell, file) in [
            (Shell::Bash, format!("{name}.bash")),
            (Shell::Zsh, format!("_{name}")),
            (Shell::Fish, format!("{name}.fish")),
        ] {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut command, &name, &mut text);
            documents.push((Path::new("completions").join(file), text));
        }
    }
    Ok(documents)
}

/// The commands of the manual pages' examples.
#[must_use]
pub fn examples() -> Vec<&'static str> {
    collectl_page::EXAMPLES.iter().chain(recv_page::EXAMPLES).map(|(command, _)| *command).collect()
}

/// The folder that holds them.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// Writes all documents.
///
/// # Errors
/// The error of a file that can't be written.
pub fn write() -> io::Result<()> {
    for (path, text) in documents()? {
        let path = folder().join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

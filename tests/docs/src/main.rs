//! Writes the manual pages, the completions and the commented configuration to `docs`: see the library.

use std::io;

fn main() -> io::Result<()> {
    collectl_docs::write()
}

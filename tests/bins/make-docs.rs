//! Writes the manual pages, the completions and the commented configuration into `docs`: see `tests::docs`.

use std::io;

fn main() -> io::Result<()> {
    tests::docs::write()
}

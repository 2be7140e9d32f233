//! The program `collectl`.

use std::process::ExitCode;

fn main() -> ExitCode {
    collectl::main()
}

//! The program `collectl`, built for the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    collectl::main()
}

//! The program `collectl-recv`, built for the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    collectl_recv::main()
}

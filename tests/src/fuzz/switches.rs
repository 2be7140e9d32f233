//! Command lines and configurations.

use collectl::cli::config::Config;
use collectl::cli::literal::Literal;
use collectl::cli::plan::Plan;
use collectl_core::usage::UsageError;

use super::{is_harmless, text};

/// A command line, one argument per line. What could name a file of this machine is left out.
pub(super) fn arguments(bytes: &[u8]) {
    let text = text(bytes);
    let args: Vec<String> = text.lines().take(32).map(str::to_owned).collect();
    if !text.contains(['/', '\0']) {
        check(Literal::parse_from_args(&args));
    }
}

/// A configuration, and the arguments of a daemon that it completes.
pub(super) fn conf(bytes: &[u8]) {
    let text = text(bytes);
    let (config, complaints) = Config::parse(&text);
    for complaint in complaints {
        assert!(is_harmless(complaint.to_string().as_bytes()), "{complaint}");
    }
    let args = ["-D".to_owned()];
    let literal = Literal::parse_from_args(&args).and_then(|literal| config.complete(literal, &args));
    if !text.contains(['/', '\0']) {
        check(literal);
    }
}

/// Resolves it as a live run and as a playback. Errors quote the user's words.
fn check(literal: Result<Literal, UsageError>) {
    let mut literal = match literal {
        Ok(literal) => literal,
        Err(error) => return checked(&error),
    };
    for _ in 0..2 {
        if let Err(error) = Plan::resolve(&literal, Some(24)) {
            checked(&error);
        }
        literal.playback.get_or_insert_default();
    }
}

fn checked(error: &UsageError) {
    assert!(!error.to_string().is_empty());
}

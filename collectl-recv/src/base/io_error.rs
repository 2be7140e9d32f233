//! Errors of the system, as parts of a message.

use std::io;

/// `error` as a lowercase fragment without its number: `connection refused`.
pub(crate) fn fragment(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_are_fragments() {
        assert_eq!(fragment(&io::Error::from_raw_os_error(111)), "connection refused");
    }
}

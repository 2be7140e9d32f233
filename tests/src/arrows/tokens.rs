//! Source text as words and signs, without comments, strings and numbers.

/// A word or a sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// The line that it is in, from 1 on.
    pub(super) line: usize,
    /// The word, `::`, or a single sign.
    pub(super) text: String,
}

/// All tokens of `source`.
pub(super) fn of(source: &str) -> Vec<Token> {
    let mut rest = source;
    let mut line = 1;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (length, is_token) = next(rest, first);
        if is_token {
            tokens.push(Token { line, text: rest[..length].to_owned() });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// How many bytes the next piece of text has, and whether it is a token.
fn next(rest: &str, first: char) -> (usize, bool) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), false);
    }
    if rest.starts_with("/*") {
        return (rest.find("*/").map_or(rest.len(), |end| end + 2), false);
    }
    if let Some(length) = string(rest).or_else(|| character(rest)) {
        return (length, false);
    }
    if first.is_alphanumeric() || first == '_' {
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        return (length, !first.is_ascii_digit());
    }
    if rest.starts_with("::") { (2, true) } else { (first.len_utf8(), !first.is_whitespace()) }
}

/// The length of a string, raw or not, of bytes or not.
fn string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        rest.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with('"') || prefix.ends_with('r') && rest.starts_with('#'))
    })?;
    let body = &rest[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = body.bytes().take_while(|&byte| byte == b'#').count();
        let text = body[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", &body[..hashes]);
        return text.find(&end).map(|at| prefix.len() + hashes + 1 + at + end.len());
    }
    let mut escaped = false;
    let end = body.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some(prefix.len() + end + 2)
}

/// The length of a character in quotes; a lifetime has no closing quote.
fn character(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('\'')?;
    let mut chars = body.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next();
        return body[2..].find('\'').map(|at| at + 4);
    }
    chars.next().filter(|(_, second)| *second == '\'').map(|(at, _)| at + 2)
}

#[cfg(test)]
mod tests {
    #[test]
    fn comments_strings_and_characters_are_left_out() {
        let source = "a // b\n'c' \"d\\\" e\" r#\"f\" g\"# 'h /* i\n */ b\"j\" '\\'' k::l 7u8";
        let found: Vec<(usize, String)> =
            super::of(source).into_iter().map(|token| (token.line, token.text)).collect();
        let expected = [(1, "a"), (2, "'"), (2, "h"), (3, "k"), (3, "::"), (3, "l")];
        assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
    }
}

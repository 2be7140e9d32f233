//! The part of a command line that is shown.

use collectl_wire::display::sanitize;

/// How a command is shortened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cut {
    /// `k`: a leading shell is removed, with one of its options.
    pub(super) strip_shells: bool,
    /// `r`: an absolute path is shortened to the file name.
    pub(super) base_name: bool,
    /// `w`: how many characters of the arguments are shown.
    pub(super) arguments: Option<usize>,
}

/// The command of a task as shown, safe for a terminal: from its command line, or else its name.
pub(super) fn shown(command: Option<&[u8]>, name: &[u8], cut: Cut) -> String {
    let line = sanitize(command.unwrap_or(name));
    let (program, arguments) = split(&line);
    let width = cut.arguments.unwrap_or(usize::MAX);
    let arguments: String = arguments.chars().take(width).collect();
    let whole = format!("{program} {arguments}");
    let stripped = if cut.strip_shells { strip_shell(&whole) } else { &whole };
    let (program, arguments) =
        if stripped.len() == whole.len() { (program, &arguments[..]) } else { split(stripped) };
    let program = if cut.base_name { base_name(program) } else { program };
    format!("{program} {}", if cut.arguments.is_some() { arguments } else { "" })
}

/// The first word and the rest, without blanks at the end.
fn split(line: &str) -> (&str, &str) {
    let (program, arguments) = line.split_once(is_blank).unwrap_or((line, ""));
    (program, arguments.trim_matches(is_blank))
}

/// What a shell, perl or python at the start of `line` runs.
fn strip_shell(line: &str) -> &str {
    let Some((word, rest)) = line.split_once(is_blank) else { return line };
    let is_shell = ["/bin/sh", "/bin/bash", "/bin/python"].iter().any(|shell| word.contains(shell))
        || word.starts_with("/usr/bin/perl")
        || word.starts_with("python");
    if !is_shell {
        return line;
    }
    let rest = rest.trim_start_matches(is_blank);
    match rest.split_once(is_blank) {
        Some((option, rest)) if option.len() > 1 && option.starts_with('-') => {
            rest.trim_start_matches(is_blank)
        }
        _ => rest,
    }
}

fn base_name(program: &str) -> &str {
    match program.trim_end_matches('/').rsplit_once('/') {
        Some((_, name)) if program.starts_with('/') => name,
        _ => program,
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(letters: &str, width: usize) -> Cut {
        Cut {
            strip_shells: letters.contains('k'),
            base_name: letters.contains('r'),
            arguments: letters.contains('w').then_some(width),
        }
    }

    fn of(line: &str, letters: &str) -> String {
        shown(Some(line.as_bytes()), b"name", cut(letters, 1000))
    }

    #[test]
    fn as_the_reference_cuts_them() {
        let perl = "/usr/bin/perl -w /x/y z ";
        for (line, letters, text) in [
            (perl, "", "/usr/bin/perl "),
            (perl, "r", "perl "),
            (perl, "k", "/x/y "),
            (perl, "kr", "y "),
            (perl, "w", "/usr/bin/perl -w /x/y z"),
            (perl, "kw", "/x/y z"),
            (perl, "krw", "y z"),
            ("/bin/bash -l -c /a/b ", "k", "-c "),
            ("/bin/bash ", "k", " "),
            ("/bin/sh - q ", "k", "- "),
            ("/bin/shutdown -h ", "k", "-h "),
            ("/sbin/sh q ", "k", "/sbin/sh "),
            ("sh -c foo ", "k", "sh "),
            ("python3 x ", "k", "x "),
            ("./rel/prog a ", "r", "./rel/prog "),
            ("/a/ b ", "r", "a "),
            ("/ ", "r", "/ "),
            ("a  b   c ", "w", "a b   c"),
            ("-bash ", "w", "-bash "),
            (" lead x ", "w", " lead x"),
            ("/usr/bin/bash /q/r ", "kw", "/q/r "),
        ] {
            assert_eq!(of(line, letters), text, "{line:?} {letters}");
        }
        assert_eq!(shown(Some(b"/bin/sh /x/y.sh arg "), b"", cut("w", 3)), "/bin/sh /x/");
        assert_eq!(shown(Some(b"/bin/sh /x/y.sh arg "), b"", cut("kw", 3)), "/x/ ");
        assert_eq!(shown(Some(b"/usr/bin/python3 -u foo.py "), b"", cut("kw", 3)), " ");
        assert_eq!(shown(None, b"kworker/R-rcu_gp", cut("rw", 9)), "kworker/R-rcu_gp ");
    }

    #[test]
    fn control_characters_are_removed() {
        assert_eq!(of("a\x1b[31mb \x07c\u{202e} ", "w"), "a[31mb c");
        assert_eq!(shown(None, b"\x1b]0;x\x07", cut("", 0)), "]0;x ");
    }
}

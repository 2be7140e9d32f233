//! In which columns two texts differ: each word of a line is known by the heading that it stands below.

use std::collections::BTreeSet;

/// The names of the columns in which two texts of the same shape differ. A column is called `SECTION/HEADING`: the section
/// is that of the verbose format, and nothing in others; a heading that is there more than once has a number. In lines of a
/// name and a value, as lexpr has them, it is the name.
#[must_use]
pub fn differing(expected: &[u8], found: &[u8]) -> BTreeSet<String> {
    let mut headings = Headings::default();
    let mut differing = BTreeSet::new();
    let lines = |text| String::from_utf8_lossy(text).lines().map(str::to_owned).collect::<Vec<_>>();
    for (expected, found) in lines(expected).iter().zip(&lines(found)) {
        headings.follow(expected);
        if expected == found {
            continue;
        }
        if expected.starts_with('#') {
            differing.insert("heading".to_owned());
            continue;
        }
        let words: Vec<_> = headings.split(expected).zip(headings.split(found)).collect();
        if words.iter().all(|(expected, found)| expected == found) {
            differing.insert("blanks".to_owned());
        }
        let unnamed = words.iter().take_while(|(word, _)| headings.lacks(word)).count();
        for (index, (expected, found)) in words.iter().enumerate() {
            if expected != found {
                differing.insert(headings.name(index.saturating_sub(unnamed), words[0].0));
            }
        }
    }
    differing
}

/// What stands above the lines that follow.
#[derive(Default)]
struct Headings {
    section: String,
    words: Vec<String>,
    /// Whether the line before was a heading, and whether one that was empty was before it.
    within: bool,
    after_blank: bool,
    separator: Option<char>,
}

impl Headings {
    fn follow(&mut self, line: &str) {
        if line.starts_with('#') && !line.starts_with("###") {
            if !self.within {
                self.section.clear();
                if self.after_blank {
                    let words = line[1..].split_whitespace();
                    let title =
                        words.take_while(|word| word.chars().all(|letter| letter.is_ascii_uppercase()));
                    self.section = title.collect::<Vec<_>>().join(" ");
                }
            }
            // `--sep` has another character between the names of plots.
            let separator = line.strip_prefix("#Date").and_then(|rest| rest.chars().next());
            self.separator = separator.filter(|character| *character != ' ');
            self.words = self.split(&line[1..]).map(str::to_owned).collect();
        }
        self.within = line.starts_with('#');
        self.after_blank = line.is_empty();
    }

    fn split<'a>(&self, line: &'a str) -> impl Iterator<Item = &'a str> {
        let separator = self.separator;
        let ends = move |character: char| character.is_whitespace() || Some(character) == separator;
        line.split(ends).filter(|word| !word.is_empty())
    }

    /// Whether a word at the start of a line has no heading: the letters of `--stats`, and stamps in sections whose heading
    /// has just the room for them.
    fn lacks(&self, word: &str) -> bool {
        let named = self.words.first().is_some_and(|first| ["Time", "Date", "UTC"].contains(&first.as_str()));
        let is_stamp = word.len() >= 8
            && word.contains(':') | (word.len() == 8)
            && word.chars().all(|character| character.is_ascii_digit() || ":.".contains(character));
        matches!(word, "T" | "A") || is_stamp && !named && !self.words.is_empty()
    }

    fn name(&self, index: usize, first: &str) -> String {
        if self.words.is_empty() {
            return first.to_owned();
        }
        let heading = &self.words[index.min(self.words.len() - 1)];
        let before =
            self.words[..index.min(self.words.len() - 1)].iter().filter(|word| *word == heading).count();
        let number = if before > 0 { format!(".{}", before + 1) } else { String::new() };
        let separator = if self.section.is_empty() { "" } else { "/" };
        format!("{}{separator}{heading}{number}", self.section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(expected: &str, found: &str) -> Vec<String> {
        differing(expected.as_bytes(), found.as_bytes()).into_iter().collect()
    }

    #[test]
    fn brief_verbose_plot_and_lexpr() {
        let brief = "#<--CPU--><--Disks-->\n#cpu sys Size Size \n";
        assert_eq!(names(&format!("{brief}  1 2 3 4\n"), &format!("{brief}  1 3 3 5\n")), ["Size.2", "sys"]);
        let verbose = "\n# DISK SUMMARY (/sec)\n#KBRead Reads\n";
        assert_eq!(
            names(&format!("{verbose}  1 2\n"), &format!("{verbose}  9 2\n")),
            ["DISK SUMMARY/KBRead"]
        );
        let plot = "#Date Time [MEM]Inact\n";
        assert_eq!(names(&format!("{plot}d t 5\n"), &format!("{plot}d t 6\n")), ["[MEM]Inact"]);
        let stamped = "\n# A B\n#   Used Free\n20261122 10:19:39 1";
        assert_eq!(names(&format!("{stamped} 2\n"), &format!("{stamped} 3\n")), ["A B/Free"]);
        assert_eq!(names("#cpu sys\nT 1 2\n", "#cpu sys\nT 1 3\n"), ["sys"]);
        assert_eq!(names("#Date,Time,a,b\nd,t,1,2\n", "#Date,Time,a,b\nd,t,1,3\n"), ["b"]);
        assert_eq!(names("a.b 5\na.c 6\n", "a.b 5\na.c 7\n"), ["a.c"]);
        assert_eq!(names("# A\n 1\n", "# B\n 1\n"), ["heading"]);
        assert_eq!(names("a 1\n", "a  1\n"), ["blanks"]);
    }
}

//! The header of the brief format; each subsystem adds a group of columns.

/// The lines of a brief header: warnings, titles and headings.
#[derive(Debug, Default)]
pub struct BriefSheet {
    warnings: String,
    titles: String,
    headings: String,
    last_title: usize,
}

impl BriefSheet {
    /// Adds a line above the titles.
    pub fn warning(&mut self, text: &str) {
        self.warnings.push_str("# ");
        self.warnings.push_str(text);
        self.warnings.push('\n');
    }

    /// Appends a group: its title, and its headings, each as wide as its column and followed by a blank.
    pub fn group(&mut self, title: &str, headings: &str) {
        self.last_title = self.titles.len();
        self.titles.push_str(title);
        self.headings.push_str(headings);
    }

    /// Appends a group whose title is `name`, centred over its columns. Directly after a group of the same name, the
    /// two share one title.
    pub fn named_group(&mut self, name: &str, headings: &str) {
        let last = &self.titles[self.last_title..];
        if last.trim_matches(['<', '-', '>']) == name {
            let title = framed(name, last.len() + headings.len());
            self.titles.truncate(self.last_title);
            self.titles.push_str(&title);
            self.headings.push_str(headings);
        } else {
            self.group(&framed(name, headings.len()), headings);
        }
    }

    /// The lines of the header, with the heading of the stamp before those of the columns.
    #[must_use]
    pub fn text(&self, stamp: &str) -> Vec<u8> {
        let Self { warnings, titles, headings, .. } = self;
        let width = stamp.len();
        format!("{warnings}#{:width$}{titles}\n#{stamp}{headings}\n", "").into_bytes()
    }
}

/// `<--name--->`, `width` columns wide.
fn framed(name: &str, width: usize) -> String {
    let dashes = width.saturating_sub(name.len() + 2);
    let left = dashes / 2;
    format!("<{:-<left$}{name}{:-<right$}>", "", "", right = dashes - left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_centred_and_shared() {
        let mut sheet = BriefSheet::default();
        sheet.named_group("TCP", "  IP  Tcp ");
        assert_eq!(sheet.titles, "<--TCP--->");
        sheet.group("<-----------Memory----------->", "Free Buff Cach Inac Slab  Map ");
        sheet.named_group("Memory", "  Fragments ");
        assert_eq!(sheet.titles, "<--TCP---><-----------------Memory----------------->");
        assert_eq!(sheet.titles.len(), sheet.headings.len());
        assert_eq!(framed("TCP", 3), "<TCP>");
    }
}

//! Text in the format of manual pages (man(7)).

use std::io;

use clap::Command;
use clap_mangen::Man;

/// A term, and what it means.
pub type Entry = (&'static str, &'static str);

/// A manual page that is being written.
#[derive(Debug, Default)]
pub(super) struct Page(Vec<u8>);

impl Page {
    /// Begins the page `name(section)`, which is about `summary`.
    pub(super) fn new(name: &str, section: &str, summary: &str) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let mut page = Self::default();
        page.raw(&format!(".TH {} {section} \"\" \"collectl {version}\" \"collectl\"\n", escape(name)));
        page.section("NAME");
        page.raw(&format!("{} \\- {}\n", escape(name), escape(summary)));
        page
    }

    pub(super) fn section(&mut self, title: &str) {
        self.raw(&format!(".SH \"{title}\"\n"));
    }

    /// A line of a synopsis: the program and its subcommand, and then the arguments.
    pub(super) fn synopsis(&mut self, words: &str, rest: &str) {
        self.raw(&format!(".B {}\n{}\n.br\n", escape(words), escape(rest)));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.raw(&format!(".PP\n{}\n", lines(text)));
    }

    /// Text whose line breaks stay.
    pub(super) fn verbatim(&mut self, text: &str) {
        self.raw(&format!(".PP\n.nf\n{}\n.fi\n", lines(text)));
    }

    pub(super) fn entry(&mut self, term: &str, text: &str) {
        self.raw(&format!(".TP\n.B {}\n{}\n", escape(term), lines(text)));
    }

    pub(super) fn entries(&mut self, entries: &[Entry]) {
        entries.iter().for_each(|(term, text)| self.entry(term, text));
    }

    /// The switches of `command`, in a section with the given title.
    pub(super) fn switches(&mut self, title: &str, command: Command) -> io::Result<()> {
        let mut options = Vec::new();
        Man::new(command).render_options_section(&mut options)?;
        // An apostrophe is a string that only a whole page of clap_mangen defines.
        let options = String::from_utf8_lossy(&options).replace("\\*(Aq", "\\(aq");
        self.section(title);
        self.raw(options.split_once(".SH OPTIONS\n").map_or(options.as_str(), |(_, switches)| switches));
        Ok(())
    }

    pub(super) fn see_also(&mut self, pages: &str) {
        self.section("SEE ALSO");
        self.raw(&format!("{pages}\n"));
    }

    pub(super) fn end(self) -> Vec<u8> {
        self.0
    }

    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }
}

fn lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}

/// The line, escaped so that nothing in it is a request or an escape.
fn escape(line: &str) -> String {
    let line = line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('~', "\\(ti");
    let line = line.replace('^', "\\(ha").replace('`', "\\(ga");
    if line.starts_with('.') { format!("\\&{line}") } else { line }
}

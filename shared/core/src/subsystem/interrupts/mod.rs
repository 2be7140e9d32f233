//! `j`, `J`: interrupts by processor, from `/proc/interrupts` (proc_interrupts(5)).
//!
//! Where processors are shown one by one, their interrupts are a column of theirs: see [`super::cpu`].

mod filter;
mod table;

pub(crate) use filter::{InterruptFilter, requested};
pub(super) use table::Table;

use super::cpu::STAT;
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::json::{Object, rounded};
use crate::render::line::Line;
use crate::render::plot::{Names, Values};
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;
use crate::usage::UsageError;

/// All interrupts; the line with the headings is left out.
pub(crate) static INTERRUPTS: Capture = Capture {
    root: Root::Proc,
    path: "interrupts",
    optional: false,
    tags: &[b"int "],
    keep: keep_interrupts,
};

pub(crate) struct Interrupts {
    filter: InterruptFilter,
}

#[derive(Debug)]
pub(crate) struct Rates {
    seconds: f64,
    /// How often each processor was interrupted in the interval.
    totals: Vec<u64>,
    /// The interrupts that came, in the order of their labels.
    active: Vec<Active>,
}

#[derive(Debug)]
struct Active {
    /// Its number, or its name.
    id: Vec<u8>,
    /// By processor.
    counts: Vec<u64>,
    /// The kernel's words on it.
    about: Vec<u8>,
}

impl Rates {
    fn between(previous: &Table, current: &Table, seconds: f64) -> Self {
        let mut totals = vec![0u64; current.width()];
        let mut active = Vec::new();
        current.since(previous, |change| {
            if change.counts.iter().any(|&count| count > 0) {
                for (total, count) in totals.iter_mut().zip(change.counts) {
                    *total = total.saturating_add(*count);
                }
                active.push(Active {
                    id: change.id.to_vec(),
                    counts: change.counts.to_vec(),
                    about: change.about.trim_ascii().to_vec(),
                });
            }
        });
        active.sort_by_cached_key(|interrupt| label(&interrupt.id));
        Self { seconds, totals, active }
    }

    /// `   Cpu0   Cpu1`.
    fn columns(&self) -> String {
        (0..self.totals.len()).map(|processor| format!(" {:>6}", format!("Cpu{processor}"))).collect()
    }
}

/// What an interrupt is called: numbers with three digits, so that they are in order.
fn label(id: &[u8]) -> Vec<u8> {
    let is_number = id.iter().all(u8::is_ascii_digit);
    let zeros = if is_number { 3usize.saturating_sub(id.len()) } else { 0 };
    [&b"000"[..zeros], id].concat()
}

/// The kernel's words: type and devices of a numbered interrupt in two columns, the words of others, all without their
/// blanks.
fn about(id: &[u8], text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii();
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut words = Words(text);
    if id.iter().all(u8::is_ascii_digit) {
        out.extend_from_slice(words.next().unwrap_or_default());
        out.resize(out.len().max(15), b' ');
        out.push(b' ');
    } else {
        words = Words(text.strip_suffix(b"interrupts").unwrap_or(text));
    }
    words.for_each(|word| out.extend_from_slice(word));
    out
}

/// `Cpu7` in four columns, whatever the number.
fn short_name(processor: usize) -> String {
    let number = processor.to_string();
    let letters = 4usize.saturating_sub(number.len()).min(3);
    format!("{}{number}", &"Cpu"[..letters])
}

impl Subsystem for Interrupts {
    type Args = filter::Args;
    type Options = InterruptFilter;
    type Sample = Table;
    type Rates = Rates;

    const DESCRIPTOR: Descriptor = Descriptor {
        name: "interrupts",
        about: "interrupts",
        summary: Some('j'),
        detail: Some('J'),
        included: Included::Daemon,
        details_in_all: true,
        brief: Some(20),
        captures: &[&STAT, &INTERRUPTS],
        plot_file: Some("cpu"),
        ..Descriptor::EMPTY
    };

    fn options(switches: &Switches, _: &Context<'_>) -> Result<InterruptFilter, UsageError> {
        requested(switches)
    }

    fn new(_: &Settings, filter: &InterruptFilter) -> Self {
        Self { filter: filter.clone() }
    }

    fn read(&self, frame: &Frame, table: &mut Table) {
        table.read(frame, &self.filter);
    }

    fn rates(&self, previous: &Table, current: &Table, interval: Interval) -> Rates {
        Rates::between(previous, current, interval.seconds)
    }

    fn brief_header(&self, rates: &Rates, sheet: &mut BriefSheet) {
        let headings: String = (0..rates.totals.len()).map(|processor| short_name(processor) + " ").collect();
        // One dash too many with an odd number of processors: that is how the Perl collectl does it.
        let dashes = (headings.len().saturating_sub(5)) / 2;
        sheet.group(&format!("<{:-<dashes$}Int{:-<right$}>", "", "", right = dashes + 1), &headings);
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        for total in &rates.totals {
            line.scaled(*total as f64 / rates.seconds, 4, 4, Scale::Count).text(" ");
        }
    }

    fn heading(&self, part: Part, rates: &Rates) -> Heading {
        let columns = rates.columns();
        match part {
            Part::Summary => Heading::new("# INTERRUPT SUMMARY", vec![format!(" {columns}")]),
            Part::Detail => Heading::new(
                "# INTERRUPT DETAILS",
                vec![format!(" Int {columns}   Type            Device(s)")],
            ),
        }
    }

    fn rows(&self, part: Part, rates: &Rates, rows: &mut Rows<'_>) {
        match part {
            Part::Summary => rows.row(|line| {
                line.text("  ");
                for total in &rates.totals {
                    line.text(" ").int(*total as f64, 6);
                }
            }),
            Part::Detail => {
                for interrupt in &rates.active {
                    rows.row(|line| {
                        line.text("  ").text(label(&interrupt.id)).text(" ");
                        for count in &interrupt.counts {
                            line.text(" ").int(*count as f64 / rates.seconds, 6);
                        }
                        line.text("   ").text(about(&interrupt.id, &interrupt.about));
                    });
                }
            }
        }
    }

    fn plot_names(&self, _: Part, _: &Rates, _: &mut Names) {}

    fn plot(&self, _: Part, _: &Rates, _: &mut Values) {}

    fn json(&self, part: Part, rates: &Rates, line: &mut Object) {
        let by_cpu =
            |counts: &[u64]| counts.iter().map(|&count| rounded(count as f64 / rates.seconds)).collect();
        match part {
            Part::Summary => line.object("interrupts", |all| {
                all.insert("by_cpu", by_cpu(&rates.totals));
            }),
            Part::Detail => line.list("interrupt_lines", &rates.active, |active, interrupt| {
                let words = Words(&active.about).collect::<Vec<_>>().join(&b' ');
                interrupt.text("name", &active.id).text("about", &words);
                interrupt.insert("by_cpu", by_cpu(&active.counts));
            }),
        };
    }
}

fn keep_interrupts(text: &[u8], out: &mut Vec<u8>) {
    let end_of_headings = text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |end| end + 1);
    keep_tagged(&text[end_of_headings..], b"int", |_| true, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_raw_file_holds_of_interrupts() {
        let mut out = Vec::new();
        keep_interrupts(b"    CPU0\n  24:   1  x\nERR: 0\n", &mut out);
        assert_eq!(out, b"int   24:   1  x\nint ERR: 0\n");
        keep_interrupts(b"", &mut out);
    }

    #[test]
    fn labels_and_words() {
        let shown = |id: &str, text: &str| {
            String::from_utf8([label(id.as_bytes()), about(id.as_bytes(), text.as_bytes())].concat()).unwrap()
        };
        assert_eq!(
            shown("36", " PCI-MSIX-0000:00:02.0   1-edge    virtio1-req.0"),
            "036PCI-MSIX-0000:00:02.0 1-edgevirtio1-req.0"
        );
        assert_eq!(shown("1000", ""), "1000                ");
        assert_eq!(shown("LOC", "   Local timer interrupts"), "LOCLocaltimer");
        assert_eq!(shown("Y1", "my interrupts today"), "Y1myinterruptstoday");
    }

    #[test]
    fn columns_of_many_processors() {
        assert_eq!(
            [0, 9, 10, 100, 1000, 10_000].map(short_name),
            ["Cpu0", "Cpu9", "Cp10", "C100", "1000", "10000"]
        );
        let rates = Rates { seconds: 1.0, totals: vec![0; 512], active: Vec::new() };
        let interrupts = Interrupts { filter: InterruptFilter::default() };
        assert!(interrupts.heading(Part::Summary, &rates).lines[0].ends_with(" Cpu510 Cpu511"));
        let mut sheet = BriefSheet::default();
        interrupts.brief_header(&rates, &mut sheet);
    }
}

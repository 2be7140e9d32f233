//! `j`, `J`: interrupts by processor, from `/proc/interrupts` (proc_interrupts(5)).
//!
//! If each processor is shown, its interrupts are one of its columns: see [`super::cpu`].

mod figures;
mod filter;
mod table;

pub(crate) use filter::{InterruptFilter, requested};
pub(super) use table::Table;

use super::stat::STAT;
use super::{Context, Descriptor, Included, Interval, Part, Subsystem, Switches};
use crate::capture::{Capture, Root, keep_tagged};
use crate::figure::Table as FigureTable;
use crate::frame::Frame;
use crate::number::Scale;
use crate::render::brief::BriefSheet;
use crate::render::line::Line;
use crate::render::sheet::Sheet;
use crate::render::verbose::{Heading, Rows};
use crate::scan::Words;
use crate::settings::Settings;
use crate::usage::UsageError;

/// All interrupts, without the line of headings.
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
    /// Interrupts per processor in the interval, shown by the verbose format.
    counts: Vec<u64>,
    /// Interrupts per processor and second.
    by_cpu: Vec<f64>,
    /// The interrupts that occurred, sorted by label.
    active: Vec<Active>,
}

#[derive(Debug)]
struct Active {
    /// Its number or name.
    id: Vec<u8>,
    /// Per processor and second.
    by_cpu: Vec<f64>,
    /// The kernel's description.
    about: Vec<u8>,
}

impl Rates {
    fn between(previous: &Table, current: &Table, seconds: f64) -> Self {
        let rates = |counts: &[u64]| counts.iter().map(|&count| count as f64 / seconds).collect();
        let mut totals = vec![0u64; current.width()];
        let mut active = Vec::new();
        current.since(previous, |change| {
            if change.counts.iter().any(|&count| count > 0) {
                for (total, count) in totals.iter_mut().zip(change.counts) {
                    *total = total.saturating_add(*count);
                }
                active.push(Active {
                    id: change.id.to_vec(),
                    by_cpu: rates(change.counts),
                    about: change.about.trim_ascii().to_vec(),
                });
            }
        });
        active.sort_by_cached_key(|interrupt| label(&interrupt.id));
        Self { by_cpu: rates(&totals), counts: totals, active }
    }

    /// `   Cpu0   Cpu1`.
    fn columns(&self) -> String {
        (0..self.by_cpu.len()).map(|processor| format!(" {:>6}", format!("Cpu{processor}"))).collect()
    }
}

/// The label of an interrupt. Numbers have three digits, so that they sort correctly.
fn label(id: &[u8]) -> Vec<u8> {
    let is_number = id.iter().all(u8::is_ascii_digit);
    let zeros = if is_number { 3usize.saturating_sub(id.len()) } else { 0 };
    [&b"000"[..zeros], id].concat()
}

/// The kernel's description without its blanks. A numbered interrupt has two columns there: type and devices.
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

/// `Cpu7` in four columns; longer numbers leave fewer letters.
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
        let headings: String = (0..rates.by_cpu.len()).map(|processor| short_name(processor) + " ").collect();
        // With an odd number of processors there is one dash too many, as in the Perl collectl.
        let dashes = (headings.len().saturating_sub(5)) / 2;
        sheet.group(&format!("<{:-<dashes$}Int{:-<right$}>", "", "", right = dashes + 1), &headings);
    }

    fn brief(&self, rates: &Rates, line: &mut Line) {
        for rate in &rates.by_cpu {
            line.scaled(*rate, 4, 4, Scale::Count).text(" ");
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
                for count in &rates.counts {
                    line.text(" ").int(*count as f64, 6);
                }
            }),
            Part::Detail => {
                for interrupt in &rates.active {
                    rows.row(|line| {
                        line.text("  ").text(label(&interrupt.id)).text(" ");
                        for rate in &interrupt.by_cpu {
                            line.text(" ").int(*rate, 6);
                        }
                        line.text("   ").text(about(&interrupt.id, &interrupt.about));
                    });
                }
            }
        }
    }

    fn figures(&self, part: Part, rates: &Rates, sheet: &mut Sheet<'_>) {
        match part {
            Part::Summary => sheet.one(&figures::INTERRUPTS, rates),
            Part::Detail => {
                let named = rates.active.iter().map(|interrupt| (&interrupt.id[..], interrupt));
                sheet.many(&figures::INTERRUPT_LINES, named);
            }
        }
    }

    fn tables(part: Part) -> Vec<FigureTable> {
        match part {
            Part::Summary => vec![figures::INTERRUPTS.table()],
            Part::Detail => vec![figures::INTERRUPT_LINES.table()],
        }
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
    fn interrupts_in_a_raw_file() {
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
        let rates = Rates { counts: vec![0; 512], by_cpu: vec![0.0; 512], active: Vec::new() };
        let interrupts = Interrupts { filter: InterruptFilter::default() };
        assert!(interrupts.heading(Part::Summary, &rates).lines[0].ends_with(" Cpu510 Cpu511"));
        let mut sheet = BriefSheet::default();
        interrupts.brief_header(&rates, &mut sheet);
    }
}

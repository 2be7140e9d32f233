//! All subsystems in all formats.

use collectl::cli::literal::Literal;
use collectl::cli::plan::Plan;
use collectl_core::choice::Choice;
use collectl_core::choice::format::Format;
use collectl_core::frame::Frame;
use collectl_core::header::Header;
use collectl_core::machine::Machine;
use collectl_core::registry::REGISTRY;
use collectl_core::report::Report;
use collectl_core::subsystem::Part;

use super::is_harmless;

/// Switches of the formats. `EACH` stands for the letters of all subsystems, and `SUM` for those of their summaries.
const FORMATS: &[&str] = &[
    "-sSUM -oTm",
    "-sSUM --iosize -w --netopts e --xopts i --memopts R",
    "-sSUM --stats --statopts ai",
    "-sEACH --verbose -oD",
    "-sEACH --full -og --dskopts fz --netopts E --cpuopts z --envopts ftpFTM --slabopts S --procopts ctxRmw99",
    "-sEACH --verbose --dskremap sd:x --netfilt ^lo --cpufilt 0-1 --nfsfilt c3,s4 --intfilt ^timer -on",
    "-sEACH -P -oU",
    "-sEACH -P --tcpfilt ituTIc -o2",
    "-sEACH --export lexpr",
    "-sEACH --export json",
    "-sZ -P",
    "-sY -P",
    "-sZ --top iokb,5",
    "-sY --slabopts s",
    "-sZ --procopts ks",
    "--export proctree --top",
    "--export vmstat",
    "--export vmsum",
];

/// One format, whose text is checked.
pub(super) struct Checked {
    report: Report,
    switches: &'static str,
    is_json: bool,
}

thread_local! {
    static PLANS: Vec<(&'static str, Plan)> = FORMATS.iter().map(|switches| (*switches, plan(switches))).collect();
}

/// All formats for what `machine` did, if it was recorded with `header` or is live.
pub(super) fn reports(header: Option<&Header>, machine: &Machine) -> Vec<Checked> {
    let report = |(switches, plan): &(&'static str, Plan)| {
        let own = header.and_then(|header| plan.view_of(header));
        let view = own.as_ref().unwrap_or(&plan.view);
        let is_json = view.choice.format == Format::Json;
        Checked { report: Report::new(view, machine, "node"), switches, is_json }
    };
    PLANS.with(|plans| plans.iter().map(report).collect())
}

impl Checked {
    /// Takes the next frame. Its text must be safe, and lines of JSON must be objects.
    pub(super) fn accept(&mut self, frame: &Frame) {
        let Some(text) = self.report.accept(frame) else { return };
        let text = text.whole();
        let shown = || String::from_utf8_lossy(&text).into_owned();
        assert!(is_harmless(&text), "{}: {:?}", self.switches, shown());
        if self.is_json {
            for line in text.split_inclusive(|&byte| byte == b'\n') {
                let object = serde_json::from_slice::<serde_json::Value>(line);
                assert!(object.is_ok_and(|object| object.is_object()), "{}", shown());
            }
        }
    }
}

/// A choice of all subsystems.
pub(super) fn everything() -> Choice {
    plan("-sEACH --verbose").view.choice
}

fn plan(switches: &str) -> Plan {
    let letters = |wanted: fn(&Part) -> bool| {
        let parts = REGISTRY.iter().flat_map(|entry| entry.descriptor.parts());
        parts.filter(|(part, _)| wanted(part)).map(|(_, letter)| letter).collect::<String>()
    };
    let (all, summaries) = (letters(|_| true), letters(|part| *part == Part::Summary).replace('y', ""));
    // Details of TCP are only for plots, those of slabs and processes for plots of their own.
    let all = if switches.contains("-P") { all.replace(['Y', 'Z'], "") } else { all.replace('T', "") };
    let switches = switches.replace("EACH", &all).replace("SUM", &summaries);
    let args: Vec<String> = switches.split(' ').map(str::to_owned).collect();
    let mut literal = Literal::parse_from_args(&args).unwrap_or_else(|error| panic!("{switches}: {error}"));
    // As in playback, what this machine has does not matter.
    literal.playback = Some(String::new());
    Plan::resolve(&literal, None).unwrap_or_else(|error| panic!("{switches}: {error}"))
}

//! The parts of a run, made as its plan says.

use super::{Opened, RunError};
use crate::cli::plan::{Plan, Shown};
use crate::cli::recording::Recorded;
use crate::cli::target::Target;
use crate::output::{Output, RawStream};
use crate::record::{RawFiles, Recorder};
use crate::sink::archive::Archive;
use crate::sink::initiator::Initiator;
use crate::sink::server::{self, Server};
use crate::sink::terminal::Terminal;
use crate::sink::{Gone, Sink};
use crate::warn;
use collectl_core::choice::Choice;
use collectl_core::choice::format::Format;
use collectl_core::machine::Machine;
use collectl_core::report::Report;
use collectl_core::subsystem::{Cadence, Part};
use collectl_wire::host::HostName;

/// Command lines may contain secrets of other users.
pub(super) fn warn_of_processes_for_everyone(plan: &Plan) {
    if let Target::Server { allow, .. } = &plan.target
        && allow.is_everyone()
        && plan.shown != Shown::Nothing
        && plan.view.choice.subsystems.iter().any(|chosen| chosen.configured.descriptor().detail == Some('Z'))
    {
        warn!("every address may connect and see the processes of all users: restrict access with --allow");
    }
}

/// The sink of a run; none if the initiator has left already.
pub(super) fn open_sink(
    plan: &Plan,
    host: &HostName,
    initiator: Option<Opened>,
) -> Result<Option<Sink>, RunError> {
    Ok(Some(match (&plan.target, initiator) {
        (Target::Server { port, bind, allow, max_clients, history }, _) => {
            let listener = server::listen(*bind, *port)?;
            let server = Server::start(listener, host.clone(), allow.clone(), *max_clients, *history);
            Sink::Server(host.clone(), server)
        }
        (Target::Initiator, Some(Opened { stream, launched })) => {
            match Initiator::new(stream, host.clone(), launched.as_ref()) {
                Ok(initiator) => Sink::Initiator(initiator),
                Err(Gone::Left) => return Ok(None),
                Err(Gone::Failed(error)) => return Err(RunError::Wait(error)),
            }
        }
        (Target::Initiator | Target::Terminal, _) => Sink::Terminal(Terminal::open()),
    }))
}

/// What a run makes of its frames for its readers.
pub(super) fn output(plan: &Plan, machine: &Machine, host: &HostName) -> Output {
    match plan.shown {
        Shown::Nothing => Output::Nothing,
        Shown::Intervals => Output::Intervals(Box::new(Report::new(&plan.view, machine, host.as_str()))),
        Shown::Raw => {
            Output::Raw(Box::new(RawStream::new(plan.description(host.as_str()), plan.roots.clone())))
        }
    }
}

/// The raw files of a run as a longer history of what was sent. A subsystem needs two of its samples to be shown.
pub(super) fn archive(plan: &Plan, machine: &Machine, host: &HostName, files: RawFiles) -> Archive {
    let every = plan.view.choice.cadences().into_iter().map(|cadence| plan.every(cadence)).max();
    let lead = every.unwrap_or(1).saturating_mul(2).saturating_add(1);
    let (plan, machine, name) = (plan.clone(), machine.clone(), host.clone());
    Archive::new(Box::new(move || output(&plan, &machine, &name)), lead, host, files)
}

/// Every how many samples an interval counts for `-c`. If all subsystems that are shown are captured less often, only
/// their samples count.
pub(super) fn every(plan: &Plan) -> u64 {
    let columns = |parts: &[Part]| {
        matches!(plan.view.choice.format, Format::Plot { .. }) && parts.contains(&Part::Summary)
    };
    let every =
        plan.view.choice.subsystems.iter().map(|chosen| match chosen.configured.descriptor().cadence {
            Cadence::Second if !columns(&chosen.parts) => plan.second_every,
            Cadence::Third => plan.third_every,
            Cadence::Each | Cadence::Second => 1,
        });
    if plan.shown == Shown::Intervals { every.min().unwrap_or(1).max(1) } else { 1 }
}

pub(super) fn record(plan: &Plan, recorded: &Recorded, host: &HostName) -> Result<Recorder, RunError> {
    let recording = &recorded.recording;
    let table = |(file, choice): &(&'static str, Choice)| {
        (*file, Report::new(&plan.with(choice.clone()), &Machine::here(&plan.roots), host.as_str()))
    };
    let tables = recorded.tables.iter().map(table).collect();
    Recorder::start(recording, &plan.description(host.as_str()), tables, &plan.roots, plan.interval.is_zero())
        .map_err(|error| RunError::Record { folder: recording.location.folder().to_owned(), error })
}

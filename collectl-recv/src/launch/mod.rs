//! Short-lived mode: collectl is started on each host, and connects back.
//!
//! [`command`] says what is run, [`advertise`] where it is to connect to, [`prepare`] puts both together, [`attempt`] runs
//! it once, [`outcome`] makes out what became of it. By its secret a connection shows whose it is.

pub(crate) mod advertise;
pub(crate) mod attempt;
pub(crate) mod children;
pub(crate) mod command;
pub(crate) mod local;
pub(crate) mod outcome;
pub(crate) mod prepare;
pub(crate) mod push;
pub(crate) mod tail;

//! Starts collectl on hosts over ssh, which then connects to us.
//!
//! [`command`] has the command lines, [`advertise`] finds the address to connect to, [`prepare`] combines both,
//! [`attempt`] runs one start, and [`outcome`] tells what became of it.

pub(crate) mod advertise;
pub(crate) mod attempt;
pub(crate) mod children;
pub(crate) mod command;
pub(crate) mod local;
pub(crate) mod outcome;
pub(crate) mod prepare;
pub(crate) mod push;
pub(crate) mod stage;
pub(crate) mod tail;

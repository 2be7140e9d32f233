//! From the bytes of one connection to classified lines. Pure.
//!
//! [`decoder`] cuts the bytes into lines once and takes the host name off. [`session`] puts numbered intervals in order.
//! [`classify`] decides what each line is, and keeps that decision beside the text in [`lines`]; [`count`] and all
//! consumers go by it. A [`batch`] is what is handed on.
//! [`long_lines`] bounds the lines that have not ended, of all connections together.

pub(crate) mod batch;
pub(crate) mod classify;
pub(crate) mod count;
pub(crate) mod decoder;
pub(crate) mod lines;
pub(crate) mod long_lines;
pub(crate) mod session;

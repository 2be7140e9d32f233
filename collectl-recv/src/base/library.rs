//! All that is used of the library of collectl: times, raw files, and how they are played.

pub(crate) use collectl::cli::UsageError;
pub(crate) use collectl::cli::literal::Literal;
pub(crate) use collectl::cli::plan::Plan;
pub(crate) use collectl::cli::timeframe::Timeframe;
pub(crate) use collectl::clock::Time;
pub(crate) use collectl::frame::Frame;
pub(crate) use collectl::machine::Machine;
pub(crate) use collectl::record::Roll;
pub(crate) use collectl::report::Report;
pub(crate) use collectl::source::raw::header::Header;
pub(crate) use collectl::source::raw::reader::RawReader;

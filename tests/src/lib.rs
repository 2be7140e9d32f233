//! What the tests of both programs share.
//!
//! A test starts [`programs`] as a [`process`], is the other end of a socket as a [`listener`] or a [`peer`], and waits
//! for events: a line, an end of file, an exit. Each wait has a [`deadline`] that fails the test; no time is guessed.
//! What a test needs beyond this workspace is a [`requirement`]: if it is missing, the test prints that and passes,
//! unless `COLLECTL_TESTS_REQUIRE_ALL` is set.

pub mod arrows;
pub mod brief;
pub mod cluster;
pub mod columns;
pub mod count;
pub mod deadline;
pub mod fixture;
pub mod fuzz;
pub mod goldens;
pub mod large;
pub mod lateness;
pub mod lines;
pub mod listener;
pub mod netns;
pub mod peer;
pub mod port;
pub mod process;
pub mod programs;
pub mod proxy;
pub mod recording;
pub mod requirement;
pub mod scene;
pub mod simulator;
pub mod sources;
pub mod sshd;
pub mod turn;
pub mod wire;

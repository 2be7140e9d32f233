//! Tests that run both programs as real processes, side by side: most of them wait for a program.
//!
//! No test may depend on the speed of a busy machine, and none may touch what another test uses: its ports, folders and
//! names are its own. A test that measures time belongs in `timed`.

mod allow;
mod analyses;
mod arrows;
mod brief;
mod clock;
mod compatibility;
mod complete;
mod damage;
mod descriptors;
mod docs;
mod durability;
mod extract;
mod fixture;
mod fuzz;
mod infiniband;
mod json;
mod messages;
mod perl_socket;
mod planted;
mod playback;
mod plots;
mod recv_connect;
mod recv_hosts;
mod recv_launch;
mod recv_listen;
mod recv_mixed;
mod recv_names;
mod recv_record;
mod recv_sessions;
mod recv_starts;
mod recv_views;
mod terminal;
mod zones;

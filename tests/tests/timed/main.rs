//! Tests that measure time, or load the machine so that others could not. They run after those of `suite`, a few at a
//! time.

mod daemon;
mod disk;
mod faults_devices;
mod faults_kernel;
mod faults_network;
mod faults_processes;
mod faults_readers;
mod faults_strangers;
mod record;
mod recv_gaps;
mod recv_history;
mod recv_replay;
mod recv_scale;
mod socket_client;
mod socket_server;

//! Tests that measure time, or need a processor soon. They run after those of `suite`, which keep all processors busy.

mod daemon;
mod faults_devices;
mod faults_fairness;
mod faults_kernel;
mod faults_limits;
mod faults_network;
mod faults_privacy;
mod faults_processes;
mod faults_readers;
mod faults_sinks;
mod faults_strangers;
mod recv_gaps;
mod recv_history;
mod recv_replay;
mod socket_client;
mod socket_server;

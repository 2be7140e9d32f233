//! The figures of InfiniBand.

use super::traffic::Traffic;
use crate::figure::{Figure, Form, Group, Unit, join};

type Device = Figure<Traffic>;

/// All devices together.
pub(super) static INFINIBAND: Group<'_, Traffic> =
    Group::one("infiniband", "all devices of InfiniBand", &FIGURES).plot("IB").lexpr("iconnect.");

/// Each device.
pub(super) static DEVICES: Group<'_, Traffic> =
    Group::many("infiniband_devices", "each device, with its active ports", &DETAIL)
        .name("name", "name of the device")
        .plot("IB")
        .lexpr("iconnect.")
        .name_first();

/// The plot format has the position of a device instead of its name.
const HCA: Device = Device::column(|device| device.index.into()).plot_at(0, "HCA");

static DETAIL: [Device; 8] = join(&[&[HCA], &FIGURES]);

const FIGURES: [Device; 7] = [
    Device::rate("kb_in", |device| device.incoming.kb.into())
        .kilobytes()
        .help("received")
        .plot_at(3, "InKB")
        .lexpr("kbin"),
    Device::rate("packets_in", |device| device.incoming.packets.into())
        .help("packets received")
        .plot_at(1, "InPkt")
        .lexpr("pktin"),
    Device::mean("packet_bytes_in", |device| device.incoming.size().into())
        .unit(Unit::Bytes)
        .help("size of a packet"),
    Device::rate("kb_out", |device| device.outgoing.kb.into())
        .kilobytes()
        .help("sent")
        .plot_at(4, "OutKB")
        .lexpr("kbout"),
    Device::rate("packets_out", |device| device.outgoing.packets.into())
        .help("packets sent")
        .plot_at(2, "OutPkt")
        .lexpr("pktout"),
    Device::mean("packet_bytes_out", |device| device.outgoing.size().into())
        .unit(Unit::Bytes)
        .help("size of a packet"),
    Device::count("errors", |device| device.errors.into())
        .help("errors of all kinds")
        .plot_at(5, "Err")
        .plot_as(Form::Number),
];

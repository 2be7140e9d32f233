//! The figures of interfaces.

use super::activity::Activity;
use crate::figure::{Figure, Group, Unit};

type Net = Figure<Activity>;

/// All interfaces together.
pub(super) static NETWORK: Group<'_, Activity> =
    Group::totals("network", "all interfaces", &FIGURES).plot("NET").lexpr("nettotals.");

/// Each interface.
pub(super) static INTERFACES: Group<'_, Activity> = Group::many("interfaces", "each interface", &FIGURES)
    .name("name", "name of the interface")
    .plot("NET")
    .name_column("Name")
    .lexpr("netinfo.");

static FIGURES: [Net; 20] = [
    Net::rate("kb_in", |it| it.incoming.kb.into())
        .kilobytes()
        .help("received")
        .plot_at(2, "RxKB")
        .total("RxKBTot")
        .lexpr("kbin"),
    Net::rate("packets_in", |it| it.incoming.packets.into())
        .help("packets received")
        .plot_at(0, "RxPkt")
        .total("RxPktTot")
        .lexpr("pktin"),
    Net::mean("packet_bytes_in", |it| it.incoming.size.into()).unit(Unit::Bytes).help("size of a packet"),
    Net::rate("errors_in", |it| it.incoming.errors.into())
        .help("sum of the four kinds of errors below")
        .plot_at(16, "RxErrs")
        .total("RxErrsTot"),
    Net::rate("compressed_in", |it| it.incoming.compressed.into())
        .help("compressed packets")
        .plot_at(8, "RxCmp")
        .total("RxCmpTot"),
    Net::rate("multicast_in", |it| it.incoming.multicast.into())
        .help("multicast packets")
        .plot_at(9, "RxMlt")
        .total("RxMltTot"),
    Net::rate("bad_packets_in", |it| it.incoming.errs.into()).help("packets with errors").plot_at(4, "RxErr"),
    Net::rate("dropped_in", |it| it.incoming.dropped.into())
        .help("packets that were dropped")
        .plot_at(5, "RxDrp"),
    Net::rate("fifo_errors_in", |it| it.incoming.fifo.into())
        .help("packets that came too fast")
        .plot_at(6, "RxFifo"),
    Net::rate("frame_errors_in", |it| it.incoming.frame.into())
        .help("packets with bad frames")
        .plot_at(7, "RxFra"),
    Net::rate("kb_out", |it| it.outgoing.kb.into())
        .kilobytes()
        .help("sent")
        .plot_at(3, "TxKB")
        .total("TxKBTot")
        .lexpr("kbout"),
    Net::rate("packets_out", |it| it.outgoing.packets.into())
        .help("packets sent")
        .plot_at(1, "TxPkt")
        .total("TxPktTot")
        .lexpr("pktout"),
    Net::mean("packet_bytes_out", |it| it.outgoing.size.into()).unit(Unit::Bytes).help("size of a packet"),
    Net::rate("errors_out", |it| it.outgoing.errors.into())
        .help("sum of the five kinds of errors below")
        .plot_at(17, "TxErrs")
        .total("TxErrsTot"),
    Net::rate("compressed_out", |it| it.outgoing.compressed.into())
        .help("compressed packets")
        .plot_at(15, "TxCmp")
        .total("TxCmpTot"),
    Net::rate("bad_packets_out", |it| it.outgoing.errs.into())
        .help("packets that were not sent for an error")
        .plot_at(10, "TxErr"),
    Net::rate("dropped_out", |it| it.outgoing.dropped.into())
        .help("packets that were dropped")
        .plot_at(11, "TxDrp"),
    Net::rate("fifo_errors_out", |it| it.outgoing.fifo.into())
        .help("errors of the queue")
        .plot_at(12, "TxFifo"),
    Net::rate("collisions_out", |it| it.outgoing.collisions.into()).help("collisions").plot_at(13, "TxColl"),
    Net::rate("carrier_errors_out", |it| it.outgoing.carrier.into())
        .help("lost carriers")
        .plot_at(14, "TxCar"),
];

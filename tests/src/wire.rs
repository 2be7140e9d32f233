//! A bad network between two machines: it loses, delays and reorders packets.
//!
//! It does what `tc netem` does in a kernel that has it: the machines talk through a VXLAN tunnel (RFC 7348, packets in
//! UDP), whose datagrams pass through this process.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::netns::Machine;

/// The port of VXLAN.
const PORT: u16 = 4789;
/// How often the end is checked.
const LOOK: Duration = Duration::from_millis(50);

/// What the network does to packets.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// How many of a hundred packets are lost.
    pub loss: u32,
    /// The delay of each packet, in each direction.
    pub delay: Duration,
    /// How many of a hundred packets have no delay, and overtake others.
    pub hasty: u32,
}

/// What the network did.
#[derive(Debug, Default)]
pub struct Deeds {
    /// Packets lost.
    pub lost: AtomicUsize,
    /// Packets that arrived after the delay.
    pub delayed: AtomicUsize,
    /// Packets without a delay.
    pub hasty: AtomicUsize,
    over: AtomicBool,
}

/// A bad network between two machines.
#[derive(Debug)]
pub struct Wire {
    /// What it did so far.
    pub deeds: Arc<Deeds>,
}

impl Wire {
    /// The address of the first machine on this network.
    pub const FIRST: &str = "198.51.100.1";
    /// The address of the second machine.
    pub const SECOND: &str = "198.51.100.2";

    /// Joins two machines.
    ///
    /// # Panics
    /// If the kernel refuses.
    #[must_use]
    pub fn between(first: &Machine, second: &Machine, manners: Manners) -> Self {
        let ends = [(first, Self::FIRST), (second, Self::SECOND)].map(|(machine, address)| {
            machine.ip(&format!("link add x0 type vxlan id 7 remote {} dstport {PORT}", machine.near()));
            machine.ip(&format!("address add {address}/24 dev x0"));
            // Whole packets: a device would have to split larger ones.
            machine.ip("link set x0 mtu 1400 gso_max_segs 1");
            machine.ip("link set x0 up");
            let socket = UdpSocket::bind((machine.near(), PORT)).expect("the end of a cable is free");
            socket.set_read_timeout(Some(LOOK)).expect("a time above 0");
            (socket, SocketAddr::new(machine.far().parse().expect("an address"), PORT))
        });
        let deeds = Arc::new(Deeds::default());
        for (from, to) in [(0, 1), (1, 0)] {
            let socket = ends[from].0.try_clone().expect("a socket can be copied");
            let (out, to) = (ends[to].0.try_clone().expect("a socket can be copied"), ends[to].1);
            let (deeds, seed) = (Arc::clone(&deeds), from as u32 + 1);
            std::thread::spawn(move || pass(&socket, &out, to, manners, seed, &deeds));
        }
        Self { deeds }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.deeds.over.store(true, Ordering::Relaxed);
    }
}

/// Passes datagrams on in one direction, until the network is dropped.
fn pass(from: &UdpSocket, out: &UdpSocket, to: SocketAddr, manners: Manners, seed: u32, deeds: &Deeds) {
    let mut dice = Dice(seed);
    let mut under_way: BinaryHeap<Reverse<(Instant, u64, Vec<u8>)>> = BinaryHeap::new();
    let mut number = 0_u64;
    let mut packet = vec![0; 1 << 16];
    while !deeds.over.load(Ordering::Relaxed) {
        let now = Instant::now();
        while under_way.peek().is_some_and(|Reverse((due, _, _))| *due <= now) {
            let Some(Reverse((_, _, bytes))) = under_way.pop() else { break };
            send(out, to, &bytes);
        }
        let wait = under_way.peek().map_or(LOOK, |Reverse((due, _, _))| due.saturating_duration_since(now));
        let wait = wait.clamp(Duration::from_millis(1), LOOK);
        from.set_read_timeout(Some(wait)).expect("a time above 0");
        let count = match from.recv(&mut packet) {
            Ok(count) => count,
            // Nothing arrived, or the machine has gone.
            Err(_) => continue,
        };
        fill_in_checksum(&mut packet[..count]);
        let deed = if dice.percent() < manners.loss {
            &deeds.lost
        } else if dice.percent() < manners.hasty {
            send(out, to, &packet[..count]);
            &deeds.hasty
        } else {
            number += 1;
            under_way.push(Reverse((Instant::now() + manners.delay, number, packet[..count].to_vec())));
            &deeds.delayed
        };
        deed.fetch_add(1, Ordering::Relaxed);
    }
}

/// A machine that is gone receives nothing: that is the same as lost.
fn send(out: &UdpSocket, to: SocketAddr, bytes: &[u8]) {
    let _ = out.send_to(bytes, to);
}

/// Fills in the checksum of a TCP segment (RFC 9293, 3.1), which the kernel leaves to the device: here that is this
/// network. Does nothing to other packets.
fn fill_in_checksum(packet: &mut [u8]) -> Option<()> {
    // After the headers of VXLAN and Ethernet.
    const IPV4: usize = 8 + 14;
    const TCP: u8 = 6;
    let (headers, ip) = packet.split_at_mut_checked(IPV4)?;
    if !headers.ends_with(&[8, 0]) || *ip.get(9)? != TCP {
        return None;
    }
    let (begin, end) = (usize::from(ip[0] & 15) * 4, usize::from(u16::from_be_bytes([ip[2], ip[3]])));
    ip.get_mut(begin + 16..begin + 18)?.fill(0);
    let words = |bytes: &[u8]| -> u32 {
        bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |&byte| byte.into())).sum()
    };
    let segment = ip.get(begin..end)?;
    let mut sum = words(ip.get(12..20)?) + u32::from(TCP) + segment.len() as u32 + words(segment);
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    ip[begin + 16..begin + 18].copy_from_slice(&(!(sum as u16)).to_be_bytes());
    Some(())
}

/// The same numbers in each run (xorshift32, Marsaglia 2003).
struct Dice(u32);

impl Dice {
    fn percent(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % 100
    }
}

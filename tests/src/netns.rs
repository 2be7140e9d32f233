//! A second machine on a cable: a network namespace with a host name, and a pair of virtual interfaces.

use std::process::Command;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::programs;
use crate::requirement::Requirement;

/// What a test needs for it.
pub const REQUIREMENTS: &[Requirement] = &[Requirement::Root, Requirement::Ip, Requirement::Unshare];

/// A network namespace that a cable connects to ours. Dropped with everything in it.
#[derive(Debug)]
pub struct Machine {
    name: String,
    link: String,
    subnet: (u8, u8),
}

static NEXT: AtomicU8 = AtomicU8::new(0);

impl Machine {
    /// Sets one up; needs root.
    ///
    /// # Panics
    /// If the kernel refuses.
    #[must_use]
    pub fn start() -> Self {
        let (pid, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let name = format!("ctl{pid}-{number}");
        let link = format!("v{pid:x}x{number:x}");
        // 198.18.0.0/15 is for network tests (RFC 2544): two hosts in each /30.
        let slot = (pid.wrapping_mul(8).wrapping_add(u32::from(number))) % (1 << 14);
        let subnet = ((slot >> 6) as u8, ((slot & 63) << 2) as u8);
        let machine = Self { name, link, subnet };
        let (name, link) = (&machine.name, &machine.link);
        ip(&format!("netns add {name}"));
        ip(&format!("link add {link} type veth peer name e0 netns {name}"));
        ip(&format!("address add {}/30 dev {link}", machine.near()));
        ip(&format!("link set {link} up"));
        ip(&format!("-n {name} address add {}/30 dev e0", machine.far()));
        ip(&format!("-n {name} link set e0 up"));
        ip(&format!("-n {name} link set lo up"));
        ip(&format!("-n {name} route add default via {}", machine.near()));
        machine
    }

    /// Our address at this end of the cable.
    #[must_use]
    pub fn near(&self) -> String {
        format!("198.18.{}.{}", self.subnet.0, self.subnet.1 + 1)
    }

    /// Its address at the other end.
    #[must_use]
    pub fn far(&self) -> String {
        format!("198.18.{}.{}", self.subnet.0, self.subnet.1 + 2)
    }

    /// Its host name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `command`, to run on the other machine.
    #[must_use]
    pub fn run(&self, command: &Command) -> Command {
        const NAMED: &str = "echo \"$0\" >/proc/sys/kernel/hostname && exec \"$@\"";
        let mut inside = programs::command("ip", &format!("netns exec {} unshare --uts sh -c", self.name));
        inside.args([NAMED, &self.name]).arg(command.get_program()).args(command.get_args());
        inside
    }

    /// Runs `ip` on the other machine.
    ///
    /// # Panics
    /// If that fails.
    pub fn ip(&self, args: &str) {
        ip(&format!("-n {} {args}", self.name));
    }

    /// Pulls the cable: from now on packets vanish, and nobody is notified.
    ///
    /// # Panics
    /// If that fails.
    pub fn unplug(&self) {
        ip(&format!("link set {} down", self.link));
    }

    /// Plugs it in again.
    ///
    /// # Panics
    /// If that fails.
    pub fn plug(&self) {
        ip(&format!("link set {} up", self.link));
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // The cable is removed with either of its ends, the namespace when its last process has ended.
        let _ = programs::command("ip", &format!("link delete {}", self.link)).output();
        let _ = programs::command("ip", &format!("netns delete {}", self.name)).output();
    }
}

fn ip(args: &str) {
    let output = programs::command("ip", args).output().expect("ip is there");
    assert!(output.status.success(), "ip {args}: {}", String::from_utf8_lossy(&output.stderr));
}

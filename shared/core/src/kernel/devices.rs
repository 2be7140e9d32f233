//! What the kernel says of disks and interfaces: which are of their own, and which are made of others.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Roots, file};

/// What a device is to the sum of all of its class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A disk, or a port of the machine: what it does shows on no other.
    Own,
    /// Made of others, whose traffic shows on those too, or of memory.
    Stacked,
    /// A part of a disk, or a virtual interface that is not known to stand on another one.
    #[default]
    Other,
}

/// A class of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Block devices.
    Disk,
    /// Network interfaces.
    Interface,
}

/// The kinds that a recording's header tells, by name.
#[derive(Debug, Default, PartialEq)]
pub struct Kinds {
    disks: HashMap<Vec<u8>, Kind>,
    interfaces: HashMap<Vec<u8>, Kind>,
}

/// Who knows what the devices of a machine are.
#[derive(Debug, Clone)]
pub enum Devices {
    /// Its kernel.
    Kernel(Roots),
    /// The header of a recording.
    Header(Arc<Kinds>),
}

/// Asks what devices are: once for each that appears, and within a minute again, since an interface may become part of
/// another one.
#[derive(Debug)]
pub struct Asked {
    devices: Devices,
    class: Class,
    known: HashMap<Vec<u8>, Known>,
    sample: u64,
    now: Instant,
}

/// What was answered about a device.
#[derive(Debug)]
struct Known {
    kind: Option<Kind>,
    /// The sample that had it last.
    seen: u64,
    /// When to ask again.
    due: Instant,
}

impl Kind {
    /// The word for it in a header.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Stacked => "stacked",
            Self::Other => "other",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Own, Self::Stacked, Self::Other].into_iter().find(|kind| kind.word() == word)
    }
}

impl Kinds {
    /// Reads `NAME:KIND` words of a header.
    #[must_use]
    pub fn read<'a>(disks: impl Iterator<Item = &'a str>, interfaces: impl Iterator<Item = &'a str>) -> Self {
        // An alias of an interface has a colon in its name.
        let pair = |word: &str| {
            let (name, kind) = word.rsplit_once(':')?;
            Some((name.as_bytes().to_vec(), Kind::from_word(kind)?))
        };
        Self { disks: disks.filter_map(pair).collect(), interfaces: interfaces.filter_map(pair).collect() }
    }
}

impl Default for Devices {
    fn default() -> Self {
        Self::Header(Arc::default())
    }
}

impl Devices {
    /// What a device is; none if nothing tells.
    #[must_use]
    pub fn kind(&self, class: Class, name: &[u8]) -> Option<Kind> {
        match (self, class) {
            (Self::Kernel(roots), Class::Disk) => disk(roots, name),
            (Self::Kernel(roots), Class::Interface) => interface(roots, name),
            (Self::Header(kinds), Class::Disk) => kinds.disks.get(name).copied(),
            (Self::Header(kinds), Class::Interface) => kinds.interfaces.get(name).copied(),
        }
    }
}

impl Asked {
    /// Asks `devices` about those of one class.
    #[must_use]
    pub fn new(devices: Devices, class: Class) -> Self {
        Self { devices, class, known: HashMap::new(), sample: 0, now: Instant::now() }
    }

    /// Begins another sample. Devices that were not in the last one are forgotten.
    pub fn begin(&mut self) {
        self.begin_at(Instant::now());
    }

    fn begin_at(&mut self, now: Instant) {
        let last = self.sample;
        self.known.retain(|_, known| known.seen == last);
        self.sample += 1;
        self.now = now;
    }

    /// See [`Devices::kind`].
    pub fn kind(&mut self, name: &[u8]) -> Option<Kind> {
        if let Devices::Header(_) = self.devices {
            return self.devices.kind(self.class, name);
        }
        if let Some(known) = self.known.get_mut(name)
            && self.now < known.due
        {
            known.seen = self.sample;
            return known.kind;
        }
        let kind = self.devices.kind(self.class, name);
        // Devices that appeared together are not all asked again in one sample.
        let sum = name.iter().map(|&byte| u64::from(byte)).sum::<u64>();
        let due = self.now + Duration::from_secs(30 + sum % 30);
        self.known.insert(name.to_vec(), Known { kind, seen: self.sample, due });
        kind
    }
}

/// `/sys/block` has whole disks only, and `/sys/devices/virtual/block` those without hardware.
fn disk(roots: &Roots, name: &[u8]) -> Option<Kind> {
    /// Drivers of disks elsewhere: no other device of this machine shows what they do.
    const REMOTE: [&str; 5] = ["nbd", "rbd", "rnbd", "scini", "ublkb"];
    let name = file_name(name)?.replace('/', "!");
    let all = roots.sys.join("block");
    let folder = all.join(&name);
    if !folder.exists() {
        return all.exists().then_some(Kind::Other);
    }
    let is_virtual = roots.sys.join("devices/virtual/block").join(&name).exists();
    let is_remote = REMOTE.iter().any(|driver| name.starts_with(driver));
    let stacked = has_entry(&folder.join("slaves"), "") || is_virtual && !is_remote;
    Some(if stacked { Kind::Stacked } else { Kind::Own })
}

/// A port has a `device`. One that is also part of another port, or stands on it, has its packets counted there.
fn interface(roots: &Roots, name: &[u8]) -> Option<Kind> {
    let name = file_name(name).filter(|name| !name.contains('/'))?;
    if roots.proc.join("net/vlan").join(name).exists() {
        return Some(Kind::Stacked);
    }
    let folder = roots.sys.join("class/net").join(name);
    let is_virtual = roots.sys.join("devices/virtual/net").join(name).exists();
    if folder.join("device").exists() && !is_virtual {
        let stacked = folder.join("master/device").exists()
            || is_on_another(&folder)
            || is_of_a_guest(&folder)
            // The switch's side of a virtual function.
            || text(&folder.join("phys_port_name")).contains("pf");
        return Some(if stacked { Kind::Stacked } else { Kind::Own });
    }
    if !folder.exists() && !is_virtual {
        return None;
    }
    let stacked = ["bridge", "bonding", "tun_flags"].iter().any(|file| folder.join(file).exists())
        || has_entry(&folder, "lower_");
    Some(if name == "lo" || stacked { Kind::Stacked } else { Kind::Other })
}

/// Whether an interface sends through another one (`iflink`): the port of a switch, the child of a port of InfiniBand.
fn is_on_another(folder: &Path) -> bool {
    let [index, link] = ["ifindex", "iflink"].map(|file| text(&folder.join(file)).trim().parse::<u64>().ok());
    index.zip(link).is_some_and(|(index, link)| index != link)
}

/// Whether it is the host's side of an interface of a guest of Xen: `vif-GUEST-NUMBER`.
fn is_of_a_guest(folder: &Path) -> bool {
    fs::read_link(folder.join("device")).is_ok_and(|link| {
        let device = link.file_name().unwrap_or_default().to_string_lossy();
        device.strip_prefix("vif-").is_some_and(|numbers| numbers.contains('-'))
    })
}

/// A name that is safe in a path.
fn file_name(name: &[u8]) -> Option<&str> {
    std::str::from_utf8(name).ok().filter(|name| !name.is_empty() && !name.contains("..") && *name != ".")
}

fn has_entry(folder: &Path, prefix: &str) -> bool {
    let begins = |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with(prefix);
    fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(begins))
}

/// The text of a small file; empty if it can't be read.
fn text(path: &Path) -> String {
    let mut text = String::new();
    if let Ok(file) = file::open(path) {
        let _ = file.take(4096).read_to_string(&mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(files: &[&str]) -> (tempfile::TempDir, Roots) {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let (path, text) = file.split_once('=').unwrap_or((file, ""));
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let roots = Roots { proc: root.path().join("proc"), sys: root.path().join("sys") };
        (root, roots)
    }

    #[test]
    fn whole_disks_are_listed() {
        let (_root, roots) = roots(&[
            "sys/block/xvda1/size",
            "sys/block/cciss!c0d0/size",
            "sys/block/dm-0/slaves/xvda1",
            "sys/block/sdb/slaves.txt",
            "sys/block/nbd0/size",
            "sys/devices/virtual/block/nbd0/size",
            "sys/block/zd0/size",
            "sys/devices/virtual/block/zd0/size",
        ]);
        for (name, kind) in [
            ("xvda1", Some(Kind::Own)),
            ("xvda2", Some(Kind::Other)),
            ("cciss/c0d0", Some(Kind::Own)),
            ("dm-0", Some(Kind::Stacked)),
            ("sdb", Some(Kind::Own)),
            ("nbd0", Some(Kind::Own)),
            ("zd0", Some(Kind::Stacked)),
            ("..", None),
        ] {
            assert_eq!(disk(&roots, name.as_bytes()), kind, "{name}");
        }
    }

    #[test]
    fn ports_have_a_device() {
        let (_root, roots) = roots(&[
            "sys/class/net/lan7/device/vendor",
            "sys/class/net/enP1/device/vendor",
            "sys/class/net/enP1/master/device/vendor",
            "sys/class/net/swp1/device/vendor",
            "sys/class/net/swp1/ifindex=5",
            "sys/class/net/swp1/iflink=2",
            "sys/class/net/eth0_3/device/vendor",
            "sys/class/net/eth0_3/phys_port_name=pf0vf3",
            "sys/class/net/eni0f0f0f0f0f0/ifindex=9",
            "sys/class/net/uplink/lower_lan7/x",
            "sys/class/net/lo/ifindex=1",
            "proc/net/vlan/office",
        ]);
        for (name, kind) in [
            ("lan7", Some(Kind::Own)),
            ("enP1", Some(Kind::Stacked)),
            ("swp1", Some(Kind::Stacked)),
            ("eth0_3", Some(Kind::Stacked)),
            ("eni0f0f0f0f0f0", Some(Kind::Other)),
            ("uplink", Some(Kind::Stacked)),
            ("lo", Some(Kind::Stacked)),
            ("office", Some(Kind::Stacked)),
            ("eth9", None),
            ("../net/lan7", None),
        ] {
            assert_eq!(interface(&roots, name.as_bytes()), kind, "{name}");
        }
    }

    #[test]
    fn a_device_that_comes_back_is_asked_again() {
        let (root, roots) = roots(&["sys/block/a/size"]);
        let mut asked = Asked::new(Devices::Kernel(roots), Class::Disk);
        let mut sample = |name: Option<&[u8]>| {
            asked.begin();
            name.and_then(|name| asked.kind(name))
        };
        assert_eq!(sample(Some(b"a")), Some(Kind::Own));
        fs::create_dir_all(root.path().join("sys/devices/virtual/block/a")).unwrap();
        assert_eq!(sample(Some(b"a")), Some(Kind::Own));
        sample(None);
        assert_eq!(sample(Some(b"a")), Some(Kind::Stacked));
    }

    #[test]
    fn a_device_is_asked_again_within_a_minute_at_any_interval() {
        for seconds in [0.1, 1.0, 10.0, 60.0] {
            let (root, roots) = roots(&["sys/block/a/size"]);
            let mut asked = Asked::new(Devices::Kernel(roots), Class::Disk);
            let start = Instant::now();
            let mut kind_at = |seconds: f64| {
                asked.begin_at(start + Duration::from_secs_f64(seconds));
                asked.kind(b"a")
            };
            assert_eq!(kind_at(0.0), Some(Kind::Own));
            fs::create_dir_all(root.path().join("sys/devices/virtual/block/a")).unwrap();
            let mut times = (1..).map(|sample| f64::from(sample) * seconds);
            let changed = times.find(|&time| kind_at(time) == Some(Kind::Stacked)).unwrap();
            assert!((30.0..=60.0).contains(&changed), "{seconds}: {changed}");
        }
    }

    #[test]
    fn kinds_of_a_header() {
        let kinds = Kinds::read("sda:own dm-0:stacked x y:z".split(' '), "eth0:1:stacked".split(' '));
        let devices = Devices::Header(Arc::new(kinds));
        assert_eq!(devices.kind(Class::Disk, b"dm-0"), Some(Kind::Stacked));
        assert_eq!(devices.kind(Class::Interface, b"eth0:1"), Some(Kind::Stacked));
        assert_eq!((devices.kind(Class::Disk, b"x"), devices.kind(Class::Disk, b"y")), (None, None));
    }
}

//! A real ssh server, and an ssh client that trusts it: generated keys, and no file of the user's or the machine's.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::netns::Machine;
use crate::port;
use crate::process::Process;
use crate::programs::command;
use crate::requirement::Requirement;

/// What a test with an ssh server needs.
pub const REQUIREMENTS: &[Requirement] = &[Requirement::Sshd, Requirement::Ssh, Requirement::Root];

/// The name for the server's key, whatever address the server has.
const KEY_ALIAS: &str = "collectl-test";

/// Keys and client configuration, for any number of servers.
#[derive(Debug)]
pub struct Keys {
    folder: TempDir,
    port: u16,
}

/// A running server, stopped on drop with everything that was started through it.
#[derive(Debug)]
pub struct Sshd(#[expect(dead_code, reason = "held for its drop")] Process);

impl Keys {
    /// Makes a key for the servers and one for the user, and writes the client's configuration.
    ///
    /// # Panics
    /// If ssh-keygen fails.
    #[must_use]
    pub fn generate() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let keys = Self { folder, port: port::free() };
        for name in ["host", "user"] {
            let made =
                command("ssh-keygen", "-q -t ed25519 -f").arg(keys.path(name)).args(["-N", ""]).status();
            assert!(made.is_ok_and(|status| status.success()), "ssh-keygen");
        }
        let public = fs::read_to_string(keys.path("host.pub")).expect("ssh-keygen wrote it");
        keys.write("known_hosts", &format!("{KEY_ALIAS} {public}"));
        let place = keys.folder.path().display();
        keys.write(
            "ssh_config",
            &format!(
                "Port {}\nHostKeyAlias {KEY_ALIAS}\nUserKnownHostsFile {place}/known_hosts\n\
                 GlobalKnownHostsFile /dev/null\nStrictHostKeyChecking yes\nIdentityFile {place}/user\n\
                 IdentitiesOnly yes\nIdentityAgent none\nLogLevel ERROR\n",
                keys.port
            ),
        );
        keys.write_ssh("bin/ssh", "");
        keys.write_ssh("bin-of-a-stranger/ssh", "-o UserKnownHostsFile=/dev/null");
        keys
    }

    /// The client's configuration.
    #[must_use]
    pub fn client_config(&self) -> PathBuf {
        self.path("ssh_config")
    }

    /// `command` with a PATH whose `ssh` uses this configuration.
    pub fn with_ssh<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        self.with_folder("bin", command)
    }

    /// The same, with an `ssh` that does not know the servers' key.
    pub fn with_ssh_of_a_stranger<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        self.with_folder("bin-of-a-stranger", command)
    }

    fn with_folder<'a>(&self, folder: &str, command: &'a mut Command) -> &'a mut Command {
        let old = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{old}", self.path(folder).display()))
    }

    /// Starts a server on these addresses of `machine`, or of this machine. What runs through it finds programs in
    /// `path`. If `elsewhere` is given, the last address uses those folders instead.
    ///
    /// # Panics
    /// If it doesn't listen in time.
    #[must_use]
    pub fn serve(
        &self,
        machine: Option<&Machine>,
        addresses: &[&str],
        path: &Path,
        elsewhere: Option<(&str, &Path)>,
    ) -> Sshd {
        // sshd requires its folder for privilege separation.
        fs::create_dir_all("/run/sshd").expect("root may make it");
        let place = self.folder.path().display();
        let listen: String =
            addresses.iter().map(|ip| format!("ListenAddress {ip}:{}\n", self.port)).collect();
        let exception = elsewhere.map_or_else(String::new, |(ip, path)| {
            format!("Match LocalAddress {ip}\nSetEnv PATH={}:/usr/bin:/bin\n", path.display())
        });
        let name = format!("sshd_config-{}", addresses[0]);
        // The first matching SetEnv counts, and a Match block reaches to the end of the file; so the rest needs a Match
        // too.
        self.write(
            &name,
            &format!(
                "{listen}HostKey {place}/host\nAuthorizedKeysFile {place}/user.pub\nPidFile none\nStrictModes no\n\
                 UsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\nMaxStartups 100\n\
                 {exception}Match All\nSetEnv PATH={}:/usr/bin:/bin\n",
                path.display()
            ),
        );
        let mut sshd = command("/usr/sbin/sshd", "-D -e -f");
        sshd.arg(self.path(&name));
        let mut run = machine.map(|machine| machine.run(&sshd)).unwrap_or(sshd);
        let mut process = Process::start(&mut run);
        for _ in addresses {
            process.stderr.wait_for("Server listening");
        }
        Sshd(process)
    }

    fn write_ssh(&self, name: &str, switches: &str) {
        let config = self.client_config();
        self.write(
            name,
            &format!("#!/bin/sh\nexec /usr/bin/ssh -F {} {switches} \"$@\"\n", config.display()),
        );
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        let written = fs::create_dir_all(path.parent().expect("it is in a folder"))
            .and_then(|()| fs::write(&path, text));
        written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

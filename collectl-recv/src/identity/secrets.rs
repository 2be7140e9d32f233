//! The secrets that were given out: each host that is started gets one, and the connection that sends it is from that
//! host.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use collectl_wire::secret::Secret;
use rustix::rand::{GetRandomFlags, getrandom};

use crate::base::ids::HostId;

/// All secrets that were given out and not used yet. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets(Arc<Mutex<HashMap<Secret, HostId>>>);

/// A secret that is valid until this is dropped.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) secret: Secret,
    all: Secrets,
}

impl Secrets {
    /// Draws a secret for `host`.
    ///
    /// # Errors
    /// If the kernel has no random numbers.
    pub(crate) fn issue(&self, host: HostId) -> io::Result<Issued> {
        let mut bits = [0; 16];
        if getrandom(&mut bits, GetRandomFlags::empty())? < bits.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let secret = Secret::new(bits);
        self.out().insert(secret, host);
        Ok(Issued { secret, all: self.clone() })
    }

    /// The host that has `secret`, which is valid only once.
    pub(crate) fn redeem(&self, secret: &Secret) -> Option<HostId> {
        self.out().remove(secret)
    }

    fn out(&self) -> MutexGuard<'_, HashMap<Secret, HostId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Issued {
    fn drop(&mut self) {
        self.all.out().remove(&self.secret);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_valid_once_and_until_it_is_dropped() {
        let secrets = Secrets::default();
        let (one, other) = (secrets.issue(HostId(1)).unwrap(), secrets.issue(HostId(2)).unwrap());
        assert_ne!(one.secret, other.secret);
        assert_eq!(secrets.redeem(&one.secret), Some(HostId(1)));
        assert_eq!(secrets.redeem(&one.secret), None);
        let late = other.secret;
        drop(other);
        assert_eq!(secrets.redeem(&late), None);
    }
}

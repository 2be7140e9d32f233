//! Proves which launched collectl a connection comes from: its first line has the secret that it was given.

use std::time::Duration;

use collectl_wire::hello::{self, Launched, MAX_MESSAGE, Message};
use collectl_wire::host::MAX_HOST_NAME;
use collectl_wire::prefix::Prefix;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

use crate::base::end::End;
use crate::base::ids::HostId;
use crate::base::io_error::fragment;
use crate::identity::secrets::Secrets;

/// How long a connection may take to send its secret. A launched collectl sends it at once.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest first line that is read: a host, a blank and a message.
const LONGEST: usize = MAX_HOST_NAME + 1 + MAX_MESSAGE + 2;

/// Whether a connection without a secret is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It is, at its first line or after ten seconds.
    Required,
    /// It is not.
    Optional,
}

/// How connections to the listener are checked.
#[derive(Debug, Clone)]
pub(crate) struct SecretCheck {
    /// All secrets that were given out.
    pub(crate) secrets: Secrets,
    /// What becomes of a connection without one.
    pub(crate) need: Need,
}

/// What the check found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// The secret of a host; and the bytes after it.
    Host(HostId, Vec<u8>),
    /// No secret, which is allowed; and the bytes that came.
    NoSecret(Vec<u8>),
    /// The connection is over.
    Over(End),
}

impl SecretCheck {
    /// Reads the first line of `stream`, and at most a packet more.
    pub(crate) async fn read(&self, stream: &mut (impl AsyncRead + Unpin)) -> Checked {
        let line = first_line(stream);
        match self.need {
            Need::Optional => line.await.map_or_else(Checked::Over, |bytes| self.judge(bytes)),
            Need::Required => match timeout(PATIENCE, line).await {
                Ok(Ok(bytes)) => self.judge(bytes),
                Ok(Err(_)) | Err(_) => Checked::Over(End::NoSecret),
            },
        }
    }

    fn judge(&self, bytes: Vec<u8>) -> Checked {
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let (_, text) = Prefix::default().split(&bytes[..end.unwrap_or(0)]);
        match (end, hello::decode(text), self.need) {
            (Some(end), Some(Message::Launched(Launched { secret, .. })), _) => {
                match self.secrets.redeem(&secret) {
                    Some(host) => Checked::Host(host, bytes[end + 1..].to_vec()),
                    None => Checked::Over(End::NoSecret),
                }
            }
            (_, _, Need::Optional) => Checked::NoSecret(bytes),
            (_, _, Need::Required) => Checked::Over(End::NoSecret),
        }
    }
}

/// The first line, or as much as would be too long for one.
async fn first_line(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, End> {
    let mut bytes = Vec::new();
    while bytes.len() < LONGEST && !bytes.contains(&b'\n') {
        match stream.take(LONGEST as u64).read_buf(&mut bytes).await {
            Ok(0) => return Err(End::Closed),
            Ok(_) => {}
            Err(error) => return Err(End::Lost(fragment(&error))),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(need: Need) -> SecretCheck {
        SecretCheck { secrets: Secrets::default(), need }
    }

    #[tokio::test]
    async fn a_secret_proves_a_host_once() {
        let check = check(Need::Required);
        let issued = check.secrets.issue(HostId(3)).unwrap();
        let line =
            |secret: &str| format!("n1 ##launched name=collectl version=5.0.0 secret={secret}\nn1 #cpu\n");
        let proof = line(&issued.secret.reveal());
        let wrong = line(&"0".repeat(32));
        assert_eq!(check.read(&mut wrong.as_bytes()).await, Checked::Over(End::NoSecret));
        let proven = Checked::Host(HostId(3), b"n1 #cpu\n".to_vec());
        assert_eq!(check.read(&mut proof.as_bytes()).await, proven);
        assert_eq!(check.read(&mut proof.as_bytes()).await, Checked::Over(End::NoSecret));
    }

    #[tokio::test]
    async fn without_a_secret_a_connection_is_closed_unless_that_is_allowed() {
        let line = b"n1 #<--------CPU-------->\n".to_vec();
        assert_eq!(check(Need::Required).read(&mut &line[..]).await, Checked::Over(End::NoSecret));
        assert_eq!(check(Need::Optional).read(&mut &line[..]).await, Checked::NoSecret(line.clone()));
        let endless = vec![b'x'; 2 * LONGEST];
        assert_eq!(check(Need::Required).read(&mut &endless[..]).await, Checked::Over(End::NoSecret));
        assert_eq!(check(Need::Optional).read(&mut &b"n1"[..]).await, Checked::Over(End::Closed));
    }
}

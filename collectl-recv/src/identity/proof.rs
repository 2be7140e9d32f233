//! Whether a connection is one of ours: the first line of a launched collectl brings the secret that it was given.

use std::time::Duration;

use collectl_wire::hello::{self, Launched, MAX_MESSAGE, Message};
use collectl_wire::host::MAX_HOST_NAME;
use collectl_wire::prefix::Prefix;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use crate::base::ids::HostId;
use crate::identity::secrets::Secrets;
use crate::link::dial::plain;
use crate::link::end::End;
use crate::link::socket::Socket;

/// How long a connection may take to show its secret. A launched collectl says it at once.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest first line that is looked at: a host, a blank and a message.
const LONGEST: usize = MAX_HOST_NAME + 1 + MAX_MESSAGE + 2;

/// What a connection of the listener has to show.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    /// The secrets that are out.
    pub(crate) secrets: Secrets,
    /// Whether it is heard without one, too.
    pub(crate) plain: bool,
}

/// What it has shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The secret of a host; and what came behind that.
    Host(HostId, Vec<u8>),
    /// None, and that will do; what came.
    Plain(Vec<u8>),
    /// None.
    Nothing(End),
}

impl Guard {
    /// Reads the first line of `socket`, and no more than a packet beyond it.
    pub(crate) async fn ask(&self, socket: &mut Socket) -> Shown {
        let line = first_line(socket);
        let line =
            if self.plain { line.await } else { timeout(PATIENCE, line).await.unwrap_or(Err(End::Unproven)) };
        match line {
            Ok(bytes) => self.judge(bytes),
            Err(end) if self.plain => Shown::Nothing(end),
            Err(_) => Shown::Nothing(End::Unproven),
        }
    }

    fn judge(&self, bytes: Vec<u8>) -> Shown {
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let (_, text) = Prefix::default().split(&bytes[..end.unwrap_or(0)]);
        if let (Some(end), Some(Message::Launched(Launched { secret, .. }))) = (end, hello::decode(text)) {
            return match self.secrets.redeem(&secret) {
                Some(host) => Shown::Host(host, bytes[end + 1..].to_vec()),
                None => Shown::Nothing(End::Unproven),
            };
        }
        if self.plain { Shown::Plain(bytes) } else { Shown::Nothing(End::Unproven) }
    }
}

/// The first line, or as much as would be too long for one.
async fn first_line(socket: &mut Socket) -> Result<Vec<u8>, End> {
    let mut bytes = Vec::new();
    while bytes.len() < LONGEST && !bytes.contains(&b'\n') {
        match socket.take(LONGEST as u64).read_buf(&mut bytes).await {
            Ok(0) => return Err(End::Closed),
            Ok(_) => {}
            Err(error) => return Err(End::Lost(plain(&error))),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(plain: bool) -> Guard {
        Guard { secrets: Secrets::default(), plain }
    }

    #[test]
    fn only_a_secret_that_is_out_shows_a_host() {
        let guard = guard(false);
        let issued = guard.secrets.issue(HostId(3)).unwrap();
        let line =
            |secret: &str| format!("n1 ##launched name=collectl version=5.0.0 secret={secret}\nn1 #cpu\n");
        let proof = line(&issued.secret.reveal());
        assert_eq!(guard.judge(line(&"0".repeat(32)).into()), Shown::Nothing(End::Unproven));
        assert_eq!(guard.judge(proof.clone().into()), Shown::Host(HostId(3), b"n1 #cpu\n".to_vec()));
        assert_eq!(guard.judge(proof.into()), Shown::Nothing(End::Unproven), "it is good once");
    }

    #[test]
    fn what_brings_none_is_heard_where_that_is_allowed() {
        let line = b"n1 #<--------CPU-------->\n".to_vec();
        assert_eq!(guard(false).judge(line.clone()), Shown::Nothing(End::Unproven));
        assert_eq!(guard(true).judge(line.clone()), Shown::Plain(line));
        let endless = vec![b'x'; LONGEST];
        assert_eq!(guard(false).judge(endless), Shown::Nothing(End::Unproven));
    }
}

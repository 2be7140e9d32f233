//! Reads one connection to its end.

use std::io;
use std::sync::Arc;

use shared::line::LineDecoder;
use shared::liveness;
use shared::prefix::Prefix;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::dial::plain;
use crate::event::{ConnId, Event};

/// Most bytes read at a time. The buffer lives only while there is something to read: an idle host costs none.
pub(crate) const READ: usize = 16 * 1024;

/// Whole lines of one connection.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The host that the stream names, if it does.
    pub(crate) name: Option<Arc<str>>,
    /// The lines without their prefix, each ended by LF.
    pub(crate) text: Vec<u8>,
    /// How many of them were too long and are cut.
    pub(crate) cut: u64,
}

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum End {
    /// By the peer, in order.
    #[error("connection closed by the other end")]
    Closed,
    /// By an error, or by a peer that vanished.
    #[error("connection lost: {0}")]
    Lost(String),
}

/// What a stream has shown so far. Pure: bytes in, batches out.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    lines: LineDecoder,
    prefix: Prefix,
    name: Option<Arc<str>>,
}

impl Feed {
    /// Takes the next bytes; returns the lines that they complete, if any.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<Batch> {
        let Self { lines, prefix, name } = self;
        let mut batch = Batch::default();
        lines.push(bytes, |line| {
            let (host, text) = prefix.split(line.bytes);
            if let (None, Some(host)) = (&name, host) {
                *name = Some(host.into());
            }
            batch.text.extend_from_slice(text);
            batch.text.push(b'\n');
            batch.cut += u64::from(line.cut);
        });
        batch.name.clone_from(name);
        (!batch.text.is_empty()).then_some(batch)
    }

    /// True in the middle of a line.
    pub(crate) fn is_unfinished(&self) -> bool {
        !self.lines.unfinished().is_empty()
    }
}

/// Reads `socket` until it ends, or until nobody listens. A slow fleet makes it wait, and so its peer.
pub(crate) async fn read(socket: TcpStream, conn: ConnId, events: mpsc::Sender<Event>) {
    let mut feed = Feed::default();
    // It fails where the peer is gone already, which the first read tells better.
    let _ = liveness::watch(&socket);
    let end = loop {
        if let Err(error) = socket.readable().await {
            break End::Lost(plain(&error));
        }
        match step(&socket, &mut feed) {
            Ok(Some(batch)) => {
                if events.send(Event::Lines { conn, batch }).await.is_err() {
                    return;
                }
            }
            Ok(None) => {}
            Err(end) => break end,
        }
    };
    // As above: who is to hear it may have left.
    let _ = events.send(Event::Closed { conn, end, unfinished: feed.is_unfinished() }).await;
}

fn step(socket: &TcpStream, feed: &mut Feed) -> Result<Option<Batch>, End> {
    let mut buffer = [0; READ];
    match socket.try_read(&mut buffer) {
        Ok(0) => Err(End::Closed),
        Ok(count) => Ok(feed.push(&buffer[..count])),
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
            Ok(None)
        }
        Err(error) => Err(End::Lost(plain(&error))),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn the_prefix_is_taken_off() {
        let mut feed = Feed::default();
        assert_eq!(feed.push(b"vm #cp"), None);
        let batch = feed.push(b"u\nvm   1 0\nvm ").unwrap();
        assert_eq!((batch.name.as_deref(), &batch.text[..]), (Some("vm"), &b"#cpu\n  1 0\n"[..]));
        assert!(feed.is_unfinished());
    }

    #[test]
    fn a_bare_stream_names_nobody() {
        let batch = Feed::default().push(b"  1 0\n\n#cpu\n").unwrap();
        assert_eq!((batch.name, &batch.text[..]), (None, &b"  1 0\n\n#cpu\n"[..]));
    }

    #[tokio::test]
    async fn a_connection_is_read_to_its_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, _) = listener.accept().await.unwrap();
        let (events, mut seen) = mpsc::channel(4);
        let reading = tokio::spawn(read(socket, ConnId(7), events));
        sender.write_all(b"vm 1\nvm 2").await.unwrap();
        drop(sender);
        let mut text = Vec::new();
        loop {
            match seen.recv().await {
                Some(Event::Lines { conn: ConnId(7), batch }) => text.extend(batch.text),
                Some(Event::Closed { conn: ConnId(7), end: End::Closed, unfinished: true }) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(text, b"1\n");
        reading.await.unwrap();
    }
}

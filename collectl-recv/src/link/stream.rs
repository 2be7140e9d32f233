//! Reads one connection to its end.

use std::future::poll_fn;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;

use collectl_wire::hello::{Hello, Message, Position, Speaker};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::socket::Socket;
use crate::base::end::End;
use crate::base::ids::{ConnId, HostId};
use crate::base::io_error::fragment;
use crate::identity::proof::{Checked, Need, SecretCheck};
use crate::stream::batch::Batch;
use crate::stream::decoder::StreamDecoder;
use crate::stream::long_lines::LongLines;

/// Most bytes read at a time. The buffer lives only while there is something to read: an idle host costs none.
pub(crate) const READ: usize = 16 * 1024;

/// Longest wait for the answer to a first hello. An old collectl does not answer.
const ANSWER: Duration = Duration::from_secs(1);
/// The same for a collectl that answered before: as long as it takes to detect a dead connection. Its answer is most
/// likely on its way, and lines that are shown before it might come again.
const ANSWER_AGAIN: Duration = Duration::from_secs(15);

/// A launched collectl of ours sends its secret sooner than this.
const SILENT: Duration = Duration::from_secs(1);

/// What is sent over a new connection.
#[derive(Debug, Clone)]
pub(crate) enum Greeting {
    /// Nothing: a client that connected to us may never read.
    Silent,
    /// Nothing before its secret was checked, then a hello.
    SecretCheck(SecretCheck),
    /// A hello, with the last interval that came from this collector.
    Hello(Option<Position>),
}

/// An event of a connection.
#[derive(Debug)]
pub(crate) enum StreamEvent {
    /// A connection that needs no secret has not sent one at once: it is most likely from a Perl collectl.
    Silent,
    /// It has sent the secret of a host.
    Proven(HostId),
    /// Lines came.
    Lines(Batch),
    /// It ended; `unfinished` if within a line.
    Closed { end: End, unfinished: bool },
}

/// Where the events of all connections go.
pub(crate) type StreamEvents = mpsc::Sender<(ConnId, StreamEvent)>;

/// Sends `greeting` over `socket`, and reads it until it ends, or until nobody receives the events. A slow receiver
/// slows down the peer.
pub(crate) async fn read(
    mut socket: Socket,
    conn: ConnId,
    greeting: Greeting,
    events: StreamEvents,
    long_lines: LongLines,
) {
    // An error means that nobody receives the events any more.
    let _ = read_all(&mut socket, greeting, &Reporter { conn, events }, long_lines).await;
}

/// Sends the events of one connection.
struct Reporter {
    conn: ConnId,
    events: StreamEvents,
}

/// Nobody receives events any more.
struct NobodyReceives;

impl Reporter {
    async fn send(&self, event: StreamEvent) -> Result<(), NobodyReceives> {
        self.events.send((self.conn, event)).await.map_err(|_| NobodyReceives)
    }
}

async fn read_all(
    socket: &mut Socket,
    greeting: Greeting,
    reporter: &Reporter,
    long_lines: LongLines,
) -> Result<(), NobodyReceives> {
    socket.watch();
    let (greeting, begun) = match greeting {
        Greeting::SecretCheck(check) => match run_check(&check, socket, reporter).await? {
            Some(checked) => checked,
            None => return Ok(()),
        },
        greeting => (greeting, Vec::new()),
    };
    let mut decoder = StreamDecoder::default();
    if let Greeting::Hello(last) = greeting {
        decoder = StreamDecoder::asked(last);
        let hello = Message::Hello(Hello { speaker: Speaker::here("collectl-recv"), last });
        socket.write(&format!("{hello}\n")).await;
    }
    let mut decoder = decoder.sharing(long_lines);
    for batch in decoder.push(&begun) {
        reporter.send(StreamEvent::Lines(batch)).await?;
    }
    let patience = if matches!(greeting, Greeting::Hello(Some(_))) { ANSWER_AGAIN } else { ANSWER };
    let begun = Instant::now();
    let answer_due = begun + patience;
    let end = loop {
        let mute = socket.patience();
        let (batches, end) = tokio::select! {
            taken = step(socket, &mut decoder) => taken,
            () = sleep_until(answer_due), if decoder.is_waiting() => (decoder.give_up(), None),
            () = sleep_until(begun + mute.unwrap_or_default()), if mute.is_some() => {
                (decoder.end(), Some(End::Lost("nothing came through ssh".to_owned())))
            }
        };
        for batch in batches {
            reporter.send(StreamEvent::Lines(batch)).await?;
        }
        if let Some(end) = end {
            break end;
        }
    };
    let end = socket.explain(end).await;
    reporter.send(StreamEvent::Closed { end, unfinished: decoder.is_unfinished() }).await
}

/// Checks the secret of a connection; returns how it continues, and the bytes that came already. None if it is over.
async fn run_check(
    check: &SecretCheck,
    socket: &mut Socket,
    reporter: &Reporter,
) -> Result<Option<(Greeting, Vec<u8>)>, NobodyReceives> {
    let reading = check.read(socket);
    tokio::pin!(reading);
    let checked = tokio::select! {
        checked = &mut reading => checked,
        () = sleep(SILENT), if check.need == Need::Optional => {
            reporter.send(StreamEvent::Silent).await?;
            reading.await
        }
    };
    Ok(match checked {
        Checked::Host(host, rest) => {
            reporter.send(StreamEvent::Proven(host)).await?;
            Some((Greeting::Hello(None), rest))
        }
        Checked::NoSecret(bytes) => Some((Greeting::Silent, bytes)),
        Checked::Over(end) => {
            reporter.send(StreamEvent::Closed { end, unfinished: false }).await?;
            None
        }
    })
}

/// Waits for bytes and decodes them. May be dropped at any time.
async fn step(socket: &mut Socket, decoder: &mut StreamDecoder) -> (Vec<Batch>, Option<End>) {
    poll_fn(|context| {
        let mut space = [MaybeUninit::uninit(); READ];
        let mut buffer = ReadBuf::uninit(&mut space);
        let read = ready!(Pin::new(&mut *socket).poll_read(context, &mut buffer));
        Poll::Ready(match (read, buffer.filled()) {
            (Ok(()), []) => (decoder.end(), Some(End::Closed)),
            (Ok(()), bytes) => (decoder.push(bytes), None),
            (Err(error), _) => (decoder.end(), Some(End::Lost(fragment(&error)))),
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    #[tokio::test]
    async fn a_connection_is_read_to_its_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (socket, _) = listener.accept().await.unwrap();
        let (events, mut seen) = mpsc::channel(4);
        let reading = tokio::spawn(read(
            Socket::Tcp(socket),
            ConnId(7),
            Greeting::Silent,
            events,
            LongLines::default(),
        ));
        sender.write_all(b"vm 1\nvm 2").await.unwrap();
        drop(sender);
        let mut text = Vec::new();
        loop {
            match seen.recv().await {
                Some((ConnId(7), StreamEvent::Lines(batch))) => text.extend_from_slice(batch.lines.text()),
                Some((ConnId(7), StreamEvent::Closed { end: End::Closed, unfinished: true })) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(text, b"1\n");
        reading.await.unwrap();
    }
}

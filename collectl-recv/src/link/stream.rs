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

use super::dial::plain;
use super::end::End;
use super::socket::Socket;
use crate::base::ids::ConnId;
use crate::fleet::event::Event;
use crate::identity::proof::{Guard, Shown};
use crate::stream::batch::Batch;
use crate::stream::decoder::StreamDecoder;

/// Most bytes read at a time. The buffer lives only while there is something to read: an idle host costs none.
pub(crate) const READ: usize = 16 * 1024;

/// How long an answer to the first hello is waited for; a collectl that knows none gives none.
const ANSWER: Duration = Duration::from_secs(1);
/// As long as it takes to find that a connection is dead: of a collectl that answered before, an answer is most likely on
/// its way, and what is shown before it might come again.
const ANSWER_AGAIN: Duration = Duration::from_secs(15);

/// A launched collectl of ours says so sooner than this.
const SILENT: Duration = Duration::from_secs(1);

/// What is said over a connection that begins.
#[derive(Debug, Clone)]
pub(crate) enum Greeting {
    /// Nothing: who connected to us may be one that never reads.
    Silent,
    /// Nothing before it has shown a secret, then a hello.
    Guarded(Guard),
    /// A hello, with the last interval that came of this collector.
    Hello(Option<Position>),
}

/// Says `greeting` over `socket`, and reads it until it ends, or until nobody listens. A slow fleet makes it wait, and so
/// its peer.
pub(crate) async fn read(mut socket: Socket, conn: ConnId, greeting: Greeting, events: mpsc::Sender<Event>) {
    socket.watch();
    let (greeting, begun) = match greeting {
        Greeting::Guarded(guard) => match admit(&guard, &mut socket, conn, &events).await {
            Some(admitted) => admitted,
            None => return,
        },
        greeting => (greeting, Vec::new()),
    };
    let mut decoder = StreamDecoder::default();
    if let Greeting::Hello(last) = greeting {
        decoder = StreamDecoder::asked(last);
        let hello = Message::Hello(Hello { speaker: Speaker::here("collectl-recv"), last });
        socket.say(&format!("{hello}\n")).await;
    }
    for batch in decoder.push(&begun) {
        if events.send(Event::Lines { conn, batch }).await.is_err() {
            return;
        }
    }
    let patience = if matches!(greeting, Greeting::Hello(Some(_))) { ANSWER_AGAIN } else { ANSWER };
    let begun = Instant::now();
    let answer_due = begun + patience;
    let end = loop {
        let mute = socket.patience();
        let (batches, end) = tokio::select! {
            taken = step(&mut socket, &mut decoder) => taken,
            () = sleep_until(answer_due), if decoder.is_waiting() => (decoder.give_up(), None),
            () = sleep_until(begun + mute.unwrap_or_default()), if mute.is_some() => {
                (decoder.end(), Some(End::Lost("nothing came through ssh".to_owned())))
            }
        };
        for batch in batches {
            if events.send(Event::Lines { conn, batch }).await.is_err() {
                return;
            }
        }
        if let Some(end) = end {
            break end;
        }
    };
    let end = socket.why(end).await;
    // Who is to hear it may have left.
    let _ = events.send(Event::Closed { conn, end, unfinished: decoder.is_unfinished() }).await;
}

/// Learns whose a guarded connection is, and tells the fleet; returns how it goes on, and what came already. None where it
/// is over.
async fn admit(
    guard: &Guard,
    socket: &mut Socket,
    conn: ConnId,
    events: &mpsc::Sender<Event>,
) -> Option<(Greeting, Vec<u8>)> {
    let asking = guard.ask(socket);
    tokio::pin!(asking);
    let shown = tokio::select! {
        shown = &mut asking => shown,
        () = sleep(SILENT), if guard.plain => {
            events.send(Event::Silent { conn }).await.ok()?;
            asking.await
        }
    };
    match shown {
        Shown::Host(host, rest) => {
            events.send(Event::Proven { conn, host }).await.ok()?;
            Some((Greeting::Hello(None), rest))
        }
        Shown::Plain(bytes) => Some((Greeting::Silent, bytes)),
        Shown::Nothing(end) => {
            // Who is to hear it may have left.
            let _ = events.send(Event::Closed { conn, end, unfinished: false }).await;
            None
        }
    }
}

/// Waits for bytes and takes them. May be dropped at any time.
async fn step(socket: &mut Socket, decoder: &mut StreamDecoder) -> (Vec<Batch>, Option<End>) {
    poll_fn(|context| {
        let mut space = [MaybeUninit::uninit(); READ];
        let mut buffer = ReadBuf::uninit(&mut space);
        let read = ready!(Pin::new(&mut *socket).poll_read(context, &mut buffer));
        Poll::Ready(match (read, buffer.filled()) {
            (Ok(()), []) => (decoder.end(), Some(End::Closed)),
            (Ok(()), bytes) => (decoder.push(bytes), None),
            (Err(error), _) => (decoder.end(), Some(End::Lost(plain(&error)))),
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
        let reading = tokio::spawn(read(Socket::Tcp(socket), ConnId(7), Greeting::Silent, events));
        sender.write_all(b"vm 1\nvm 2").await.unwrap();
        drop(sender);
        let mut text = Vec::new();
        loop {
            match seen.recv().await {
                Some(Event::Lines { conn: ConnId(7), batch }) => text.extend_from_slice(batch.lines.text()),
                Some(Event::Closed { conn: ConnId(7), end: End::Closed, unfinished: true }) => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(text, b"1\n");
        reading.await.unwrap();
    }
}

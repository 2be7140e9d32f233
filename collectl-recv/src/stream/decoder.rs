//! Cuts the bytes of one connection into lines, and hands on those of whole intervals. Pure: bytes in, batches out.

use std::sync::Arc;

use collectl_wire::hello::Position;
use collectl_wire::line::LineDecoder;
use collectl_wire::prefix::Prefix;

use super::batch::Batch;
use super::long_lines::{LongLines, Share};
use super::session::Session;

/// What a stream has brought so far.
#[derive(Debug, Default)]
pub(crate) struct StreamDecoder {
    lines: LineDecoder,
    prefix: Prefix,
    name: Option<Arc<str>>,
    session: Session,
    share: Share,
}

impl StreamDecoder {
    /// A stream over which a hello was sent, with `last` in it.
    pub(crate) fn asked(last: Option<Position>) -> Self {
        Self { session: Session::asked(last), ..Self::default() }
    }

    /// The same stream, with a share of the memory for open lines.
    pub(crate) fn sharing(self, all: LongLines) -> Self {
        Self { share: Share::of(all), ..self }
    }

    /// Takes the next bytes; returns the lines that they complete, in order.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Batch> {
        let Self { lines, prefix, name, session, share } = self;
        let before = session.last();
        let mut batches = Vec::new();
        lines.push_within(share.limit(), bytes, |line| {
            let (host, text) = prefix.split(line.bytes);
            if let (None, Some(host)) = (&name, host) {
                *name = Some(host.into());
            }
            session.line(text, line.cut, &mut batches);
        });
        share.set(lines.unfinished().len());
        if batches.is_empty() && session.last() != before {
            batches.push(Batch::default());
        }
        self.signed(batches)
    }

    /// True while lines are held because the answer to a hello may come.
    pub(crate) fn is_waiting(&self) -> bool {
        self.session.is_waiting()
    }

    /// No answer has come: returns what was held.
    pub(crate) fn give_up(&mut self) -> Vec<Batch> {
        let mut batches = Vec::new();
        self.session.give_up(&mut batches);
        self.signed(batches)
    }

    /// The stream has ended: returns what was held and will not come again.
    pub(crate) fn end(&mut self) -> Vec<Batch> {
        let mut batches = Vec::new();
        self.session.end(&mut batches);
        self.signed(batches)
    }

    /// True in the middle of a line.
    pub(crate) fn is_unfinished(&self) -> bool {
        !self.lines.unfinished().is_empty()
    }

    fn signed(&self, mut batches: Vec<Batch>) -> Vec<Batch> {
        for batch in &mut batches {
            batch.name.clone_from(&self.name);
            batch.last = self.session.last();
        }
        batches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_taken_off() {
        let mut decoder = StreamDecoder::default();
        assert_eq!(decoder.push(b"vm #cp"), []);
        let batch = decoder.push(b"u\nvm   1 0\nvm ").remove(0);
        assert_eq!((batch.name.as_deref(), batch.lines.text()), (Some("vm"), &b"#cpu\n  1 0\n"[..]));
        assert!(decoder.is_unfinished());
    }

    #[test]
    fn a_bare_stream_names_no_host() {
        let batch = StreamDecoder::default().push(b"  1 0\n\n#cpu\n").remove(0);
        assert_eq!((batch.name, batch.lines.text()), (None, &b"  1 0\n\n#cpu\n"[..]));
    }
}

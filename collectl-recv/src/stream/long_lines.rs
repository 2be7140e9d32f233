//! The memory for lines that have not ended, of all connections together: what many strangers send without a line end is
//! bounded as a whole, not only for each of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use collectl_wire::line::MAX_LINE;

/// Bytes of an open line for which a connection always has room.
const OWN: usize = 48 << 10;
/// Most bytes beyond that of all connections together.
const SHARED: usize = 16 << 20;

/// The bytes that all connections have taken beyond what is their own.
#[derive(Debug, Clone, Default)]
pub(crate) struct LongLines(Arc<AtomicUsize>);

/// What one connection has taken. It is given back when the connection ends.
#[derive(Debug, Default)]
pub(super) struct Share {
    all: LongLines,
    taken: usize,
}

impl Share {
    /// A share of `all`.
    pub(super) fn of(all: LongLines) -> Self {
        Self { all, taken: 0 }
    }

    /// The most bytes that the open line may have now.
    pub(super) fn limit(&self) -> usize {
        let free = SHARED.saturating_sub(self.all.0.load(Ordering::Relaxed));
        (OWN + self.taken + free).min(MAX_LINE)
    }

    /// The open line has so many bytes.
    pub(super) fn set(&mut self, open: usize) {
        let taken = open.saturating_sub(OWN);
        if taken > self.taken {
            self.all.0.fetch_add(taken - self.taken, Ordering::Relaxed);
        } else {
            self.all.0.fetch_sub(self.taken - taken, Ordering::Relaxed);
        }
        self.taken = taken;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::decoder::StreamDecoder;

    #[test]
    fn many_open_lines_take_no_more_than_there_is() {
        let all = LongLines::default();
        let mut decoders: Vec<StreamDecoder> =
            (0..100).map(|_| StreamDecoder::default().sharing(all.clone())).collect();
        for decoder in &mut decoders {
            for _ in 0..64 {
                assert_eq!(decoder.push(&[b'x'; 16 << 10]), []);
            }
        }
        let taken = all.0.load(Ordering::Relaxed);
        assert!(taken <= SHARED + (16 << 10), "{taken}");
        let batch = decoders[99].push(b"\nvm 1\n").remove(0);
        assert_eq!((batch.cut, batch.lines.len(), batch.lines.text().len()), (1, 2, OWN + 1 + 5));
        decoders.truncate(50);
        drop(decoders);
        assert_eq!(all.0.load(Ordering::Relaxed), 0, "all is given back");
    }
}

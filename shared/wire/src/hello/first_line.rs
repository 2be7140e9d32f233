//! The one line that is taken from a client.

use super::MAX_MESSAGE;

/// Collects the first line of what a client sends; all the rest, and a first line that is too long, is discarded.
#[derive(Debug)]
pub struct FirstLine {
    /// None once the line is over, or too long.
    open: Option<Vec<u8>>,
}

impl Default for FirstLine {
    fn default() -> Self {
        Self { open: Some(Vec::new()) }
    }
}

impl FirstLine {
    /// Takes what comes; returns the line, without its end, when it is whole: at most once.
    pub fn push(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let open = self.open.as_mut()?;
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let part = &bytes[..end.unwrap_or(bytes.len())];
        // One byte more for a CR.
        if open.len() + part.len() > MAX_MESSAGE + 1 {
            self.open = None;
            return None;
        }
        open.extend_from_slice(part);
        end?;
        let mut line = self.open.take()?;
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Some(line)
    }
}

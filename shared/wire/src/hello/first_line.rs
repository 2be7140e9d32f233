//! The one line that a server reads from a client.

use super::MAX_MESSAGE;

/// Collects the first line that a client sends; everything else, and a first line that is too long, is discarded.
#[derive(Debug)]
pub struct FirstLine {
    /// None after the end of the line, or if it is too long.
    open: Option<Vec<u8>>,
}

impl Default for FirstLine {
    fn default() -> Self {
        Self { open: Some(Vec::new()) }
    }
}

impl FirstLine {
    /// Takes the next bytes; returns the line without its end once it is complete: at most once.
    pub fn push(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let open = self.open.as_mut()?;
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let part = &bytes[..end.unwrap_or(bytes.len())];
        // One more byte for a CR.
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

//! Standard error that never blocks.
//!
//! Its reader may be stuck: a terminal after ^S, journald that hangs, a full pipe. `O_NONBLOCK` would change the open
//! file, which other programs share, and poll(2) says little about a terminal and nothing about a file. So a thread
//! writes, and is abandoned at the end if it is still blocked.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use crate::backlog::{Backlog, Popped};
use crate::write::write_all;

/// Most bytes of messages that wait.
pub const MAX_WAITING: usize = 64 << 10;
/// How long the end of a program waits for the last messages.
const PATIENCE: Duration = Duration::from_millis(500);

/// Messages, each with the program's name.
type Messages = Backlog<(&'static str, String)>;

/// There is one standard error.
static MESSAGES: OnceLock<Messages> = OnceLock::new();

/// Writes `text`, whole lines, for the program called `program`. Without room the text is lost; losses are counted, and
/// reported as soon as there is room again.
pub fn write(program: &'static str, text: String) {
    let messages = MESSAGES.get_or_init(|| {
        // Without a thread, messages are lost and nothing else.
        let _ = thread::Builder::new().name("stderr".into()).spawn(follow);
        Backlog::new(MAX_WAITING)
    });
    let bytes = text.len();
    messages.push((program, text), bytes);
}

/// Waits a short time until everything has been written. Call it at the end of a program.
pub fn finish() {
    if let Some(messages) = MESSAGES.get() {
        messages.wait_until_done(PATIENCE);
    }
}

fn follow() {
    let messages = MESSAGES.wait();
    while let Popped::Item { item: (program, text), refused } = messages.pop(None) {
        // If standard error is closed, the report is lost, too.
        let _ = write_all(rustix::stdio::stderr(), text.as_bytes());
        if refused > 0 {
            let text = lost(program, refused);
            let _ = write_all(rustix::stdio::stderr(), text.as_bytes());
        }
    }
}

fn lost(program: &str, count: u64) -> String {
    format!("{program}: {count} messages are lost: standard error was read too slowly\n")
}

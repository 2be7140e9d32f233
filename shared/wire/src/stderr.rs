//! Standard error that never makes its writer wait.
//!
//! Its reader may be stuck: a terminal after ^S, journald that hangs, a full pipe. `O_NONBLOCK` would belong to the
//! open file, which other programs share, and poll(2) says little of a terminal and nothing of a file. So a thread
//! writes, and is left alone at the end where it is still held up.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use crate::backlog::{Backlog, Popped};
use crate::write::write_all;

/// Most bytes of messages that wait.
pub const MAX_WAITING: usize = 64 << 10;
/// How long the end of a program waits for the last messages to leave.
const PATIENCE: Duration = Duration::from_millis(500);

/// Messages, each with the program that its reader knows.
type Messages = Backlog<(&'static str, String)>;

/// There is one standard error.
static MESSAGES: OnceLock<Messages> = OnceLock::new();

/// Writes `text`, whole lines, of the program that is called `program`. Without room it is lost, which is counted, and
/// told as soon as there is room again.
pub fn write(program: &'static str, text: String) {
    let messages = MESSAGES.get_or_init(|| {
        // Without a thread nothing is written, and nothing else is lost.
        let _ = thread::Builder::new().name("stderr".into()).spawn(follow);
        Backlog::new(MAX_WAITING)
    });
    let bytes = text.len();
    messages.push((program, text), bytes);
}

/// Waits for a moment until everything has been written. To be called at the end of a program.
pub fn finish() {
    if let Some(messages) = MESSAGES.get() {
        messages.wait_until_done(PATIENCE);
    }
}

fn follow() {
    let messages = MESSAGES.wait();
    while let Popped::Item { item: (program, text), refused } = messages.pop(None) {
        // Where standard error is gone there is nobody to tell.
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

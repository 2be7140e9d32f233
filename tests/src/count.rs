//! Counts the processes on this machine that belong to a test.

use std::fs;

/// The command lines of all processes that have `marker`, which no other test has, in an argument or in their
/// environment, except this process. Processes that have ended and were not waited for don't count.
#[must_use]
pub fn processes(marker: &str) -> Vec<String> {
    let own = std::process::id();
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|&pid: &u32| pid != own)
        .filter_map(|pid| command_line(pid, marker))
        .collect()
}

/// A process that ends during the search counts as ended.
fn command_line(pid: u32, marker: &str) -> Option<String> {
    let words = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let has = |text: &[u8]| text.windows(marker.len()).any(|window| window == marker.as_bytes());
    (has(&words) || has(&environment)).then(|| {
        let words = words.strip_suffix(b"\0").unwrap_or(&words);
        format!("{pid} {}", String::from_utf8_lossy(words).replace('\0', " "))
    })
}

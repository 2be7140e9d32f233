//! `/proc/stat`, which several subsystems read (proc_stat(5)).

use crate::capture::{Capture, Root};
use crate::scan::{number, whole_lines};

/// Processor lines, interrupts (only the total), context switches and process counts.
pub(crate) static STAT: Capture = Capture {
    root: Root::Proc,
    path: "stat",
    optional: false,
    tags: &[b"cpu", b"intr ", b"ctxt ", b"processes ", b"procs_"],
    keep: keep_stat,
};

/// The number in the name of a processor; none for the line with the sum, and beyond the largest supported number.
pub(super) fn processor(name: &[u8]) -> Option<usize> {
    const MAX_PROCESSORS: usize = 16_384;
    let digits = name.strip_prefix(b"cpu").filter(|digits| !digits.is_empty())?;
    Some(number(digits) as usize).filter(|index| *index < MAX_PROCESSORS)
}

fn keep_stat(text: &[u8], out: &mut Vec<u8>) {
    for line in whole_lines(text) {
        if line.starts_with(b"intr ") {
            let digits = line[5..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            out.extend_from_slice(&line[..5 + digits]);
            out.push(b'\n');
        } else if line.starts_with(b"cpu") || line.starts_with(b"ctxt") || line.starts_with(b"proc") {
            out.extend_from_slice(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stat_in_a_raw_file() {
        let mut out = Vec::new();
        keep_stat(
            b"cpu  1 2\ncpu0 1 2\nintr 55 1 2 3\nctxt 7\nbtime 8\nprocesses 9\nsoftirq 1 2\n",
            &mut out,
        );
        assert_eq!(out, b"cpu  1 2\ncpu0 1 2\nintr 55\nctxt 7\nprocesses 9\n");
    }
}

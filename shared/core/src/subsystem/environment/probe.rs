//! Reads the kernel's sensors, and those of ipmitool if it is installed.

use std::io;
use std::path::PathBuf;

use super::ipmitool::{self, Answer, Question};
use super::sensor::{LONGEST_LINE, Sensor};
use super::{MOST_SENSORS, Options, SENSORS, hwmon};
use crate::capture::{Capture, Probe};
use crate::kernel::Roots;
use crate::scan::lines;

/// Both are returned together, once ipmitool has answered.
pub(super) struct SensorProbe {
    sys: PathBuf,
    options: Options,
    ipmitool: Option<PathBuf>,
    question: Option<Question>,
}

impl SensorProbe {
    pub(super) fn new(roots: &Roots, options: &Options) -> Self {
        Self { sys: roots.sys.clone(), options: options.clone(), ipmitool: ipmitool::find(), question: None }
    }

    /// A probe that queries this program, or only the kernel.
    #[cfg(test)]
    pub(super) fn asking(program: Option<PathBuf>, roots: &Roots, options: &Options) -> Self {
        Self { ipmitool: program, ..Self::new(roots, options) }
    }

    /// Appends the lines of all sensors, of which ipmitool reported `answer`.
    fn write(&self, answer: &[u8], out: &mut Vec<u8>) {
        let mut left = MOST_SENSORS;
        let mut add = |line: &[u8]| {
            let wanted = self.options.filter.as_ref().is_none_or(|filter| filter.is_match(line));
            if wanted && left > 0 && line.len() <= LONGEST_LINE && Sensor::parse(line).is_some() {
                left -= 1;
                out.extend_from_slice(b"ipmi: ");
                out.extend_from_slice(line);
                out.push(b'\n');
            }
        };
        hwmon::read(&self.sys, &mut add);
        lines(answer).for_each(&mut add);
    }
}

impl Probe for SensorProbe {
    fn capture(&self) -> &'static Capture {
        &SENSORS
    }

    fn is_pending(&self) -> bool {
        self.question.is_some()
    }

    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        if let Some(question) = &mut self.question {
            if let Answer::Ready(answer) = question.poll() {
                self.question = None;
                self.write(&answer, out);
            }
            return Ok(());
        }
        if let Some(program) = &self.ipmitool {
            match Question::ask(program, self.options.device) {
                Ok(question) => {
                    self.question = Some(question);
                    return Ok(());
                }
                Err(error) => {
                    self.ipmitool = None;
                    self.write(&[], out);
                    return Err(error);
                }
            }
        }
        self.write(&[], out);
        Ok(())
    }
}

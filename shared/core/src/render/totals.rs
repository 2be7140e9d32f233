//! The totals of a playback (`--stats`), one for each number of a brief line.

/// How a number of a brief line is summed over many intervals.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Sum {
    /// A rate: its events are added up.
    #[default]
    Rate,
    /// A count of events: added up.
    Count,
    /// A level: its mean.
    Level,
    /// A level: its mean without the fraction.
    WholeLevel,
    /// A level that is replaced by the mean of another.
    LevelLike(f64),
    /// The change of a level per second: the mean change of an interval.
    Change,
    /// The ratio of the two numbers before, times this.
    Size(f64),
}

/// The sums so far, and the position in the line that is being written.
#[derive(Debug, Default)]
pub struct Totals {
    /// By group and number.
    sums: Vec<Vec<f64>>,
    intervals: u64,
    group: usize,
    cell: usize,
    sum: Sum,
    /// Those of the current interval.
    seconds: f64,
    /// The divisor of the line that is being written; none for the line of an interval, which is added.
    divisor: Option<f64>,
}

impl Totals {
    /// Whether no interval was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.intervals == 0
    }

    /// Starts the line of another interval, whose numbers are added.
    pub fn add_line(&mut self) {
        self.intervals += 1;
        self.restart(None);
    }

    /// Starts a line with the sums divided by `divisor`, which is above zero.
    pub fn show_line(&mut self, divisor: f64) {
        self.restart(Some(divisor));
    }

    fn restart(&mut self, divisor: Option<f64>) {
        (self.group, self.divisor) = (0, divisor);
    }

    /// Starts the next group of a line, measured over this many seconds.
    pub fn begin_group(&mut self, seconds: f64) {
        self.group += 1;
        if self.sums.len() < self.group {
            self.sums.push(Vec::new());
        }
        (self.cell, self.seconds, self.sum) = (0, seconds, Sum::Rate);
    }

    /// Declares how the following numbers of this group are summed.
    pub fn set_sum(&mut self, sum: Sum) {
        self.sum = sum;
    }

    /// Takes the next number of a group. Returns the number to show instead.
    pub fn pass(&mut self, value: f64) -> f64 {
        let Some(sums) = self.group.checked_sub(1).and_then(|group| self.sums.get_mut(group)) else {
            return value;
        };
        let cell = self.cell;
        self.cell += 1;
        if sums.len() <= cell {
            sums.push(0.0);
        }
        let Some(divisor) = self.divisor else {
            sums[cell] += match self.sum {
                Sum::Rate | Sum::Change => value * self.seconds,
                Sum::Count | Sum::Level | Sum::WholeLevel => value,
                Sum::LevelLike(other) => other,
                Sum::Size(_) => 0.0,
            };
            return value;
        };
        let intervals = self.intervals.max(1) as f64;
        match self.sum {
            Sum::WholeLevel => (sums[cell] / intervals).trunc(),
            Sum::Rate | Sum::Count => sums[cell] / divisor,
            Sum::Level | Sum::LevelLike(_) | Sum::Change => sums[cell] / intervals,
            Sum::Size(factor) if cell > 1 && sums[cell - 1] > 0.0 => factor * sums[cell - 2] / sums[cell - 1],
            Sum::Size(_) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: [(Sum, f64); 7] = [
        (Sum::Rate, 8.0),
        (Sum::Count, 4.0),
        (Sum::Size(1024.0), 7.0),
        (Sum::Level, 5.0),
        (Sum::WholeLevel, 5.0),
        (Sum::LevelLike(1.0), 90.0),
        (Sum::Change, -3.0),
    ];

    fn line(totals: &mut Totals, seconds: f64, times: f64) -> Vec<f64> {
        totals.begin_group(seconds);
        FIGURES
            .iter()
            .map(|&(figure, value)| {
                totals.set_sum(figure);
                totals.pass(value * times)
            })
            .collect()
    }

    #[test]
    fn events_are_added_and_levels_are_not() {
        let mut totals = Totals::default();
        assert!(totals.is_empty());
        totals.add_line();
        assert_eq!(line(&mut totals, 1.0, 1.0), FIGURES.map(|(_, value)| value));
        totals.add_line();
        line(&mut totals, 3.0, 2.0);
        totals.show_line(2.0);
        assert_eq!(line(&mut totals, 1.0, 1.0), [28.0, 6.0, 1024.0 * 56.0 / 12.0, 7.5, 7.0, 1.0, -10.5]);
    }

    #[test]
    fn late_and_missing_numbers_are_harmless() {
        let mut totals = Totals::default();
        assert_eq!(totals.pass(5.0), 5.0);
        totals.show_line(1.0);
        assert_eq!(line(&mut totals, 1.0, 1.0), [0.0; 7]);
    }
}

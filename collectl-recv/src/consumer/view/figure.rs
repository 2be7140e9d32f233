//! Figures of our own making (totals, averages) in the width of a column.

/// How the figures of a column are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Style {
    /// Some are cut to K, M, G: so are ours.
    pub(crate) units: bool,
    /// Some have a fraction.
    pub(crate) fraction: bool,
}

impl Style {
    /// Learns from one more figure of the column.
    pub(crate) fn learn(&mut self, text: &str) {
        self.units |= matches!(text.as_bytes().last(), Some(b'K' | b'M' | b'G' | b'T' | b'P'));
        self.fraction |= text.as_bytes().contains(&b'.');
    }

    /// Shows `value`.
    pub(crate) fn show(self, value: f64) -> String {
        let size = value.abs();
        if self.units && size >= 1024.0 {
            let mut rest = size / 1024.0;
            let mut units = "KMGTP".chars();
            let mut unit = units.next().unwrap_or('K');
            while rest >= 1000.0 {
                let Some(next) = units.next() else { break };
                (rest, unit) = (rest / 1024.0, next);
            }
            return format!("{}{rest:.0}{unit}", if value < 0.0 { "-" } else { "" });
        }
        let whole = (value - value.round()).abs() < 1e-9;
        if self.fraction || (!whole && size < 10.0) { format!("{value:.1}") } else { format!("{value:.0}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_look_like_their_column() {
        let mut memory = Style::default();
        memory.learn("22G");
        assert_eq!(
            [3.0 * 1024f64.powi(3), 900.0, 1_000_000.0].map(|value| memory.show(value)),
            ["3G", "900", "977K"]
        );
        assert_eq!([12.0, 2.5, 33.4].map(|value| Style::default().show(value)), ["12", "2.5", "33"]);
        assert_eq!(Style { units: false, fraction: true }.show(2.0), "2.0");
    }
}

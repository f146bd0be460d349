//! A figure and what it must be.

use std::time::Duration;

/// What was measured, beside what it may be.
pub struct Figure {
    pub what: String,
    pub value: f64,
    /// Of the value: `ms`, `/s`.
    pub unit: &'static str,
    pub limit: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    AtLeast(f64),
    Below(f64),
    /// It stands there for the sake of another.
    None,
}

impl Figure {
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str, limit: Limit) -> Self {
        Self {
            what: what.into(),
            value,
            unit,
            limit,
        }
    }

    pub fn is_kept(&self) -> bool {
        match self.limit {
            Limit::AtLeast(least) => self.value >= least,
            Limit::Below(most) => self.value < most,
            Limit::None => true,
        }
    }

    pub fn line(&self) -> String {
        let verdict = if self.is_kept() { "" } else { "  MISSED" };
        let limit = match self.limit {
            Limit::AtLeast(least) => format!("  at least {least}{verdict}"),
            Limit::Below(most) => format!("  below {most}{verdict}"),
            Limit::None => String::new(),
        };
        let number = if self.value >= 100.0 {
            format!("{:.0}", self.value)
        } else {
            format!("{:.2}", self.value)
        };
        format!("  {:54} {number:>8} {:4}{limit}\n", self.what, self.unit)
    }
}

/// A count as a number to reckon with.
pub fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// The one in the middle: what else the machine does at times spoils some of them.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Milliseconds.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_kept_or_missed() {
        let figure = |value, limit| Figure::new("it", value, "ms", limit);
        assert!(figure(0.4, Limit::AtLeast(0.4)).is_kept());
        assert!(!figure(0.39, Limit::AtLeast(0.4)).is_kept());
        assert!(!figure(3.0, Limit::Below(3.0)).is_kept());
        let missed = figure(3.0, Limit::Below(3.0)).line();
        assert!(missed.contains("MISSED"), "{missed}");
    }
}

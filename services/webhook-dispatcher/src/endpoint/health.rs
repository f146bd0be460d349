//! How an endpoint answers, over many attempts.
//!
//! ```text
//!            many failures in a row               a probe arrives
//!  healthy ------------------------> failing ------------------------> catching up
//!     ^                               |   ^      two failures in a row    |    |
//!     |                               |   +-------------------------------+    |
//!     |                      for days |                                        |
//!     |                               v                                        |
//!     |                            disabled               nothing more is due  |
//!     +------------------------------------------------------------------------+
//! ```
//!
//! Pure: it knows neither time nor table, and every replica that sees the same attempts in the same
//! order comes to the same answer.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// What is known of an endpoint from its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It is sent everything as it comes. The streak is of failures, up to the last attempt.
    Healthy { streak: Option<Streak> },
    /// It is sent nothing but probes: one delivery at a time, from `probe_at` on.
    Failing {
        since: DateTime<Utc>,
        probe_at: DateTime<Utc>,
        /// Probes that failed, one after another.
        probes: u32,
    },
    /// It answers again, and is sent what was held back, more every second.
    CatchingUp {
        failing_since: DateTime<Utc>,
        since: DateTime<Utc>,
        pace: Pace,
        /// The last attempt failed. One is forgiven: among thousands held back there may be some
        /// that the endpoint never takes.
        faltered: bool,
    },
}

/// Failures in a row, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streak {
    pub failures: u32,
    /// When the first of them ended.
    pub since: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Attempts begun in a second, at most.
    pub per_second: u32,
    /// Since when every attempt has arrived at this pace.
    pub since: DateTime<Utc>,
}

/// One attempt, as far as it tells of its endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub began: DateTime<Utc>,
    pub ended: DateTime<Utc>,
    pub arrived: bool,
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Is(Health),
    /// Nothing has arrived for so long that the endpoint is to be disabled.
    GiveUp {
        failing_since: DateTime<Utc>,
    },
}

/// Where the bounds are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// An endpoint fails after so many failures in a row …
    pub failures: u32,
    /// … the last of them so long after the first.
    pub over: Duration,
    /// The first probe; each wait is twice the one before …
    pub probe_after: Duration,
    /// … up to this.
    pub longest_probe_after: Duration,
    /// What catching up begins with, in attempts a second.
    pub first_pace: u32,
}

/// A pace that no endpoint is held to: whoever takes so much has caught up with anything.
pub const FASTEST_PACE: u32 = 100_000;
const SECOND: TimeDelta = TimeDelta::seconds(1);

impl Health {
    pub const HEALTHY: Self = Self::Healthy { streak: None };

    /// To be shown by a probe: of an endpoint that was disabled, and is to be sent to again.
    pub const fn on_trial(now: DateTime<Utc>) -> Self {
        Self::Failing {
            since: now,
            probe_at: now,
            probes: 0,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy { .. } => "healthy",
            Self::Failing { .. } => "failing",
            Self::CatchingUp { .. } => "catching_up",
        }
    }

    /// Since when it is not healthy.
    pub const fn failing_since(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Healthy { .. } => None,
            Self::Failing { since, .. } => Some(since),
            Self::CatchingUp { failing_since, .. } => Some(failing_since),
        }
    }

    pub const fn probe_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Failing { probe_at, .. } => Some(probe_at),
            _ => None,
        }
    }

    /// Attempts begun in a second, at most, where that is bounded.
    pub const fn pace(self) -> Option<u32> {
        match self {
            Self::CatchingUp { pace, .. } => Some(pace.per_second),
            _ => None,
        }
    }

    /// Failing, it is tried at once: something was done that may have mended it.
    pub fn hastened(self, now: DateTime<Utc>) -> Self {
        match self {
            Self::Failing {
                since,
                probe_at,
                probes,
            } => Self::Failing {
                since,
                probe_at: probe_at.min(now),
                probes,
            },
            other => other,
        }
    }

    /// What an attempt makes of it, at an endpoint that is given up after `patience`.
    pub fn after(self, seen: &Seen, bounds: &Bounds, patience: Duration) -> Next {
        match self {
            Self::Healthy { streak } => Next::Is(healthy_after(streak, seen, bounds)),
            Self::Failing { since, .. } if seen.arrived => Next::Is(Self::CatchingUp {
                failing_since: since,
                since: seen.ended,
                pace: Pace {
                    per_second: bounds.first_pace,
                    since: seen.ended,
                },
                faltered: false,
            }),
            // Begun before that, and so no probe and no failure of what came after.
            Self::Failing { since, .. } | Self::CatchingUp { since, .. }
                if !seen.arrived && seen.began < since =>
            {
                Next::Is(self)
            }
            Self::Failing { since, .. } if seen.ended - since >= within_range(patience) => {
                Next::GiveUp {
                    failing_since: since,
                }
            }
            Self::Failing { since, probes, .. } => {
                let probes = probes.saturating_add(1);
                Next::Is(Self::Failing {
                    since,
                    probe_at: seen.ended + within_range(bounds.wait(probes)),
                    probes,
                })
            }
            Self::CatchingUp { faltered: true, .. } if !seen.arrived => {
                Next::Is(failing(seen, bounds))
            }
            Self::CatchingUp {
                failing_since,
                since,
                pace,
                ..
            } => Next::Is(Self::CatchingUp {
                failing_since,
                since,
                pace: pace.after(seen),
                faltered: !seen.arrived,
            }),
        }
    }

    /// Since when it failed, where it has just got everything that was held back: the last attempt
    /// arrived, and nothing more is due.
    pub fn caught_up(self) -> Option<DateTime<Utc>> {
        match self {
            Self::CatchingUp {
                failing_since,
                faltered: false,
                ..
            } => Some(failing_since),
            _ => None,
        }
    }
}

impl Pace {
    /// Doubled once a second, as long as everything arrives.
    fn after(self, seen: &Seen) -> Self {
        if !seen.arrived {
            return Self {
                since: seen.ended,
                ..self
            };
        }
        if seen.ended - self.since < SECOND {
            return self;
        }
        Self {
            per_second: self.per_second.saturating_mul(2).min(FASTEST_PACE),
            since: seen.ended,
        }
    }
}

impl Bounds {
    /// The wait after so many failed probes.
    pub fn wait(&self, probes: u32) -> Duration {
        let factor = 2_u32.saturating_pow(probes);
        let wait = self.probe_after.saturating_mul(factor);
        wait.min(self.longest_probe_after)
    }
}

fn healthy_after(streak: Option<Streak>, seen: &Seen, bounds: &Bounds) -> Health {
    if seen.arrived {
        return Health::HEALTHY;
    }
    // Replicas write in batches: a failure may be heard of before an older one.
    let since = streak.map_or(seen.ended, |streak| streak.since.min(seen.ended));
    let failures = streak.map_or(0, |streak| streak.failures).saturating_add(1);
    if failures >= bounds.failures && seen.ended - since >= within_range(bounds.over) {
        return failing(seen, bounds);
    }
    Health::Healthy {
        streak: Some(Streak { failures, since }),
    }
}

fn failing(seen: &Seen, bounds: &Bounds) -> Health {
    Health::Failing {
        since: seen.ended,
        probe_at: seen.ended + within_range(bounds.wait(0)),
        probes: 0,
    }
}

/// For spans that settings give: far longer than any of them is what cannot be told.
fn within_range(duration: Duration) -> TimeDelta {
    const CENTURY: TimeDelta = TimeDelta::days(36_500);
    TimeDelta::from_std(duration).map_or(CENTURY, |span| span.min(CENTURY))
}

#[cfg(test)]
mod tests;

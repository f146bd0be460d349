//! The time, passed in.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// Tells the time. Clones of a fixed clock move together.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<Mutex<DateTime<Utc>>>),
    Started(DateTime<Utc>, Instant),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until it is moved, for tests.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(at))))
    }

    /// A clock that shows `at` now and goes on with the runtime's timers: where a test has paused
    /// those, it waits with them.
    pub fn starting(at: DateTime<Utc>) -> Self {
        Self(Source::Started(at, Instant::now()))
    }

    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "everybody else asks this clock")]
            Source::System => Utc::now(),
            Source::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
            Source::Started(at, since) => *at + within_range(since.elapsed()),
        }
    }

    /// Moves a fixed clock; the system's clock is not ours to move and stays.
    pub fn advance(&self, by: Duration) {
        if let Source::Fixed(at) = &self.0 {
            *at.lock().unwrap_or_else(PoisonError::into_inner) += within_range(by);
        }
    }
}

fn within_range(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told_and_with_its_clones() {
        let start = DateTime::UNIX_EPOCH;
        let clock = Clock::fixed(start);
        let clone = clock.clone();
        clock.advance(Duration::from_secs(90));
        assert_eq!(clone.now(), start + TimeDelta::seconds(90));
    }

    #[test]
    fn a_started_clock_goes_on() {
        let clock = Clock::starting(DateTime::UNIX_EPOCH);
        let first = clock.now();
        assert!(first >= DateTime::UNIX_EPOCH && clock.now() >= first);
    }

    #[test]
    fn the_system_clock_goes_by_itself() {
        let clock = Clock::system();
        clock.advance(Duration::from_secs(1_000_000));
        assert!(clock.now() < Clock::system().now() + TimeDelta::seconds(5));
    }
}

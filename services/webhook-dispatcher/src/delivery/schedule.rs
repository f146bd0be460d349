//! When a delivery is tried again, and when it has failed.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use domain::webhook::RetryProfile;

use super::attempt::Attempt;
use super::retry_after;
use crate::settings;

/// The waits between attempts.
#[derive(Debug, Clone)]
pub struct Schedule {
    short: Vec<Duration>,
    long: Vec<Duration>,
    jitter_percent: u8,
    longest_retry_after: Duration,
}

/// How a delivery stands after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Succeeded,
    RetryAt(DateTime<Utc>),
    Failed,
}

impl From<&settings::Delivery> for Schedule {
    fn from(settings: &settings::Delivery) -> Self {
        Self {
            short: waits(&settings.retry_after_ms),
            long: waits(&settings.long_retry_after_ms),
            jitter_percent: settings.jitter_percent,
            longest_retry_after: Duration::from_millis(settings.longest_retry_after_ms),
        }
    }
}

impl Schedule {
    /// Judges `attempt` at an endpoint that is tried so long. `probes` of those before it are not
    /// counted. `chance` is any number; it spreads the retries.
    ///
    /// `Retry-After` can only put off the next attempt, never hasten it, and only so far.
    pub fn judge(
        &self,
        attempt: &Attempt,
        probes: i32,
        retries: RetryProfile,
        chance: u64,
    ) -> Verdict {
        let Some(asked) = self.asked(attempt) else {
            return Verdict::Succeeded;
        };
        let counted = attempt.number.saturating_sub(probes);
        let made = usize::try_from(counted).unwrap_or_default();
        let Some(wait) = self.waits(retries).get(made.saturating_sub(1)) else {
            return Verdict::Failed;
        };
        let wait = self.spread(*wait, chance).max(asked);
        Verdict::RetryAt(later(attempt.ended_at(), wait))
    }

    /// Judges a probe: it can arrive, but not use up the delivery it is an attempt of. When the
    /// endpoint is tried again is the endpoint's affair; the delivery is due by then, behind those
    /// that wait with it.
    pub fn judge_probe(&self, attempt: &Attempt, retries: RetryProfile, chance: u64) -> Verdict {
        let first = self.waits(retries).first().copied().unwrap_or_default();
        match self.asked(attempt) {
            Some(asked) => Verdict::RetryAt(later(
                attempt.ended_at(),
                self.spread(first, chance).max(asked),
            )),
            None => Verdict::Succeeded,
        }
    }

    /// How long the other side asks to wait after an attempt that failed, within bounds; `None` after
    /// one that arrived.
    fn asked(&self, attempt: &Attempt) -> Option<Duration> {
        attempt.error()?;
        let text = attempt.retry_after();
        let asked = text.and_then(|text| retry_after::parse(text, attempt.ended_at()));
        Some(asked.unwrap_or_default().min(self.longest_retry_after))
    }

    fn waits(&self, retries: RetryProfile) -> &[Duration] {
        match retries {
            RetryProfile::Short => &self.short,
            RetryProfile::Long => &self.long,
        }
    }

    /// `wait` and up to `jitter_percent` of it.
    fn spread(&self, wait: Duration, chance: u64) -> Duration {
        let per_mille = u32::from(self.jitter_percent) * 10;
        let share = u32::try_from(chance % u64::from(per_mille + 1)).unwrap_or_default();
        wait + wait * share / 1_000
    }
}

fn waits(milliseconds: &[u64]) -> Vec<Duration> {
    milliseconds
        .iter()
        .copied()
        .map(Duration::from_millis)
        .collect()
}

fn later(from: DateTime<Utc>, wait: Duration) -> DateTime<Utc> {
    (from + TimeDelta::from_std(wait).unwrap_or_default()).trunc_subsecs(6)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::delivery::attempt::AttemptOutcome;
    use crate::delivery::exchange::Exchange;
    use bytes::Bytes;
    use egress::Answer;

    fn schedule() -> Schedule {
        Schedule::from(&settings::Delivery::default())
    }

    fn judge(attempt: &Attempt, chance: u64) -> Verdict {
        schedule().judge(attempt, 0, RetryProfile::Short, chance)
    }

    fn attempt(number: i32, status: u16, retry_after: Option<&str>) -> Attempt {
        let answer = Answer {
            status,
            retry_after: retry_after.map(str::to_owned),
            headers: BTreeMap::new(),
            excerpt: Bytes::new(),
            duration: Duration::from_millis(250),
        };
        Attempt {
            number,
            started_at: start(),
            duration: answer.duration,
            outcome: AttemptOutcome::Answered(answer),
            exchange: Exchange::default(),
        }
    }

    fn start() -> DateTime<Utc> {
        "2026-04-24T12:00:00Z".parse().unwrap()
    }

    /// Milliseconds between the end of the attempt and the next.
    fn wait(verdict: Verdict) -> i64 {
        match verdict {
            Verdict::RetryAt(at) => (at - start()).num_milliseconds() - 250,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn any_2xx_succeeds_and_nothing_else_does() {
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(judge(&attempt(1, status, None), 0), Verdict::Succeeded);
        }
        for status in [100, 199, 300, 301, 307, 400, 404, 410, 429, 500, 503] {
            assert_eq!(wait(judge(&attempt(1, status, None), 0)), 1_000, "{status}");
        }
    }

    #[test]
    fn waits_grow_fivefold_with_up_to_a_fifth_of_jitter_and_end_after_five() {
        for (number, base) in [
            (1, 1_000),
            (2, 5_000),
            (3, 25_000),
            (4, 125_000),
            (5, 625_000),
        ] {
            let waits = (0..1_000).map(|chance| wait(judge(&attempt(number, 500, None), chance)));
            let (least, most) = waits.fold((i64::MAX, 0), |(least, most), wait| {
                (least.min(wait), most.max(wait))
            });
            assert_eq!((least, most), (base, base * 12 / 10));
        }
        assert_eq!(judge(&attempt(6, 500, None), 0), Verdict::Failed);
    }

    #[test]
    fn retry_after_puts_off_within_bounds_and_never_hastens() {
        for (number, text, expected) in [
            (1, "30", 30_000),
            (1, "0", 1_000),
            (3, "10", 25_000),
            (1, "86400", 3_600_000),
            (1, "Fri, 24 Apr 2026 12:01:00 GMT", 59_750),
            (1, "nonsense", 1_000),
        ] {
            for status in [429, 503, 500, 404, 302] {
                assert_eq!(
                    wait(judge(&attempt(number, status, Some(text)), 0)),
                    expected,
                    "{text}"
                );
            }
        }
        assert_eq!(judge(&attempt(6, 503, Some("30")), 0), Verdict::Failed);
    }

    #[test]
    fn a_probe_uses_up_nothing() {
        let judge = |attempt| schedule().judge_probe(&attempt, RetryProfile::Short, 0);
        for number in [1, 5, 6, 400] {
            assert_eq!(wait(judge(attempt(number, 500, None))), 1_000);
            assert_eq!(wait(judge(attempt(number, 503, Some("30")))), 30_000);
            assert_eq!(judge(attempt(number, 200, None)), Verdict::Succeeded);
        }
    }

    #[test]
    fn after_probes_the_schedule_goes_on_where_it_was() {
        let judge = |number, probes| {
            schedule().judge(&attempt(number, 502, None), probes, RetryProfile::Short, 0)
        };
        assert_eq!(wait(judge(8, 7)), 1_000);
        assert_eq!(wait(judge(12, 7)), 625_000);
        assert_eq!(judge(13, 7), Verdict::Failed);
    }

    #[test]
    fn without_a_whole_answer_it_is_tried_again_as_well_and_not_before_it_asks_to() {
        for (status, retry_after, expected) in [
            (None, None, 5_000),
            (Some(200), None, 5_000),
            (Some(503), Some("30"), 30_000),
        ] {
            let outcome = AttemptOutcome::Failed {
                kind: "timeout",
                detail: String::new(),
                status,
                retry_after: retry_after.map(str::to_owned),
            };
            let attempt = Attempt {
                outcome,
                ..attempt(2, 200, None)
            };
            assert_eq!(wait(judge(&attempt, 0)), expected);
        }
    }

    #[test]
    fn the_long_profile_goes_on_for_three_days() {
        let judge =
            |number| schedule().judge(&attempt(number, 500, None), 0, RetryProfile::Long, 0);
        let waits = (1..=9).map(|number| wait(judge(number)));
        let hours = waits.sum::<i64>() / 3_600_000;
        assert!((68..=72).contains(&hours), "{hours} h");
        assert_eq!(judge(10), Verdict::Failed);
    }
}

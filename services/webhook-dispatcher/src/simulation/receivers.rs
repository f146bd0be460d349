//! Partners, and the way to them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::SubsecRound;
use egress::Answer;
use service_kit::Clock;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::world::World;
use crate::delivery::attempt::{Attempt, AttemptOutcome, Courier};
use crate::delivery::exchange::Exchange;
use crate::delivery::stages::Parcel;
use test_support::Chance;

/// How an endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Temper {
    Well,
    /// Well, after longer than is quick.
    Slow,
    Failing,
    /// 429, and when to come again, in seconds.
    Busy(u64),
    Hanging,
    /// 410.
    Gone,
    /// Of a hundred, so many are answered.
    Moody(u64),
}

/// What one attempt meets.
pub(super) struct Met {
    takes: Duration,
    /// `None`: no answer.
    status: Option<u16>,
    retry_after: Option<u64>,
}

/// As the deadline of `egress`, shortened.
const DEADLINE: Duration = Duration::from_millis(2_400);

impl Temper {
    pub(super) fn any(chance: &mut Chance) -> Self {
        match chance.between(0, 20) {
            0..=7 => Self::Well,
            8 | 9 => Self::Slow,
            10..=12 => Self::Failing,
            13 => Self::Busy(chance.between(0, 3)),
            14..=16 => Self::Hanging,
            17 => Self::Gone,
            _ => Self::Moody(chance.between(20, 90)),
        }
    }

    pub(super) fn meet(self, chance: &mut Chance) -> Met {
        let quick = chance.milliseconds(30);
        let answer = |status| Met {
            takes: quick,
            status: Some(status),
            retry_after: None,
        };
        match self {
            Self::Well => answer(200),
            Self::Slow => Met {
                takes: DEADLINE - quick,
                ..answer(200)
            },
            Self::Failing => answer(500),
            Self::Busy(seconds) => Met {
                retry_after: Some(seconds),
                ..answer(429)
            },
            Self::Hanging => Met {
                takes: DEADLINE,
                status: None,
                retry_after: None,
            },
            Self::Gone => answer(410),
            Self::Moody(percent) if chance.is(percent) => answer(204),
            Self::Moody(_) => Met {
                status: None,
                ..answer(0)
            },
        }
    }
}

impl Met {
    fn outcome(&self, duration: Duration) -> AttemptOutcome {
        match self.status {
            Some(status) => AttemptOutcome::Answered(Answer {
                status,
                retry_after: self.retry_after.map(|seconds| seconds.to_string()),
                headers: BTreeMap::new(),
                excerpt: Bytes::new(),
                duration,
            }),
            None => AttemptOutcome::Failed {
                kind: "timeout",
                detail: String::new(),
                status: None,
                retry_after: None,
            },
        }
    }

    pub(super) fn arrives(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

/// The courier of one replica.
pub(super) struct Mail {
    pub(super) world: Arc<World>,
    pub(super) replica: usize,
    pub(super) clock: Clock,
}

/// An attempt under way; it ends when this is dropped.
struct UnderWay<'a> {
    mail: &'a Mail,
    number: u64,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.mail.world.with(|state| state.laws.ended(self.number));
    }
}

impl Courier for Mail {
    async fn attempt(&self, parcel: &Parcel) -> Attempt {
        let (number, began) = (parcel.attempts_made + 1, Instant::now());
        let started_at = self.clock.now().trunc_subsecs(6);
        let (under_way, met) = self.world.begin_attempt(self.replica, parcel, started_at);
        let under_way = UnderWay {
            mail: self,
            number: under_way,
        };
        sleep(met.takes).await;
        if met.arrives() {
            self.world.with(|state| state.laws.arrived(parcel.id.0));
        }
        drop(under_way);
        let duration = began.elapsed();
        Attempt {
            number,
            started_at,
            duration,
            outcome: met.outcome(duration),
            exchange: Exchange::default(),
        }
    }
}

/// The id of an endpoint by its number.
pub(super) fn endpoint(number: usize) -> Uuid {
    Uuid::from_u128(0x0e00 + u128::try_from(number).unwrap())
}

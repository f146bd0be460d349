//! One bucket beside an exact model.

use domain::api_key::RateLimit;
use proptest::prelude::*;

use super::super::bucket::Bucket;
use super::super::pace::Pace;
use super::excess::Excess;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Nanoseconds.
    Wait(u64),
    Take,
    GiveBack,
    Charge(u32),
}

/// Tokens as exact numbers: a whole one is `unit`, and a nanosecond brings `requests`.
struct Exact {
    left: i128,
    full: i128,
    unit: i128,
    requests: i128,
}

impl Exact {
    fn new(limit: RateLimit) -> Self {
        let unit = i128::from(limit.seconds()) * 1_000_000_000;
        let requests = i128::from(limit.requests());
        Self {
            left: requests * unit,
            full: requests * unit,
            unit,
            requests,
        }
    }

    fn add(&mut self, amount: i128) {
        self.left = (self.left + amount).clamp(-self.full, self.full);
    }

    /// Whether there are so many tokens, and more than rounding to nanoseconds can have cost.
    fn surely_has(&self, tokens: i128, pace: Pace) -> bool {
        let rounding = self.full / i128::from(pace.interval) + self.unit;
        self.left >= tokens * self.unit + rounding
    }
}

fn limits() -> impl Strategy<Value = RateLimit> {
    let usual = (1..2_000u32, 1..120u32);
    let any = (1..=1_000_000u32, 1..=86_400u32);
    prop_oneof![usual, any]
        .prop_map(|(requests, seconds)| RateLimit::new(requests, seconds).unwrap())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => (0..5_000_000_000u64).prop_map(Step::Wait),
        2 => (0..20_000_000u64).prop_map(Step::Wait),
        8 => Just(Step::Take),
        1 => Just(Step::GiveBack),
        1 => (1..500u32).prop_map(Step::Charge),
    ];
    proptest::collection::vec(step, 1..400)
}

proptest! {
    #[test]
    fn never_more_than_the_limit_and_hardly_less(limit in limits(), steps in steps(), begin in 0..u64::MAX / 4) {
        let (bucket, pace) = (Bucket::default(), Pace::from(limit));
        let (mut exact, mut excess, mut now) = (Exact::new(limit), Excess::new(limit), begin);
        let mut taken = 0;
        for step in steps {
            match step {
                Step::Wait(time) => {
                    now += time;
                    exact.add(i128::from(time) * exact.requests);
                }
                Step::Take => {
                    if bucket.take(now, pace).is_ok() {
                        prop_assert!(exact.left >= exact.unit, "a token that was not there");
                        exact.add(-exact.unit);
                        excess.let_in(now);
                        taken += 1;
                    } else {
                        prop_assert!(!exact.surely_has(1, pace), "a token that was there");
                        prop_assert!(bucket.wait(now, pace) > 0);
                    }
                }
                Step::GiveBack if taken > 0 => {
                    taken -= 1;
                    bucket.give_back(1, pace);
                    exact.add(exact.unit);
                    excess.given_back(now);
                }
                Step::GiveBack => {}
                Step::Charge(tokens) => {
                    bucket.charge(now, tokens, pace);
                    exact.add(-exact.unit * i128::from(tokens));
                }
            }
            let left = pace.left(bucket.full_in(now));
            prop_assert!(i128::from(left) * exact.unit <= exact.left.max(0), "the level says too much");
        }
        prop_assert!(excess.tokens() <= 0);
    }

    #[test]
    fn after_the_wait_it_names_there_is_a_token(limit in limits(), charged in 1..2_000_000u32) {
        let (bucket, pace) = (Bucket::default(), Pace::from(limit));
        bucket.charge(0, charged, pace);
        let wait = bucket.wait(0, pace);
        prop_assert!(wait == 0 || bucket.take(wait - 1, pace).is_err());
        prop_assert!(bucket.take(wait, pace).is_ok());
    }

    #[test]
    fn a_full_bucket_holds_its_requests_and_a_debt_lasts_no_longer_than_a_window(limit in limits()) {
        let (bucket, pace) = (Bucket::default(), Pace::from(limit));
        bucket.charge(0, limit.requests() - 1, pace);
        prop_assert!(bucket.take(0, pace).is_ok());
        prop_assert_eq!(bucket.take(0, pace), Err(pace.interval));
        bucket.charge(0, u32::MAX, pace);
        prop_assert_eq!(bucket.full_in(0), 2 * pace.window);
    }
}

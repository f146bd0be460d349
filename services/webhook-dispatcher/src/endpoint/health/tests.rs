use super::*;
use proptest::prelude::*;

const PATIENCE: Duration = Duration::from_secs(3 * 86_400);
const BOUNDS: Bounds = Bounds {
    failures: 10,
    over: Duration::from_secs(60),
    probe_after: Duration::from_secs(10),
    longest_probe_after: Duration::from_secs(600),
    first_pace: 10,
};

fn at(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_780_000_000_000 + milliseconds).unwrap()
}

fn seen(began: i64, ended: i64, arrived: bool) -> Seen {
    Seen {
        began: at(began),
        ended: at(ended),
        arrived,
    }
}

/// An attempt that took no time.
fn attempt(when: i64, arrived: bool) -> Seen {
    seen(when, when, arrived)
}

fn step(health: Health, seen: &Seen) -> Health {
    match health.after(seen, &BOUNDS, PATIENCE) {
        Next::Is(health) => health,
        Next::GiveUp { .. } => panic!("given up"),
    }
}

/// Attempts one after another, up to a minute apart.
fn attempts() -> impl Strategy<Value = Vec<Seen>> {
    prop::collection::vec(
        (0..60_000_i64, 0..15_000_i64, prop::bool::weighted(0.1)),
        1..80,
    )
    .prop_map(|steps| {
        let mut now = 0;
        let spread = |(wait, took, arrived): (i64, i64, bool)| {
            now += wait;
            seen(now - took, now, arrived)
        };
        steps.into_iter().map(spread).collect()
    })
}

fn any_health() -> impl Strategy<Value = Health> {
    let healthy = prop::option::of((1..40_u32, -90_000..0_i64)).prop_map(|streak| {
        let streak = streak.map(|(failures, since)| Streak {
            failures,
            since: at(since),
        });
        Health::Healthy { streak }
    });
    let failing = (-400_000_000..0_i64, -600_000..600_000_i64, 0..40_u32);
    let failing = failing.prop_map(|(since, probe_at, probes)| Health::Failing {
        since: at(since),
        probe_at: at(probe_at),
        probes,
    });
    let catching_up = (
        -90_000..0_i64,
        1..=FASTEST_PACE,
        -5_000..0_i64,
        any::<bool>(),
    );
    let catching_up = catching_up.prop_map(|(since, per_second, changed, faltered)| {
        let pace = Pace {
            per_second,
            since: at(changed),
        };
        Health::CatchingUp {
            failing_since: at(since - 20_000),
            since: at(since),
            pace,
            faltered,
        }
    });
    prop_oneof![healthy, failing, catching_up]
}

fn rank(health: Health) -> u8 {
    match health {
        Health::Failing { .. } => 0,
        Health::CatchingUp { .. } => 1,
        Health::Healthy { .. } => 2,
    }
}

proptest! {
    /// Against the definition, read off the whole history.
    #[test]
    fn it_fails_with_the_first_that_ends_a_long_enough_streak(history in attempts()) {
        let mut health = Health::HEALTHY;
        for (index, seen) in history.iter().enumerate() {
            let before = &history[..=index];
            let failures = before.iter().rev().take_while(|seen| !seen.arrived);
            let (count, first) = failures.fold((0, seen.ended), |(count, _), seen| (count + 1, seen.ended));
            let fails = count >= 10 && seen.ended - first >= TimeDelta::seconds(60);
            health = step(health, seen);
            prop_assert_eq!(matches!(health, Health::Failing { .. }), fails);
            if fails {
                break;
            }
            let streak = (count > 0).then_some(Streak { failures: count, since: first });
            prop_assert_eq!(health, Health::Healthy { streak });
        }
    }

    #[test]
    fn what_arrives_never_makes_it_worse_and_what_fails_never_better(
        health in any_health(), took in 0..15_000_i64,
    ) {
        let arrived = step(health, &seen(-took, 0, true));
        prop_assert!(rank(arrived) >= rank(health));
        let failed = match health.after(&seen(-took, 0, false), &BOUNDS, PATIENCE) {
            Next::Is(health) => rank(health),
            Next::GiveUp { .. } => 0,
        };
        prop_assert!(failed <= rank(health));
    }

    #[test]
    fn a_failure_that_began_before_says_nothing(health in any_health(), before in 1..60_000_i64) {
        if let Health::Failing { since, .. } | Health::CatchingUp { since, .. } = health {
            let late = Seen {
                began: since - TimeDelta::milliseconds(before),
                ended: at(400_000_000),
                arrived: false,
            };
            prop_assert_eq!(health.after(&late, &BOUNDS, PATIENCE), Next::Is(health));
        }
    }

    #[test]
    fn only_a_failed_probe_gives_up_and_only_after_days(
        health in any_health(), ended in 0..800_000_000_i64, arrived in any::<bool>(),
    ) {
        let next = health.after(&attempt(ended, arrived), &BOUNDS, PATIENCE);
        let expected = match health {
            Health::Failing { since, .. } if !arrived && at(ended) - since >= TimeDelta::days(3) => Some(since),
            _ => None,
        };
        let given_up = match next {
            Next::GiveUp { failing_since } => Some(failing_since),
            Next::Is(_) => None,
        };
        prop_assert_eq!(given_up, expected);
    }

    /// However the answers come, nobody is sent more than the pace promises.
    #[test]
    fn the_pace_doubles_at_most_once_a_second(waits in prop::collection::vec((0..1_500_i64, prop::bool::weighted(0.9)), 1..200)) {
        let (mut health, mut now) = (step(Health::on_trial(at(0)), &attempt(0, true)), 0);
        for (wait, arrived) in waits {
            now += wait;
            health = step(health, &attempt(now, arrived));
            let Health::CatchingUp { pace, .. } = health else {
                break;
            };
            let doublings = u32::try_from(now / 1_000).unwrap().min(20);
            prop_assert!(pace.per_second >= 10);
            prop_assert!(pace.per_second <= FASTEST_PACE.min(10 << doublings));
        }
    }
}

#[test]
fn the_waits_between_probes_double_up_to_ten_minutes() {
    let mut health = step(
        Health::Healthy {
            streak: Some(Streak {
                failures: 9,
                since: at(-60_000),
            }),
        },
        &attempt(0, false),
    );
    let mut now = 0;
    let mut waits = Vec::new();
    for _ in 0..9 {
        let Health::Failing { probe_at, .. } = health else {
            panic!("{health:?}");
        };
        waits.push((probe_at - at(now)).num_seconds());
        now = (probe_at - at(0)).num_milliseconds();
        health = step(health, &attempt(now, false));
    }
    assert_eq!(waits, [10, 20, 40, 80, 160, 320, 600, 600, 600]);
}

#[test]
fn catching_up_forgives_one_failure_but_not_two_in_a_row() {
    let begun = step(Health::on_trial(at(0)), &attempt(0, true));
    let faltered = step(begun, &attempt(900, false));
    assert!(matches!(faltered, Health::CatchingUp { .. }));
    assert_eq!(faltered.caught_up(), None);
    // The second in which it failed does not count.
    let again = step(faltered, &attempt(1_800, true));
    assert!(
        matches!(again, Health::CatchingUp { pace, .. } if pace.per_second == 10),
        "{again:?}"
    );
    let faster = step(again, &attempt(1_900, true));
    assert!(matches!(faster, Health::CatchingUp { pace, .. } if pace.per_second == 20));
    assert_eq!(faster.caught_up(), Some(at(0)));
    let failing = Health::Failing {
        since: at(2_000),
        probe_at: at(12_000),
        probes: 0,
    };
    assert_eq!(step(faltered, &attempt(2_000, false)), failing);
}

#[test]
fn a_trial_begins_with_a_probe_at_once() {
    let trial = Health::on_trial(at(5));
    assert!(matches!(trial, Health::Failing { probe_at, .. } if probe_at == at(5)));
    assert_eq!(trial.caught_up(), None);
}

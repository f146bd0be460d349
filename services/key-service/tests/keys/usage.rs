//! Last use: told in batches, never moved back.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::{instant, timestamp};
use contracts::v1::{ApiKey, KeyUse, ReportKeyUsageRequest, fault::Kind};

use crate::support::{World, kind, organization, request};

fn used(key: &ApiKey, at: DateTime<Utc>, address: &str) -> KeyUse {
    KeyUse {
        key_id: key.id.clone(),
        at: Some(timestamp(at)),
        address: address.into(),
        user_agent: Some("sync/1.0".into()),
    }
}

async fn report(world: &World, uses: Vec<KeyUse>) -> u32 {
    let request = ReportKeyUsageRequest { uses };
    world.client.report_usage(request).await.unwrap().recorded
}

#[tokio::test]
async fn the_latest_use_counts_in_whatever_order_it_is_told() {
    let world = World::start().await;
    let (one, token) = world.mint(request()).await;
    let (other, _) = world.mint(request()).await;
    let start = world.now();
    world.pass(TimeDelta::hours(1));
    let minute = |n| start + TimeDelta::minutes(n);
    let unknown = ApiKey {
        id: organization(99),
        ..one.clone()
    };
    let first = vec![
        used(&one, minute(2), "203.0.113.2"),
        used(&one, minute(3), "2001:DB8::3"),
        used(&one, minute(1), "203.0.113.1"),
        used(&unknown, minute(1), "203.0.113.1"),
    ];
    assert_eq!(report(&world, first).await, 1);
    let found = world.look_up(&token).await.unwrap().last_use.unwrap();
    assert_eq!(instant("at", found.at), Ok(minute(3)));
    assert_eq!(
        (found.address.as_str(), found.user_agent.as_deref()),
        ("2001:db8::3", Some("sync/1.0"))
    );

    // An earlier one, and the same again, change nothing; another key goes its own way.
    let second = vec![
        used(&one, minute(2), "203.0.113.9"),
        used(&one, minute(3), "203.0.113.9"),
        used(&other, minute(1), "203.0.113.5"),
    ];
    assert_eq!(report(&world, second).await, 1);
    assert_eq!(world.look_up(&token).await.unwrap().last_use, Some(found));
    let listed = world.list(&organization(1)).await;
    let addresses: Vec<_> = listed
        .iter()
        .map(|k| k.last_use.clone().unwrap().address)
        .collect();
    assert!(addresses.contains(&"203.0.113.5".into()) && addresses.contains(&"2001:db8::3".into()));
    world.stop().await;
}

#[tokio::test]
async fn a_clock_that_runs_ahead_does_not_fix_the_last_use_for_ever() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;
    let ahead = world.now() + TimeDelta::days(365);
    assert_eq!(
        report(&world, vec![used(&key, ahead, "203.0.113.1")]).await,
        1
    );
    world.pass(TimeDelta::minutes(1));
    let true_one = world.now();
    assert_eq!(
        report(&world, vec![used(&key, true_one, "203.0.113.2")]).await,
        1
    );
    let last = world.look_up(&token).await.unwrap().last_use.unwrap();
    assert_eq!(instant("at", last.at), Ok(true_one));
    world.stop().await;
}

#[tokio::test]
async fn a_report_is_bounded_and_read_strictly_but_any_user_agent_will_do() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;
    let now = world.now();
    assert_eq!(report(&world, vec![]).await, 0);
    let full = vec![used(&key, now, "203.0.113.1"); 1_000];
    assert_eq!(report(&world, full).await, 1);
    for wrong in [
        vec![used(&key, now, "203.0.113.1"); 1_001],
        vec![used(&key, now, "here")],
        vec![KeyUse {
            at: None,
            ..used(&key, now, "203.0.113.1")
        }],
        vec![KeyUse {
            key_id: "k".into(),
            ..used(&key, now, "203.0.113.1")
        }],
    ] {
        let answer = world
            .client
            .report_usage(ReportKeyUsageRequest { uses: wrong })
            .await;
        assert_eq!(kind(answer), Kind::Invalid);
    }
    for (agent, kept) in [
        (Some("a\0b\nc".to_owned()), Some("a b c".to_owned())),
        (Some("x".repeat(100_000)), Some("x".repeat(256))),
        (
            Some(token.reveal().to_owned()),
            Some("(not kept: it held a key)".to_owned()),
        ),
        (None, None),
    ] {
        world.pass(TimeDelta::seconds(1));
        let used = KeyUse {
            user_agent: agent,
            ..used(&key, world.now(), "203.0.113.1")
        };
        assert_eq!(report(&world, vec![used; 3]).await, 1);
        assert_eq!(
            world
                .look_up(&token)
                .await
                .unwrap()
                .last_use
                .unwrap()
                .user_agent,
            kept
        );
    }
    world.stop().await;
}

//! `gaf key limit`, and limits where keys are minted and listed.

use contracts::v1::RateLimit;
use serde_json::{Value, json};

use crate::fakes::FakeKeys;
use crate::world::{World, id};

async fn with_a_key() -> (World, FakeKeys) {
    let world = World::start().await;
    let fake = world.keys(FakeKeys::default()).await;
    let mint = [
        "key",
        "mint",
        "--surface",
        "tf",
        "--name",
        "one",
        "--scope",
        "read",
    ];
    let minted = world
        .json(&[&mint[..], &["--rate-limit", "600/min"]].concat())
        .await;
    assert_eq!(
        minted["rate_limit"],
        json!({ "requests": 600, "seconds": 60 })
    );
    let plain = world.json(&mint).await;
    assert_eq!(plain["rate_limit"], Value::Null);
    (world, fake)
}

#[tokio::test]
async fn a_list_shows_each_keys_limit() {
    let (world, _fake) = with_a_key().await;
    let listed = world.json(&["key", "list"]).await;
    assert_eq!(
        (
            &listed[0]["rate_limit"]["requests"],
            &listed[1]["rate_limit"]
        ),
        (&600.into(), &Value::Null)
    );
    let ran = world.gaf(&["key", "list"]).await;
    let holds = |text: &str| ran.out.lines().filter(|line| line.contains(text)).count();
    assert_eq!(
        (holds("RATE LIMIT"), holds("600/60s"), holds(" default ")),
        (1, 1, 1),
        "{}",
        ran.out
    );
}

#[tokio::test]
async fn a_limit_is_changed_left_alone_and_taken_away() {
    let (world, fake) = with_a_key().await;
    let key = id(1);
    let limit = ["key", "limit", key.as_str()];
    let why = ["1200/min", "--reason", "new contract", "--by", "ops"];
    let ran = world.gaf(&[&limit[..], &why].concat()).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("is 1200/60s from now on"), "{}", ran.out);
    let asked = fake.limited.lock().unwrap()[0].clone();
    let rate = RateLimit {
        requests: 1_200,
        seconds: 60,
    };
    assert_eq!((asked.rate_limit, &asked.key_id), (Some(rate), &key));
    assert_eq!(
        (asked.reason.as_deref(), asked.changed_by.as_deref()),
        (Some("new contract"), Some("ops"))
    );

    let ran = world.gaf(&[&limit[..], &["20/s"]].concat()).await;
    assert!(ran.out.contains("is 20/1s from now on"), "{}", ran.out);
    let ran = world.gaf(&[&limit[..], &["20/s"]].concat()).await;
    assert!(ran.out.contains("Nothing changed"), "{}", ran.out);
    let answer = world.json(&[&limit[..], &["--default"]].concat()).await;
    assert_eq!(
        (&answer["applied"], &answer["rate_limit"]),
        (&true.into(), &Value::Null)
    );
    assert_eq!(fake.limited.lock().unwrap()[3].rate_limit, None);
}

#[tokio::test]
async fn what_is_no_limit_is_refused_before_anybody_is_asked() {
    let (world, fake) = with_a_key().await;
    let key = id(1);
    let wrong: [&[&str]; 6] = [
        &[],
        &["600"],
        &["0/min"],
        &["600/fortnight"],
        &["1000001/s"],
        &["600/min", "--default"],
    ];
    for rest in wrong {
        let limit = ["key", "limit", key.as_str()];
        let ran = world.gaf(&[&limit[..], rest].concat()).await;
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{rest:?}");
    }
    assert!(fake.limited.lock().unwrap().is_empty());
    let ran = world.gaf(&["key", "limit", &id(9), "600/min"]).await;
    assert_eq!(ran.code, 3);
}

//! `gaf endpoint`

use contracts::v1::{RateLimit, ReencryptSecretsResponse, SendingRate};

use crate::fakes::FakeWebhooks;
use crate::world::{World, id, org};

const SECRET: &str = "whsec_theSecretItself";

#[tokio::test]
async fn an_endpoint_is_created_with_its_secret_shown_once() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let create = [
        "endpoint",
        "create",
        "--url",
        "https://partner.example/hook",
        "--events",
        "flight.*,webhook.test",
    ];
    let answer = world.json(&create).await;
    assert_eq!(
        (&answer["secret"], &answer["id"]),
        (&SECRET.into(), &id(77).into())
    );
    let asked = fake.created.lock().unwrap()[0].clone();
    assert_eq!(
        (asked.organization_id, asked.scheme.as_str()),
        (org(), "ga")
    );
    assert_eq!(asked.event_types, ["flight.*", "webhook.test"]);

    let ran = world
        .gaf(&[&create[..], &["--description", "the warehouse"]].concat())
        .await;
    assert_eq!(ran.out.matches(SECRET).count(), 1);
    assert!(ran.out.contains("It is shown this once"), "{}", ran.out);
    let ran = world.gaf(&["endpoint", "list"]).await;
    assert!(
        ran.out.contains("https://partner.example/hook") && !ran.out.contains(SECRET),
        "{}",
        ran.out
    );

    let ran = world
        .gaf(&[
            "endpoint",
            "create",
            "--url",
            "http://10.0.0.1/",
            "--events",
            "*",
        ])
        .await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("url is an https address"), "{}", ran.err);
}

#[tokio::test]
async fn an_endpoint_is_changed_rotated_and_deleted() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let create = "endpoint create --url https://partner.example/ --events * --scheme standard \
                  --metadata team=ops --retries long";
    let mut create: Vec<_> = create.split_whitespace().collect();
    create.extend(["--header", "X-Tenant: 7"]);
    world.json(&create).await;
    let asked = fake.created.lock().unwrap()[0].clone();
    assert_eq!(
        (asked.scheme.as_str(), asked.retries.as_str()),
        ("standard", "long")
    );
    assert_eq!(asked.headers["X-Tenant"], "7");
    assert_eq!(asked.metadata["team"], "ops");

    let (id, other) = (id(77), id(78));
    let paused = world.json(&["endpoint", "update", &id, "--pause"]).await;
    assert_eq!(paused["status"], "paused");
    let update = [
        "endpoint",
        "update",
        &id,
        "--events",
        "flight.*",
        "--no-headers",
    ];
    let ran = world.gaf(&update).await;
    assert!(ran.out.contains("https://partner.example/"), "{}", ran.out);
    let asked = fake.updated.lock().unwrap()[1].clone();
    assert_eq!(asked.event_types.unwrap().patterns, ["flight.*"]);
    assert_eq!(asked.headers.unwrap().entries.len(), 0);
    assert_eq!(
        (asked.url, asked.status, asked.metadata),
        (None, None, None)
    );

    let ran = world.gaf(&["endpoint", "rotate", &id]).await;
    assert_eq!(ran.out.matches(SECRET).count(), 1);
    assert!(ran.out.contains("signs, too, until"), "{}", ran.out);
    let ran = world.gaf(&["endpoint", "rotate", &id, "--at-once"]).await;
    assert!(ran.out.contains("signs no more"), "{}", ran.out);
    assert_eq!(world.gaf(&["endpoint", "rotate", &other]).await.code, 3);

    let twice = [
        "endpoint",
        "update",
        &id,
        "--metadata",
        "a=1",
        "--metadata",
        "a=2",
    ];
    let ran = world.gaf(&twice).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("names a twice"), "{}", ran.err);

    assert_eq!(
        world.json(&["endpoint", "delete", &id]).await["applied"],
        true
    );
    assert_eq!(
        world.json(&["endpoint", "delete", &id]).await["applied"],
        false
    );
}

#[tokio::test]
async fn rate_and_order_are_said_and_taken_back() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let create =
        "endpoint create --url https://partner.example/ --events * --rate 600/min --in-order";
    let create: Vec<_> = create.split_whitespace().collect();
    let created = world.json(&create).await;
    let asked = fake.created.lock().unwrap()[0].clone();
    let rate = RateLimit {
        requests: 600,
        seconds: 60,
    };
    assert_eq!((asked.rate_limit, asked.in_order), (Some(rate), true));
    assert_eq!(created["rate_limit"]["requests"], 600);
    assert_eq!(created["in_order"], true);

    let id = id(77);
    let update = async |options: &str| {
        let mut command = vec!["endpoint", "update", &id];
        command.extend(options.split_whitespace());
        let ran = world.gaf(&command).await;
        let asked = fake.updated.lock().unwrap().pop();
        (ran, asked)
    };
    let (ran, asked) = update("--pause").await;
    assert!(ran.out.contains("600/60s") && ran.out.contains("one after another"));
    let asked = asked.unwrap();
    assert_eq!((asked.rate_limit, asked.in_order), (None, None));
    let asked = update("--no-rate --any-order").await.1.unwrap();
    assert_eq!(asked.rate_limit, Some(SendingRate { limit: None }));
    assert_eq!(asked.in_order, Some(false));
    let asked = update("--rate 10/s --in-order").await.1.unwrap();
    assert_eq!(asked.rate_limit.unwrap().limit.unwrap().seconds, 1);
    assert_eq!(asked.in_order, Some(true));
    for refused in [
        "--rate 10/s --no-rate",
        "--in-order --any-order",
        "--rate 0/s",
    ] {
        assert_eq!(update(refused).await.0.code, 2, "{refused}");
    }
}

#[tokio::test]
async fn secrets_are_encrypted_anew_until_none_is_left() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let step = |reencrypted, unreadable: &[&str], last: Option<&str>| ReencryptSecretsResponse {
        reencrypted,
        unreadable_endpoint_ids: unreadable.iter().map(ToString::to_string).collect(),
        last_id: last.map(str::to_owned),
        ..ReencryptSecretsResponse::default()
    };
    *fake.reencryptions.lock().unwrap() = vec![step(7, &[], None), step(100, &[], Some("a"))];
    let answer = world.json(&["endpoint", "reencrypt"]).await;
    assert_eq!(answer["reencrypted"], 107);
    let after = std::mem::take(&mut *fake.reencrypted_after.lock().unwrap());
    assert_eq!(after, [None, Some("a".to_owned())]);

    // Some were written under the old key meanwhile.
    let behind = ReencryptSecretsResponse {
        remaining: 1,
        ..step(5, &[], None)
    };
    *fake.reencryptions.lock().unwrap() = vec![step(1, &[], None), behind];
    let answer = world.json(&["endpoint", "reencrypt"]).await;
    assert_eq!(answer["reencrypted"], 6);
    let after = std::mem::take(&mut *fake.reencrypted_after.lock().unwrap());
    assert_eq!(after, [None, None]);

    // What cannot be read holds up nothing behind it, and is told of at the end.
    let last = ReencryptSecretsResponse {
        remaining: 1,
        ..step(3, &[], None)
    };
    *fake.reencryptions.lock().unwrap() = vec![last, step(0, &["lost"], Some("lost"))];
    let ran = world.gaf(&["endpoint", "reencrypt"]).await;
    assert_ne!(ran.code, 0);
    assert!(
        ran.err
            .contains("no key of the ring opens the secrets of 1 endpoint: lost"),
        "{}",
        ran.err
    );
    let after = std::mem::take(&mut *fake.reencrypted_after.lock().unwrap());
    assert_eq!(after.len(), 2);

    // A dispatcher that cannot be told where to go on begins anew each time.
    let old = |reencrypted, remaining| ReencryptSecretsResponse {
        remaining,
        ..step(reencrypted, &["lost"], None)
    };
    *fake.reencryptions.lock().unwrap() = vec![old(51, 1), old(99, 52)];
    let ran = world.gaf(&["endpoint", "reencrypt"]).await;
    assert_ne!(ran.code, 0);
    assert_eq!(fake.reencrypted_after.lock().unwrap().len(), 2);

    // Given a new secret by somebody meanwhile.
    let steps = vec![step(3, &[], None), step(0, &["lost"], Some("lost"))];
    *fake.reencryptions.lock().unwrap() = steps;
    assert_eq!(
        world.json(&["endpoint", "reencrypt"]).await["reencrypted"],
        3
    );
}

#[tokio::test]
async fn a_ping_names_its_event() {
    let world = World::start().await;
    world.webhooks(FakeWebhooks::default()).await;
    world
        .json(&[
            "endpoint",
            "create",
            "--url",
            "https://partner.example/",
            "--events",
            "*",
        ])
        .await;
    let answer = world.json(&["endpoint", "ping", &id(77)]).await;
    assert_eq!(answer["event_id"], "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    assert_eq!(world.gaf(&["endpoint", "ping", &id(78)]).await.code, 3);
}

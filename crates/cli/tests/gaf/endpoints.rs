//! `gaf endpoint` and `gaf deliveries`

use contracts::convert::timestamp;
use contracts::v1::{Attempt, ReencryptSecretsResponse};

use crate::fakes::{FakeWebhooks, delivery};
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
async fn secrets_are_encrypted_anew_until_none_is_left() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    let step = |reencrypted, remaining, unreadable: &[&str]| ReencryptSecretsResponse {
        reencrypted,
        remaining,
        unreadable_endpoint_ids: unreadable.iter().map(ToString::to_string).collect(),
    };
    *fake.reencryptions.lock().unwrap() = vec![step(7, 0, &[]), step(100, 7, &[])];
    let answer = world.json(&["endpoint", "reencrypt"]).await;
    assert_eq!(answer["reencrypted"], 107);

    *fake.reencryptions.lock().unwrap() = vec![step(0, 1, &["lost"]), step(3, 1, &["lost"])];
    let ran = world.gaf(&["endpoint", "reencrypt"]).await;
    assert_ne!(ran.code, 0);
    assert!(
        ran.err.contains("no key of the ring opens: lost"),
        "{}",
        ran.err
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

#[tokio::test]
async fn deliveries_are_listed_page_by_page_up_to_the_limit() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    *fake.deliveries.lock().unwrap() = (1..=450).map(delivery).collect();
    let listed = world.json(&["deliveries", "--limit", "10000"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 450);
    let listed = world.json(&["deliveries", "--limit", "201"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 201);
    let event = "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let filters = [
        "--endpoint",
        &id(77),
        "--event",
        event,
        "--status",
        "failed",
    ];
    let ran = world.gaf(&[&["deliveries"][..], &filters].concat()).await;
    assert!(
        ran.out.contains("503 status") && ran.out.contains("2026-05-28T12:03:16Z"),
        "{}",
        ran.out
    );
    let asked = fake.listed.lock().unwrap().last().unwrap().clone();
    assert_eq!(
        (asked.endpoint_id, asked.event_id.as_deref()),
        (Some(id(77)), Some(event))
    );
    assert_eq!((asked.status.as_deref(), asked.limit), (Some("failed"), 50));
    assert_eq!(world.gaf(&["deliveries", "--status", "lost"]).await.code, 2);
}

#[tokio::test]
async fn a_delivery_is_shown_with_its_attempts_and_nothing_that_moves_the_cursor() {
    let world = World::start().await;
    let fake = world.webhooks(FakeWebhooks::default()).await;
    fake.deliveries.lock().unwrap().push(delivery(1));
    fake.attempts.lock().unwrap().push(Attempt {
        number: 1,
        started_at: Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap())),
        duration_ms: 42,
        status_code: Some(503),
        error: Some("status".into()),
        error_detail: Some("the receiver answered 503".into()),
        response_excerpt: b"\x1b[2Jbusy\xff".as_slice().into(),
    });
    let ran = world.gaf(&["deliveries", "show", &id(1)]).await;
    assert!(
        ran.out.contains("503 status: the receiver answered 503") && ran.out.contains("[2Jbusy"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'));
    let shown = world.json(&["deliveries", "show", &id(1)]).await;
    assert_eq!(
        (&shown["id"], &shown["attempts"][0]["duration_ms"]),
        (&id(1).into(), &42.into())
    );
    assert_eq!(world.gaf(&["deliveries", "show", &id(2)]).await.code, 3);
}

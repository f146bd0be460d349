//! `gaf endpoint` and `gaf deliveries`

use contracts::convert::timestamp;
use contracts::v1::Attempt;

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
